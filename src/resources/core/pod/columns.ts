import type { Instant } from '../../../base/clock.ts'
import type { TableRowCondition } from '../../../meta/table.ts'
import { humanDuration, parseTime, ageText } from '../../../meta/timestamp.ts'
import { orElse } from '../../cells.ts'
import type { Cell } from '../../define.ts'
import type { ContainerState, ContainerStatus, Pod, PodCondition } from '../../generated/core.gen.ts'
import { isSidecar } from './requests.ts'

/** Source of this file: printers.go printPod. */
export function podCells(pod: Pod, now: Instant): Cell[] {
  const { ready, total, reason, restarts, lastRestart } = summary(pod)
  const age = lastRestart === undefined ? '' : ` (${humanDuration(now - lastRestart)} ago)`
  return [
    pod.metadata.name ?? '',
    `${ready}/${total}`,
    reason,
    restarts === 0 ? '0' : `${restarts}${age}`,
    ageText(pod.metadata.creationTimestamp, now),
    orElse(pod.status?.podIPs?.[0]?.ip, '<none>'),
    orElse(pod.spec?.nodeName, '<none>'),
    orElse(pod.status?.nominatedNodeName, '<none>'),
    readinessGates(pod),
  ]
}

/** A Pod that ended says so in its row. */
export function podRowConditions(pod: Pod): TableRowCondition[] {
  const phase = pod.status?.phase
  if (phase === 'Succeeded')
    return [completed('Succeeded', 'The pod has completed successfully.')]
  return phase === 'Failed' ? [completed('Failed', 'The pod failed.')] : []
}

const completed = (reason: string, message: string): TableRowCondition => ({
  type: 'Completed',
  status: 'True',
  reason,
  message,
})

interface Summary {
  ready: number
  total: number
  reason: string
  restarts: number
  lastRestart: Instant | undefined
}

function summary(pod: Pod): Summary {
  const { spec, status } = pod
  const running = (spec?.initContainers ?? []).filter(isSidecar)
  const sidecars = new Set(running.map(({ name }) => name))
  const sum: Summary = {
    ready: 0,
    total: (spec?.containers?.length ?? 0) + running.length,
    reason: startReason(pod),
    restarts: 0,
    lastRestart: undefined,
  }
  const ofSidecars = { restarts: 0, lastRestart: undefined as Instant | undefined }
  const initializing = countInit(pod, sum, sidecars, ofSidecars)
  if (!initializing || conditionOf(pod, 'Initialized')?.status === 'True') {
    Object.assign(sum, ofSidecars)
    countContainers(pod, sum)
  }
  const deleting = pod.metadata.deletionTimestamp !== undefined
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed'
  if (deleting && status?.reason === 'NodeLost') sum.reason = 'Unknown'
  else if (deleting && !ended) sum.reason = 'Terminating'
  return sum
}

function startReason({ status }: Pod): string {
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || ''
}

const conditionOf = ({ status }: Pod, type: string): PodCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

type Restarts = Pick<Summary, 'restarts' | 'lastRestart'>

function addRestarts(into: Restarts, status: ContainerStatus): void {
  into.restarts += status.restartCount ?? 0
  const finished = status.lastState?.terminated?.finishedAt
  const time = finished ? parseTime(finished) : undefined
  if (time !== undefined && (into.lastRestart ?? 0) < time) into.lastRestart = time
}

/** True while an init container is not done; the reason then tells which and why. */
function countInit(
  pod: Pod,
  sum: Summary,
  sidecars: ReadonlySet<string>,
  ofSidecars: Restarts,
): boolean {
  const count = pod.spec?.initContainers?.length ?? 0
  for (const [i, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(status.name)
    addRestarts(sum, status)
    if (sidecar) addRestarts(ofSidecars, status)
    const { terminated, waiting } = status.state ?? {}
    if (terminated && (terminated.exitCode ?? 0) === 0) continue
    if (sidecar && status.started) {
      if (status.ready) sum.ready++
      continue
    }
    if (terminated) sum.reason = `Init:${endReason(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing')
      sum.reason = `Init:${waiting.reason}`
    else sum.reason = `Init:${i}/${count}`
    return true
  }
  return false
}

const endReason = (ended: NonNullable<ContainerState['terminated']>): string =>
  ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode ?? 0}`)

function countContainers(pod: Pod, sum: Summary): void {
  let running = false
  let failure = ''
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    addRestarts(sum, status)
    const { waiting, terminated, running: now } = status.state ?? {}
    if (waiting?.reason) sum.reason = waiting.reason
    else if (terminated) {
      sum.reason = endReason(terminated)
      if ((terminated.exitCode ?? 0) !== 0) failure = sum.reason
    } else if (status.ready && now) {
      running = true
      sum.ready++
    }
  }
  if (sum.reason !== 'Completed') return
  const ready = pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')
  if (running && ready) sum.reason = 'Running'
  else if (failure !== '') sum.reason = failure
  else if (running) sum.reason = 'NotReady'
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter((gate) => conditionOf(pod, gate.conditionType)?.status === 'True')
  return `${open.length}/${gates.length}`
}
