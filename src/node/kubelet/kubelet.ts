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
export const makeKubelet = (input: KubeletInput): Kubelet => new NodeKubelet(input)

/** Resources whose changes the kubelet follows. */
const FOLLOWED = ['pods', 'configmaps', 'secrets']

class NodeKubelet implements Kubelet {
  readonly context: KubeletContext
  readonly #input: KubeletInput
  readonly #closing = new AbortController()
  readonly #workers = new Map<string, PodWorker>()
  readonly #follower: Follower
  readonly #deps: WorkerDeps
  /** The view was read once: what it does not name is nobody's. */
  #adopted = false

  constructor(input: KubeletInput) {
    const { engine, clock, view, commands, settings, sandboxes, note, observe } = input
    const store = observedStore()
    const { owner } = settings
    const changed = (podUid: string) => this.#onContainers(podUid)
    this.#input = input
    this.#follower = followContainers({ engine, clock, store, owner, observe, changed })
    this.context = {
      engine, clock, view, commands, settings, store, sandboxes, note, observe,
      images: makeImages(engine, clock),
      tokens: makeTokens(commands, clock, (pod) => tokenCause(pod, view, clock)),
      steps: slots(POD_STEPS_MAX),
      refresh: this.#follower.refresh,
      untilStopped: this.#follower.untilStopped,
    }
    this.#deps = {
      context: this.context,
      writer: makeStatusWriter(commands, clock, this.#closing.signal),
      prober: makeProber(engine, clock, {
        ...probeReports(this.context),
        settled: (podUid, id, type, success) => this.#workers.get(podUid)?.probed(id, type, success),
      }),
      gone: (podUid) => void this.#forget(podUid),
    }
  }

  async start(signal: AbortSignal): Promise<Result<void, DockerError>> {
    const { view, sandboxes, settings } = this.#input
    const { store } = this.context
    signal.addEventListener('abort', () => this.#closing.abort(), { once: true })
    const listed = await this.#follower.relist()
    if (!listed.ok) return err(listed.error)
    for (const uid of store.podUids()) {
      for (const sandbox of store.of(uid).sandboxes) sandboxes.adopt(uid, sandbox)
    }
    await view.synced(signal)
    const unsubscribe = view.subscribe(FOLLOWED, (changes) => this.#onChanges(changes))
    this.#closing.signal.addEventListener('abort', unsubscribe, { once: true })
    const { nodeName } = settings.owner
    for (const pod of view.view.byField<Pod>('pods', 'spec.nodeName', nodeName)) this.#onPod(pod)
    this.#adopted = true
    for (const uid of store.podUids()) this.#onContainers(uid)
    this.#follower.run(this.#closing.signal)
    return ok(undefined)
  }

  pod(namespace: string, name: string): Pod | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.pod
      if (metadata.namespace === namespace && metadata.name === name) return worker.current
    }
    return undefined
  }

  pods(): Pod[] {
    return [...this.#workers.values()].map((worker) => worker.current)
  }

  end(podUid: string, ending: Ending): void {
    this.#workers.get(podUid)?.end(ending)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#deps.prober.close()
    for (const worker of this.#workers.values()) worker.close()
    await this.#deps.writer.idle()
    await this.#input.sandboxes.close()
  }

  #onChanges(changes: readonly ViewChange[]): void {
    for (const change of changes) {
      if (change.resource === 'pods') this.#onPodChange(change)
      else this.#onSource(change)
    }
  }

  #onPodChange(change: ViewChange): void {
    const pod = change.after() as Pod | undefined
    const before = change.before() as Pod | undefined
    if (pod) this.#onPod(pod)
    if (!before || before.metadata.uid === pod?.metadata.uid) return
    const worker = this.#workers.get(before.metadata.uid!)
    // The last version says with how much grace the Pod was deleted.
    worker?.update(before)
    worker?.orphan()
  }

  #onSource({ resource, namespace, name }: ViewChange): void {
    for (const worker of this.#workers.values()) {
      if (refersTo(worker.pod, resource, namespace, name)) worker.sourcesChanged()
    }
  }

  #onPod(pod: Pod): void {
    const uid = pod.metadata.uid!
    const known = this.#workers.get(uid)
    if (known) return known.update(pod)
    if (pod.spec?.nodeName !== this.#input.settings.owner.nodeName) return
    const worker = new PodWorker(pod, this.#deps, this.#admit(pod))
    this.#workers.set(uid, worker)
    worker.wake(`r:${pod.metadata.resourceVersion}`)
  }

  /** Only a Pod that never ran here is judged: what runs has been admitted. */
  #admit(pod: Pod): Ending | undefined {
    const { status, metadata } = pod
    const old = status?.startTime || isTerminal(status?.phase) || metadata.deletionTimestamp
    if (old || this.context.store.of(metadata.uid!).containers.length > 0) return undefined
    const { view, settings } = this.#input
    const node = view.view.get<Node>('nodes', '', settings.owner.nodeName)
    if (!node) return undefined
    const refused = planAdmit(pod, node, this.pods().filter((p) => !isTerminal(p.status?.phase)))
    if (refused) {
      const message = refused.message.replace(/^Pod was rejected: /, '')
      this.#input.note(podNote(pod, 'Warning', refused.reason, message))
    }
    return refused
  }

  /** Containers of a Pod that nobody wants are ended as the Pod's own would have been. */
  #onContainers(podUid: string): void {
    const known = this.#workers.get(podUid)
    if (known) return known.wake('')
    const observed = this.context.store.of(podUid)
    if (!this.#adopted || observed.containers.length + observed.sandboxes.length === 0) return
    const worker = new PodWorker(orphanPod(podUid, observed), this.#deps, undefined)
    this.#workers.set(podUid, worker)
    worker.orphan()
  }

  async #forget(podUid: string): Promise<void> {
    const worker = this.#workers.get(podUid)
    if (!worker) return
    worker.close()
    // Its remains go before its place does: the same Pod must not begin again beside them.
    await cleanPod(this.context, podUid)
    this.#workers.delete(podUid)
    this.#deps.writer.forget(podUid)
    this.context.tokens.forget(podUid)
    this.context.images.forget(podUid)
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
