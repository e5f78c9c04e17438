import type { Clock } from '../../base/clock.ts'
import { POD_STEPS_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { Cause } from '../../events/log-event.ts'
import type { ViewChange } from '../../projections/view.ts'
import type { CommandSink, ViewSource } from '../../reconcilers/runtime/ports.ts'
import type { Note } from '../../reconcilers/runtime/reconciler.ts'
import type { Node, Pod } from '../../resources/generated/core.gen.ts'
import type { KubeletContext, KubeletSettings, Seen } from './context.ts'
import { podNote } from './context.ts'
import { followContainers, type Follower } from './follow-containers.ts'
import { cleanPod, orphanPod } from './garbage.ts'
import { makeImages } from './images.ts'
import { observedStore } from './observe.ts'
import { planAdmit } from './plan-admit.ts'
import { isTerminal } from './plan-status.ts'
import type { Ending } from './pod-facts.ts'
import { refersTo } from './pod-references.ts'
import { PodWorker, type WorkerDeps } from './pod-worker.ts'
import { makeProber } from './probes.ts'
import { probeReports } from './probe-reports.ts'
import type { SandboxProvider } from './sandbox.ts'
import { slots } from './slots.ts'
import { makeStatusWriter } from './status-writer.ts'
import { makeTokens } from './tokens.ts'

/** What a kubelet is made from. */
export interface KubeletInput {
  readonly engine: Engine
  readonly clock: Clock
  readonly view: ViewSource
  readonly commands: CommandSink
  readonly settings: KubeletSettings
  readonly sandboxes: SandboxProvider
  note(note: Note): void
  observe(seen: Seen): void
}

/** Runs the Pods of one node. */
export interface Kubelet {
  readonly context: KubeletContext
  /** Adopts what runs, then follows the view and the daemon. Resolves when the first look is done. */
  start(signal: AbortSignal): Promise<Result<void, DockerError>>
  /** The newest that is known of a Pod on this node. */
  pod(namespace: string, name: string): Pod | undefined
  /** Pods that have a worker. */
  pods(): Pod[]
  /** Ends a Pod: eviction, shutdown. */
  end(podUid: string, ending: Ending): void
  /** Stops looking; what runs goes on running. */
  close(): Promise<void>
}

/** Wires the parts of a kubelet. Source: kubelet/kubelet.go. */
export function makeKubelet(input: KubeletInput): Kubelet {
  const { engine, clock, view, commands, settings } = input
  const closing = new AbortController()
  const workers = new Map<string, PodWorker>()
  const store = observedStore()
  const wake = (podUid: string) => workers.get(podUid)?.wake('')
  const follower: Follower = followContainers({
    engine, clock, store, owner: settings.owner, observe: input.observe, changed: (uid) => onContainers(uid),
  })
  const context: KubeletContext = {
    engine, clock, view, commands, settings, store,
    sandboxes: input.sandboxes,
    images: makeImages(engine, clock),
    tokens: makeTokens(commands, clock, (pod) => tokenCause(pod, view, clock)),
    steps: slots(POD_STEPS_MAX),
    note: input.note,
    observe: input.observe,
    refresh: follower.refresh,
    untilStopped: follower.untilStopped,
  }
  const writer = makeStatusWriter(commands, clock, closing.signal)
  const prober = makeProber(engine, clock, {
    ...probeReports(context),
    settled: (podUid, id, type, success) => workers.get(podUid)?.probed(id, type, success),
  })
  const deps: WorkerDeps = { context, writer, prober, gone: (podUid) => void forget(podUid) }

  const forget = async (podUid: string): Promise<void> => {
    const worker = workers.get(podUid)
    worker?.close()
    workers.delete(podUid)
    writer.forget(podUid)
    context.tokens.forget(podUid)
    context.images.forget(podUid)
    await cleanPod(context, podUid)
    // A Pod may have come back under its uid while its remains were removed (never seen, cheap to ask).
    if (store.of(podUid).containers.length > 0) onContainers(podUid)
  }

  const onContainers = (podUid: string): void => {
    if (workers.has(podUid)) return wake(podUid)
    if (!adopted || store.of(podUid).containers.length + store.of(podUid).sandboxes.length === 0) return
    // Containers of a Pod that nobody wants: end them as the Pod would have been.
    const worker = new PodWorker(orphanPod(podUid, store.of(podUid)), deps, undefined)
    workers.set(podUid, worker)
    worker.orphan()
  }
  let adopted = false

  const onPod = (pod: Pod): void => {
    const uid = pod.metadata.uid!
    const known = workers.get(uid)
    if (known) return known.update(pod)
    if (pod.spec?.nodeName !== settings.owner.nodeName) return
    const rejected = admit(pod)
    const worker = new PodWorker(pod, deps, rejected)
    workers.set(uid, worker)
    worker.wake(`r:${pod.metadata.resourceVersion}`)
  }

  /** Only a Pod that never ran here is judged: what runs has been admitted. */
  const admit = (pod: Pod): Ending | undefined => {
    const fresh = !pod.status?.startTime && !isTerminal(pod.status?.phase) && !pod.metadata.deletionTimestamp
    if (!fresh || store.of(pod.metadata.uid!).containers.length > 0) return undefined
    const node = view.view.get<Node>('nodes', '', settings.owner.nodeName)
    if (!node) return undefined
    const others = [...workers.values()].map((w) => w.current).filter((p) => !isTerminal(p.status?.phase))
    const refused = planAdmit(pod, node, others)
    if (refused) input.note(podNote(pod, 'Warning', refused.reason, refused.message.replace(/^Pod was rejected: /, '')))
    return refused
  }

  const onChanges = (changes: ViewChange[]): void => {
    for (const change of changes) {
      if (change.resource !== 'pods') onSource(change)
      else onPodChange(change)
    }
  }

  const onPodChange = (change: ViewChange): void => {
    const pod = change.after() as Pod | undefined
    const before = change.before() as Pod | undefined
    if (pod) onPod(pod)
    if (before && before.metadata.uid !== pod?.metadata.uid) {
      const worker = workers.get(before.metadata.uid!)
      // The last version says with how much grace the Pod was deleted.
      worker?.update(before)
      worker?.orphan()
    }
  }

  const onSource = (change: ViewChange): void => {
    for (const worker of workers.values()) {
      if (refersTo(worker.pod, change.resource, change.namespace, change.name)) worker.sourcesChanged()
    }
  }

  const start = async (signal: AbortSignal): Promise<Result<void, DockerError>> => {
    signal.addEventListener('abort', () => closing.abort(), { once: true })
    const listed = await follower.relist()
    if (!listed.ok) return err(listed.error)
    for (const uid of store.podUids()) {
      for (const sandbox of store.of(uid).sandboxes) input.sandboxes.adopt(uid, sandbox)
    }
    await view.synced(signal)
    const unsubscribe = view.subscribe(['pods', 'configmaps', 'secrets'], onChanges)
    closing.signal.addEventListener('abort', unsubscribe, { once: true })
    for (const pod of view.view.byField<Pod>('pods', 'spec.nodeName', settings.owner.nodeName)) onPod(pod)
    adopted = true
    for (const uid of store.podUids()) onContainers(uid)
    follower.run(closing.signal)
    return ok(undefined)
  }

  return {
    context,
    start,
    pod: (namespace, name) =>
      [...workers.values()].find((w) => w.pod.metadata.namespace === namespace && w.pod.metadata.name === name)?.current,
    pods: () => [...workers.values()].map((w) => w.current),
    end: (podUid, ending) => workers.get(podUid)?.end(ending),
    async close() {
      closing.abort()
      prober.close()
      for (const worker of workers.values()) worker.close()
      await writer.idle()
      await input.sandboxes.close()
    },
  }
}

function tokenCause(pod: Pod, view: ViewSource, clock: Clock): Cause {
  return {
    triggers: [`r:${pod.metadata.resourceVersion}`],
    view: view.view.revision, now: clock.now(), reason: 'change', component: 'kubelet',
    key: `${pod.metadata.namespace}/${pod.metadata.name}`,
    note: 'a token for a volume',
  }
}
