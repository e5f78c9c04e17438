import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import { findCondition, setCondition } from '../../meta/conditions.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { JsonObject, KubeObject } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { FlowSchema, PriorityLevelConfiguration } from '../../resources/generated/flowcontrol.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'

/** An object that every cluster begins with. */
export interface FairnessObject {
  /** Always like this; others are kept like this while their annotation says so. */
  readonly mandatory: boolean
  readonly kind: 'FlowSchema' | 'PriorityLevelConfiguration'
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: JsonObject
}

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io'
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec'
const DANGLING = 'Dangling'

const resourceOf = (kind: string): string => (kind === 'FlowSchema' ? SCHEMAS : LEVELS)
const keyOf = (resource: string, name: string): string => `${resource}/${name}`

/**
 * Keeps upstream's FlowSchemas and PriorityLevelConfigurations, and tells which schemas lead nowhere.
 * Source: apiserver pkg/registry/flowcontrol/ensurer, util/flowcontrol/apf_controller.go syncFlowSchema.
 */
export function fairnessConfig(objects: readonly FairnessObject[]): Reconciler {
  const wanted = new Map(objects.map((object) => [keyOf(resourceOf(object.kind), object.name), object]))
  return {
    name: 'priority-and-fairness-config',
    user: 'system:apiserver',
    startKeys: [...wanted.keys()],
    watches: [
      { resource: SCHEMAS, keysOf: ({ name }) => [keyOf(SCHEMAS, name)] },
      { resource: LEVELS, keysOf: ({ name }, view) => [keyOf(LEVELS, name), ...leadingTo(name, view)] },
    ],
    reconcile(key, view, now) {
      const [resource = '', name = ''] = key.split('/')
      const current = view.get<KubeObject & { spec?: object }>(resource, '', name)
      const wish = wanted.get(key)
      if (!current) return wish ? { commands: [creation(wish)] } : NOTHING
      if (wish && isOurs(wish, current) && !equal(current.spec, wish.spec))
        return { commands: [correction(wish, current)] }
      return resource === SCHEMAS ? told(current as FlowSchema, view, now) : NOTHING
    },
  }
}

const leadingTo = (level: string, view: View): string[] =>
  view
    .list<FlowSchema>(SCHEMAS)
    .filter(({ spec }) => spec.priorityLevelConfiguration?.name === level)
    .map(({ metadata }) => keyOf(SCHEMAS, metadata.name ?? ''))

const isOurs = ({ mandatory }: FairnessObject, { metadata }: KubeObject): boolean =>
  mandatory || metadata.annotations?.[AUTO_UPDATE] === 'true'

function creation({ kind, name, annotations, spec }: FairnessObject): Command {
  const object = {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind,
    metadata: { name, annotations: { ...annotations } },
    spec,
  } as unknown as FlowSchema | PriorityLevelConfiguration
  return { verb: 'create', resource: resourceOf(kind), namespace: '', name, object, why: 'every cluster begins with it' }
}

function correction({ kind, name, spec }: FairnessObject, current: KubeObject): Command {
  const object = { ...current, spec } as KubeObject
  return { verb: 'update', resource: resourceOf(kind), namespace: '', name, object, why: 'its spec is kept by klio' }
}

/** Whether the level that a schema names is there. */
function told(schema: FlowSchema, view: View, now: Instant): Plan {
  const level = schema.spec.priorityLevelConfiguration?.name ?? ''
  const found = view.get(LEVELS, '', level) !== undefined
  const object = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)}`
  const wish = {
    type: DANGLING,
    status: found ? 'False' : 'True',
    reason: found ? 'Found' : 'NotFound',
    message: found ? `${object} and it exists` : `${object} but there is no such object`,
  }
  const { conditions } = schema.status ?? {}
  const known = findCondition(conditions, DANGLING)
  if (known?.status === wish.status && known.reason === wish.reason && known.message === wish.message) return NOTHING
  const patch = { status: { conditions: [...setCondition(conditions as never, wish, now)] } } as unknown as JsonObject
  const { name = '' } = schema.metadata
  return {
    commands: [
      {
        verb: 'patch', patchType: 'merge', resource: SCHEMAS, subresource: 'status', namespace: '', name, patch,
        why: `its level is ${found ? 'there' : 'not there'}`,
      },
    ],
  }
}
