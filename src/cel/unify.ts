import {
  DYN, isAssignableType, isDyn, isExactType, listType, mapType, opaqueType, typeOfType,
  NULL,
  type CelType,
} from './types.ts'

/** What is known of type parameters, by name. It is never changed; a check returns the next one. */
export type Mapping = ReadonlyMap<string, CelType>

/** The mapping under which `to` takes `from`; undefined when it does not. Source: checker/types.go. */
export function assign(mapping: Mapping, to: CelType, from: CelType): Mapping | undefined {
  const next = new Map(mapping)
  return isAssignable(next, to, from) ? next : undefined
}

/** As assign, for arguments one by one. */
export function assignAll(
  mapping: Mapping,
  to: readonly CelType[],
  from: readonly CelType[],
): Mapping | undefined {
  if (to.length !== from.length) return undefined
  const next = new Map(mapping)
  return to.every((type, i) => isAssignable(next, type, from[i]!)) ? next : undefined
}

type Draft = Map<string, CelType>

function isAssignable(m: Draft, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const { valid, known } = substitutes(m, a, b)
    if (valid) return true
    if (known) return false
  }
  if (a.kind === 'param') return substitutes(m, b, a).valid
  if (isDyn(a) || a.kind === 'error' || isDyn(b) || b.kind === 'error') return true
  if (a.kind === 'null') return isNullable(b)
  if (b.kind === 'null') return isNullable(a)
  switch (a.kind) {
    case 'type':
      return b.kind === 'type'
    case 'opaque':
    case 'list':
    case 'map':
      return (
        a.kind === b.kind &&
        a.name === b.name &&
        a.params.length === b.params.length &&
        a.params.every((param, i) => isAssignable(m, param, b.params[i]!))
      )
    default:
      return isAssignableType(b, a)
  }
}

const isNullable = (type: CelType): boolean =>
  ['opaque', 'struct', 'any', 'duration', 'timestamp'].includes(type.kind) || isAssignableType(type, NULL)

/** Whether the parameter `b` may stand for `a`, and whether it stood for something before. */
function substitutes(m: Draft, a: CelType, b: CelType): { valid: boolean; known: boolean } {
  if (a.kind === b.kind && isExactType(a, b)) return { valid: true, known: true }
  const known = m.get(b.name)
  if (known) {
    if (a.kind === known.kind && isExactType(a, known)) return { valid: true, known: true }
    if (!isAssignable(m, a, known)) return { valid: false, known: true }
    const general = mostGeneral(a, known)
    if (isUnrelated(m, b, general)) m.set(b.name, general)
    return { valid: true, known: true }
  }
  if (!isUnrelated(m, b, a)) return { valid: false, known: false }
  m.set(b.name, a)
  return { valid: true, known: false }
}

/** The more general of two types that unify. */
export const mostGeneral = (a: CelType, b: CelType): CelType => (isLessSpecific(a, b) ? a : b)

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false
  switch (a.kind) {
    case 'opaque':
      if (a.name !== b.name || a.params.length !== b.params.length) return false
      return a.params.every((param, i) => isLessSpecific(param, b.params[i]!))
    case 'list':
    case 'map':
      return a.params.every((param, i) => isLessSpecific(param, b.params[i]!))
    case 'type':
      return true
    default:
      return isExactType(a, b)
  }
}

/** Whether the parameter does not occur within the type. */
function isUnrelated(m: Draft, param: CelType, within: CelType): boolean {
  if (isExactType(param, within)) return false
  if (within.kind === 'param') {
    const known = m.get(within.name)
    return known === undefined || isUnrelated(m, param, known)
  }
  if (!['opaque', 'list', 'map', 'type'].includes(within.kind)) return true
  return within.params.every((inner) => isUnrelated(m, param, inner))
}

/** The type with what is known of its parameters; the others stay, or become dyn. */
export function substitute(mapping: Mapping, type: CelType, toDyn: boolean): CelType {
  if (type.kind === 'param') {
    const known = mapping.get(type.name)
    if (known) return substitute(mapping, known, toDyn)
    return toDyn ? DYN : type
  }
  if (type.params.length === 0) return type
  const params = type.params.map((param) => substitute(mapping, param, toDyn))
  if (params.every((param, i) => param === type.params[i])) return type
  switch (type.kind) {
    case 'list':
      return listType(params[0]!)
    case 'map':
      return mapType(params[0]!, params[1]!)
    case 'type':
      return typeOfType(params[0]!)
    default:
      return opaqueType(type.name, ...params)
  }
}
