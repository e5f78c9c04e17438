import { decodeJson } from '../../src/meta/decode.ts'
import { parseApiVersion } from '../../src/meta/kind.ts'
import type { FieldError } from '../../src/meta/field-error.ts'
import type { GroupVersion } from '../../src/meta/kind.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import type { Facts } from '../../src/resources/define.ts'
import { builtIn, createRegistry, type Served } from '../../src/resources/registry.ts'
import { schemaFor } from '../../src/resources/schemas.ts'

/** The clock of every golden file. */
export const NOW = Date.UTC(2026, 10, 23, 18)

const FACTS: Facts = {
  now: NOW,
  uid: () => 'u',
  suffix: () => 'xxxxx',
  number: () => 0,
  user: { name: 'u', groups: [] },
}

/** A request body as a test writes it. */
export type Body = Record<string, unknown>

/** What policy made of one request. */
export interface Passed {
  readonly object: KubeObject
  readonly errors: string[]
  readonly warnings: string[]
  readonly cells: readonly unknown[]
}

const registry = createRegistry(builtIn)

/** The errors as an API server prints them, without what only one line of many shows. */
export function printed(errors: readonly FieldError[]): string[] {
  return errors.map((error) => `${error.field}: ${error.message.split('\n')[0]}`).sort()
}

function asObject(value: object): KubeObject {
  if (!isKubeObject(value)) throw new Error('not an object of an API')
  return value
}

const isKubeObject = (value: object): value is KubeObject => 'kind' in value && 'metadata' in value

/** A body decoded, in the storage version and defaulted; throws when it is not one of ours. */
export function decoded(body: Body): { object: KubeObject; served: Served; via: GroupVersion } {
  const via = parseApiVersion(String(body['apiVersion']))
  const kind = String(body['kind'])
  const served = via && registry.byKind(via.group, via.version, kind)
  const schema = via && schemaFor({ ...via, kind })
  if (!via || !served || !schema) throw new Error(`${kind} is not served`)
  const read = decodeJson(schema, JSON.stringify(body))
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const own = asObject(read.value.value)
  const object = served.version.toStorage?.(own) ?? own
  served.definition.defaults?.(object)
  return { object, served, via }
}

/** A create request through decoding, defaults, preparation and validation. */
export function created(body: Body): Passed {
  const { object, served, via } = decoded(body)
  const { definition, version } = served
  definition.prepareCreate?.(object, FACTS)
  return {
    object: version.fromStorage?.(object) ?? object,
    errors: printed(definition.validate(object, via)),
    warnings: definition.warnings?.(object, undefined) ?? [],
    cells: definition.cells(object, NOW),
  }
}

/** The same for an update, of the whole object or of one part (`status`, `resize`). */
export function updated(body: Body, old: Body, part?: string): Passed {
  const before = decoded(old).object
  const { object, served, via } = decoded(body)
  const { definition, version } = served
  const rules = part === 'status' ? definition.status : definition.parts?.[part ?? '']
  if (part !== undefined && !rules) throw new Error(`${definition.kind} has no ${part}`)
  rules ? rules.prepare(object, before, FACTS) : definition.prepareUpdate?.(object, before, FACTS)
  const errors = rules
    ? rules.validate(object, before, FACTS)
    : definition.validateUpdate(object, before, via)
  return {
    object: version.fromStorage?.(object) ?? object,
    errors: printed(errors),
    warnings: rules ? [] : (definition.warnings?.(object, before) ?? []),
    cells: definition.cells(object, NOW),
  }
}
