import { systemClock } from '../../src/base/clock.ts'
import { lineLog } from '../../src/base/log.ts'
import { ok, type Result } from '../../src/base/result.ts'
import { parseBytes, toStored } from '../../src/commands/codec.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Accepted } from '../../src/commands/decided.ts'
import type { RequestContext } from '../../src/commands/request-context.ts'
import { micros, openCore, type Core } from '../../src/control-plane.ts'
import type { Batch, Log } from '../../src/events/log.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { memoryLog, type AppendFault } from '../../src/events/memory-log.ts'
import type { Identity } from '../../src/identity.ts'
import { apiVersionOf } from '../../src/meta/kind.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import type { Status } from '../../src/meta/status.ts'
import type { Served } from '../../src/resources/registry.ts'

/** The cluster of every test that needs one without a network. */
export const testIdentity: Identity = {
  name: 'test', uid: 'c0ffee', podCidr: '10.1.0.0/16', serviceCidr: '10.96.0.0/16', loadBalancerCidr: '10.3.0.0/24',
  port: 0, nodeName: 'node-1', adminToken: 'admintoken', nodeToken: 'nodetoken', createdAt: '2026-01-01T00:00:00Z',
}

/** Log, view and commands of a cluster in memory: what decides, without what listens. */
export interface MemoryCore extends Core {
  /** Carries a command out as the administrator. */
  execute(command: Command, context?: Partial<RequestContext>): Promise<Result<Accepted, Status>>
  close(): Promise<void>
}

/** What a test does to the log. */
export interface MemoryCoreOptions {
  readonly log?: Log
  readonly beforeAppend?: (batch: Batch) => Promise<AppendFault | undefined>
}

/** Opens one, with the namespace `default` and its service account. */
export async function memoryCore({ log, beforeAppend }: MemoryCoreOptions = {}): Promise<MemoryCore> {
  const stop = new AbortController()
  let ready = false
  const core = await openCore({
    log: log ?? memoryLog(mainLog('test'), { beforeAppend: async (batch) => (ready ? beforeAppend?.(batch) : undefined) }),
    lock: memoryLockDomain().lock('test'), clock: systemClock, logger: lineLog(() => {}, 'error'),
    identity: testIdentity, idKey: new Uint8Array(32), signal: stop.signal,
  })
  const execute: MemoryCore['execute'] = async (command, context = {}) => {
    const definition = core.registry.byResource(command.resource)!
    const asked = 'object' in command ? command.object.apiVersion : apiVersionOf(definition.served[0]!)
    const version = definition.served.find((one) => apiVersionOf(one) === asked) ?? definition.served[0]!
    const read = (): Result<Command, Status> =>
      'object' in command ? decoded({ definition, version }, command) : ok(command)
    const wish = read()
    if (!wish.ok) return wish
    const again = (): Command => {
      const anew = read()
      return anew.ok ? anew.value : wish.value
    }
    return core.commands.execute({ command: wish.value, definition, served: version, again }, contextOf(context))
  }
  const opened = {
    ...core, execute,
    close: async () => {
      stop.abort()
      await core.sequencer.close()
    },
  }
  await create(opened, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  await create(opened, 'serviceaccounts', 'default', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  ready = true
  return opened
}

/** The object as the API gets it out of its bytes: typed, defaulted, in the storage version. */
function decoded<C extends Command & { object: KubeObject }>(served: Served, command: C): Result<C, Status> {
  const bytes = new TextEncoder().encode(JSON.stringify(command.object))
  const parsed = parseBytes(bytes, 'application/json')
  if (!parsed.ok) return parsed
  const stored = toStored(served, command.subresource ?? '', parsed.value, bytes, 'Ignore')
  return stored.ok ? ok({ ...command, object: stored.value.object }) : stored
}

/** Who asks and when; every call is another request. */
export function contextOf(over: Partial<RequestContext> = {}): RequestContext {
  const id = over.id ?? Bun.randomUUIDv7()
  return {
    id, caller: { name: 'admin', groups: ['system:masters'] }, agent: 'test', address: '', path: '', query: '',
    receivedAt: micros(), fieldManager: 'test', changeSet: id, ...over,
  }
}

/** A create that must pass. */
export async function create(
  core: Pick<MemoryCore, 'execute'>, resource: string, namespace: string, object: KubeObject,
): Promise<KubeObject> {
  const made = await core.execute({ verb: 'create', resource, namespace, name: object.metadata.name ?? '', object })
  if (!made.ok) throw new Error(made.error.message)
  return made.value.object
}
