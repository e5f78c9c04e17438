import type { ObservedContainer } from './observed.ts'
import type { PodAction, PodPlan } from './pod-action.ts'
import type { PodInput } from './pod-facts.ts'
import { findContainer, graceSecondsOf, sidecars } from './pod-spec.ts'

/**
 * The end of a Pod: app containers first, then sidecars in reverse order, then the sandbox, then the
 * volumes. Source: pod_workers.go, kuberuntime_termination_order.go.
 */
export function planTermination(input: PodInput): PodPlan {
  const { observed, facts } = input
  const running = observed.containers.filter((c) => c.phase === 'running')
  if (running.length > 0) return plan(endContainers(input, running))
  if ([...facts.busy].some((key) => key.startsWith('start/'))) return plan([])
  const [sandbox] = observed.sandboxes
  if (sandbox) return plan([{ do: 'stopSandbox', id: sandbox.id }])
  if (facts.busy.has('sandbox')) return plan([])
  if (!facts.tornDown) return plan([{ do: 'tearDown' }])
  return { ...plan([]), finished: true }
}

/** Every container whose turn it is; a sidecar's turn comes when those after it have ended. */
function endContainers(input: PodInput, running: readonly ObservedContainer[]): PodAction[] {
  const { pod, facts } = input
  const order = sidecars(pod).map((c) => c.name)
  const others = running.filter((c) => !order.includes(c.name))
  const last = order.findLast((name) => running.some((c) => c.name === name))
  const turn = others.length > 0 ? others : running.filter((c) => c.name === last)
  const graceSeconds =
    facts.ended?.graceSeconds ?? facts.rejected?.graceSeconds ?? graceSecondsOf(pod)
  return turn.map((c) => ({
    do: 'killContainer',
    id: c.id,
    name: c.name,
    why: 'pod',
    message: `Stopping container ${c.name}`,
    graceSeconds,
    preStop: findContainer(pod, c.name)?.container.lifecycle?.preStop !== undefined,
  }))
}

const plan = (actions: PodAction[]): PodPlan => ({ actions, waiting: new Map(), finished: false })
