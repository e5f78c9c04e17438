import { readFileSync } from 'node:fs'
import { requestId } from './base/ids.ts'
import type { Log as Logger } from './base/log.ts'
import { toStored } from './commands/codec.ts'
import type { Command } from './commands/command.ts'
import { micros, type Core } from './control-plane.ts'
import type { Json, KubeObject } from './meta/object.ts'
import bootstrapPath from './resources/generated/bootstrap-rights.txt' with { type: 'file' }
import { planBootstrap, type BootstrapStep } from './rights/bootstrap-plan.ts'

/** Namespaces that hold bootstrap roles; upstream makes them with the roles too. */
const NAMESPACES = ['kube-system', 'kube-public']

type Writer = Pick<Core, 'commands' | 'registry' | 'view'>

/** Roles and bindings that every v1.37 cluster has. Source: bootstrappolicy, by tools/bootstrap-rights. */
export const bootstrapObjects = (): KubeObject[] =>
  readFileSync(bootstrapPath, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as KubeObject)

/**
 * Brings the roles and bindings of `wanted` to the cluster: compared with the view, and what differs is
 * sent at once, so that it becomes durable in one batch. Source: registry/rbac/rest EnsureRBACPolicy.
 */
export async function ensureRights(core: Writer, logger: Logger, wanted: readonly KubeObject[]): Promise<void> {
  const steps = planBootstrap(core.view, wanted)
  if (steps.length === 0) return
  const spaces = NAMESPACES.filter((name) => core.view.get('namespaces', '', name) === undefined).map((name) =>
    send(core, {
      verb: 'create', resource: 'namespaces', namespace: '', name,
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    }),
  )
  const writes = steps.flatMap(commandsOf).map((command) => send(core, command))
  const answers = await Promise.all([...spaces, ...writes])
  for (const answer of answers)
    if (!answer.ok) logger.warn('a bootstrap role or binding could not be written', { why: answer.error.message ?? '' })
}

function commandsOf({ verb, resource, object }: BootstrapStep): Command[] {
  const { name = '', namespace = '' } = object.metadata
  const place = { resource, namespace, name, why: 'every cluster has it' }
  if (verb === 'remake') return [{ ...place, verb: 'delete' }, { ...place, verb: 'create', object }]
  return [{ ...place, verb, object }]
}

/** As the API server itself, which may all. */
async function send({ commands, registry }: Writer, command: Command): ReturnType<Core['commands']['execute']> {
  const definition = registry.byResource(command.resource)!
  const version = definition.served[0]!
  const id = requestId()
  const read = (): Command => {
    if (!('object' in command)) return command
    const body = { text: '', value: JSON.parse(JSON.stringify(command.object)) as Json, duplicates: [] }
    const stored = toStored({ definition, version }, '', body, new Uint8Array(), 'Ignore')
    return stored.ok ? ({ ...command, object: stored.value.object } as Command) : command
  }
  return commands.execute(
    { command: read(), definition, served: version, again: read },
    {
      id, caller: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
      agent: 'kube-apiserver', address: '', path: '', query: '', receivedAt: micros(),
      fieldManager: 'kube-apiserver', changeSet: id,
      cause: { triggers: [], view: 0, now: Math.floor(micros() / 1000), reason: 'absence', component: 'rbac/bootstrap-roles' },
    },
  )
}
