import type { Result } from '../../../src/base/result.ts'
import { ok, err } from '../../../src/base/result.ts'
import type { Command } from '../../../src/commands/command.ts'
import type { JsonObject, KubeObject } from '../../../src/meta/object.ts'
import { notFound, type Status } from '../../../src/meta/status.ts'
import type { View, ViewChange } from '../../../src/projections/view.ts'
import type { CommandSink, Outcome, ViewSource } from '../../../src/reconcilers/runtime/ports.ts'
import { timeText } from '../../../src/meta/timestamp.ts'

/** A small API in memory: what the kubelet's ports need, with graceful deletion of Pods. */
export class FakeApi implements ViewSource, CommandSink {
  readonly #objects = new Map<string, KubeObject>()
  readonly #listeners = new Set<(changes: ViewChange[]) => void>()
  readonly commands: Command[] = []
  #revision = 1
  #uids = 0
  /** Refuses commands while set. */
  away = false

  readonly view: View = {
    revision: 0,
    get: <O extends KubeObject>(resource: string, namespace: string, name: string) =>
      this.#objects.get(key(resource, namespace, name)) as O | undefined,
    list: <O extends KubeObject>(resource: string, namespace?: string) =>
      this.#all<O>(resource).filter((o) => namespace === undefined || o.metadata.namespace === namespace),
    byField: <O extends KubeObject>(resource: string, field: string, value: string) =>
      this.#all<O>(resource).filter((o) => at(o, field) === value),
    byController: () => [],
    byOwner: () => [],
    bySelector: () => [],
    byUid: () => undefined,
    count: (resource) => this.#all(resource).length,
  }

  subscribe(_resources: readonly string[], listener: (changes: ViewChange[]) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async synced(): Promise<void> {}

  /** Creates or replaces an object as a user would. */
  put<O extends KubeObject>(resource: string, object: O): O {
    const { namespace = '', name } = object.metadata
    const before = this.#objects.get(key(resource, namespace, name!))
    const uid = before?.metadata.uid ?? object.metadata.uid ?? `00000000-0000-4000-8000-${process.pid.toString(16).padStart(6, '0')}${(++this.#uids).toString(16).padStart(6, '0')}`
    const creationTimestamp = before?.metadata.creationTimestamp ?? timeText(Date.now())
    const metadata = { generation: 1, ...object.metadata, uid, creationTimestamp }
    return this.#store(resource, { ...object, metadata }, before) as O
  }

  get<O extends KubeObject>(resource: string, namespace: string, name: string): O | undefined {
    return this.view.get<O>(resource, namespace, name)
  }

  /** Deletes a Pod gracefully; grace 0 removes it at once. */
  deletePod(namespace: string, name: string, gracePeriodSeconds: number): void {
    const pod = this.#objects.get(key('pods', namespace, name))
    if (!pod) return
    const metadata = {
      ...pod.metadata, deletionTimestamp: timeText(Date.now() + gracePeriodSeconds * 1000),
      deletionGracePeriodSeconds: gracePeriodSeconds,
    }
    this.#store('pods', { ...pod, metadata }, pod)
    if (gracePeriodSeconds === 0) this.remove('pods', namespace, name)
  }

  remove(resource: string, namespace: string, name: string): void {
    const before = this.#objects.get(key(resource, namespace, name))
    if (!before) return
    this.#objects.delete(key(resource, namespace, name))
    this.#tell(resource, before, undefined)
  }

  async send(command: Command): Promise<Result<Outcome, Status>> {
    this.commands.push(command)
    if (this.away) return err({ ...notFound({ group: '', resource: command.resource }, command.name), code: 503 })
    if (command.verb === 'create' && command.subresource === 'token') return ok(this.#token(command))
    if (command.verb === 'create') return ok(this.#outcome(this.put(command.resource, command.object)))
    const found = this.#objects.get(key(command.resource, command.namespace, command.name))
    if (!found) return err(notFound({ group: '', resource: command.resource }, command.name))
    if (command.verb === 'delete') {
      this.remove(command.resource, command.namespace, command.name)
      return ok(this.#outcome(found))
    }
    if (command.verb === 'update') return ok(this.#outcome(this.#store(command.resource, command.object, found)))
    const patch = command.patch as JsonObject
    const patched = mergeStatus(found as unknown as JsonObject, patch) as unknown as KubeObject
    return ok(this.#outcome(this.#store(command.resource, patched, found)))
  }

  #token(command: Extract<Command, { verb: 'create' }>): Outcome {
    const expirationTimestamp = timeText(Date.now() + 3_600_000)
    const object = { ...command.object, status: { token: `token-of-${command.name}`, expirationTimestamp } }
    return { object, revision: this.#revision }
  }

  #outcome = (object: KubeObject): Outcome => ({ object, revision: Number(object.metadata.resourceVersion) })

  #all<O extends KubeObject>(resource: string): O[] {
    return [...this.#objects].filter(([k]) => k.startsWith(`${resource}|`)).map(([, o]) => o as O)
  }

  #store(resource: string, object: KubeObject, before: KubeObject | undefined): KubeObject {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } }
    this.#objects.set(key(resource, stored.metadata.namespace ?? '', stored.metadata.name!), stored)
    this.#tell(resource, before, stored)
    return stored
  }

  #tell(resource: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const { namespace = '', name = '' } = (after ?? before)!.metadata
    const change = { resource, namespace, name, revision: this.#revision, before: () => before, after: () => after }
    for (const listener of this.#listeners) listener([change])
  }
}

const key = (resource: string, namespace: string, name: string): string => `${resource}|${namespace}|${name}`

const at = (object: KubeObject, path: string): unknown =>
  path.split('.').reduce<unknown>((o, part) => (o as Record<string, unknown> | undefined)?.[part], object)

/** Just enough of a strategic merge for a status. */
function mergeStatus(object: JsonObject, patch: JsonObject): JsonObject {
  const status: JsonObject = { ...(object['status'] as JsonObject | undefined) }
  for (const [name, value] of Object.entries((patch['status'] as JsonObject | undefined) ?? {})) {
    if (value === null) delete status[name]
    else if (name === 'conditions') status[name] = mergeConditions(status[name], value as JsonObject[])
    else status[name] = Array.isArray(value) ? value.filter((v) => !(v as JsonObject)['$patch']) : value
  }
  return { ...object, status }
}

function mergeConditions(before: unknown, after: JsonObject[]): JsonObject[] {
  const merged = new Map(((before ?? []) as JsonObject[]).map((c) => [c['type'], c]))
  for (const condition of after) {
    const next = { ...merged.get(condition['type']), ...condition }
    for (const [name, value] of Object.entries(next)) if (value === null) delete next[name]
    merged.set(condition['type']!, next)
  }
  return [...merged.values()]
}
