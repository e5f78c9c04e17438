import { compareElements, type PathElement } from './path-element.ts'

/**
 * A set of fields in the very shape of FieldsV1: each key a path element, its value the set below
 * it. A node is in the set when it holds `.` or nothing at all; `{}` at the root is the empty set.
 * So reading is JSON.parse, writing is JSON.stringify, and no second structure is built on any
 * write. Sets are never changed once made; keys stand in FieldsV1 order, `.` first. No key can name
 * a property of Object.prototype, because each has its kind and a colon in front.
 * Source: structured-merge-diff fieldpath/set.go and serialize.go.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet
}

/** A set under construction: `put` keeps the keys' order only when called in order. */
export type FieldSetDraft = { [element: PathElement]: FieldSet }

/** The empty set at a root, a member without children below it. */
export const EMPTY_SET: FieldSet = Object.freeze({})

const SELF = '.'

/** True for a root without fields, and for a node that is a member and nothing more. */
export function isBare(set: FieldSet): boolean {
  for (const _ in set) return false
  return true
}

/** Whether this node (not a root) is itself in the set. */
export const isMember = (node: FieldSet): boolean => node[SELF] !== undefined || isBare(node)

/** The elements below, in order. */
export function elementsOf(set: FieldSet): PathElement[] {
  const keys = Object.keys(set)
  if (keys[0] === SELF) keys.shift()
  return keys
}

/** A node from its parts; undefined when it would hold nothing. */
export function nodeOf(self: boolean, children: FieldSet | undefined): FieldSet | undefined {
  if (children === undefined || isBare(children)) return self ? EMPTY_SET : undefined
  return self && children[SELF] === undefined ? { [SELF]: EMPTY_SET, ...children } : children
}

/** A draft whose keys were put in any order, with its keys in FieldsV1 order. */
export function inElementOrder(draft: FieldSet): FieldSet {
  const keys = elementsOf(draft)
  let sorted = true
  for (let i = 1; i < keys.length && sorted; i++)
    sorted = compareElements(keys[i - 1]!, keys[i]!) < 0
  if (sorted) return draft
  const ordered: FieldSetDraft = draft[SELF] === undefined ? {} : { [SELF]: EMPTY_SET }
  for (const key of keys.sort(compareElements)) ordered[key] = draft[key]!
  return ordered
}

/** Whether the field at `path` is in the set; the root itself never is. */
export function hasField(set: FieldSet, path: readonly PathElement[]): boolean {
  const node = nodeAt(set, path)
  return path.length > 0 && node !== undefined && isMember(node)
}

/** What stands below `path`, as a root of its own. */
export const below = (set: FieldSet, element: PathElement): FieldSet => {
  const { [SELF]: _, ...children } = set[element] ?? EMPTY_SET
  return children
}

function nodeAt(set: FieldSet, path: readonly PathElement[]): FieldSet | undefined {
  let node: FieldSet | undefined = set
  for (const element of path) node = node?.[element]
  return node
}

/** A set of one field. */
export const setOfPath = (path: readonly PathElement[]): FieldSet =>
  path.reduceRight<FieldSet>((inner, element) => ({ [element]: inner }), EMPTY_SET)

/** A set of some fields. */
export const setOfPaths = (paths: readonly (readonly PathElement[])[]): FieldSet =>
  paths.map(setOfPath).reduce(union, EMPTY_SET)

/** Fields of either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isBare(b)) return a
  return isBare(a) ? b : unionBelow(a, b, {})
}

function unionBelow(a: FieldSet, b: FieldSet, out: FieldSetDraft): FieldSet {
  const left = elementsOf(a)
  const added = elementsOf(b).filter((element) => a[element] === undefined)
  let i = 0
  for (const element of left) {
    while (i < added.length && compareElements(added[i]!, element) < 0) {
      out[added[i]!] = b[added[i]!]!
      i++
    }
    const other = b[element]
    out[element] = other === undefined ? a[element]! : unionNodes(a[element]!, other)
  }
  for (; i < added.length; i++) out[added[i]!] = b[added[i]!]!
  return out
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  if (isBare(a)) return nodeOf(true, b)!
  if (isBare(b)) return nodeOf(true, a)!
  const self = a[SELF] !== undefined || b[SELF] !== undefined
  return unionBelow(a, b, self ? { [SELF]: EMPTY_SET } : {})
}

/** Fields of both sets. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => intersectBelow(a, b, false)

function intersectBelow(a: FieldSet, b: FieldSet, self: boolean): FieldSet {
  const out: FieldSetDraft = self ? { [SELF]: EMPTY_SET } : {}
  for (const element of elementsOf(a)) {
    const other = b[element]
    const node = other && intersectNodes(a[element]!, other)
    if (node) out[element] = node
  }
  return out
}

function intersectNodes(a: FieldSet, b: FieldSet): FieldSet | undefined {
  return nodeOf(isMember(a) && isMember(b), intersectBelow(a, b, false))
}

/**
 * Fields of `a` that are not in `b`; a parent and its child are different fields. Gives `a` itself
 * when nothing is taken away.
 */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => differenceBelow(a, b)

function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  let out: FieldSetDraft | undefined
  for (const element in b) {
    const node = a[element]
    if (element === SELF || node === undefined) continue
    const left = differenceNodes(node, b[element]!)
    if (left === node) continue
    out ??= { ...a }
    if (left) out[element] = left
    else delete out[element]
  }
  return out ?? a
}

function differenceNodes(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const loses = isMember(a) && isMember(b)
  const children = differenceBelow(a, b)
  if (!loses) return children === a ? a : nodeOf(isMember(a), withoutSelf(children))
  return nodeOf(false, withoutSelf(children))
}

/** Like `difference`, and what stands below a field of `b` goes with it. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  let out: FieldSetDraft | undefined
  for (const element in b) {
    const node = a[element]
    if (element === SELF || node === undefined) continue
    const other = b[element]!
    const left = isMember(other) ? undefined : recursiveNode(node, other)
    if (left === node) continue
    out ??= { ...a }
    if (left) out[element] = left
    else delete out[element]
  }
  return out ?? a
}

function recursiveNode(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const children = recursiveDifference(a, b)
  return children === a ? a : nodeOf(isMember(a), withoutSelf(children))
}

/** Fields without children in the set. */
export function leaves(set: FieldSet): FieldSet {
  const out: FieldSetDraft = {}
  for (const element of elementsOf(set)) out[element] = leaves(set[element]!)
  return out
}

/** Whether both hold the same fields. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true
  const left = Object.keys(a)
  if (left.length !== Object.keys(b).length) return false
  return left.every((key) => b[key] !== undefined && equalSets(a[key]!, b[key]!))
}

/**
 * All paths: a level's own fields first, then those below each. Source: fieldpath/set.go Iterate.
 */
export function pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): PathElement[][] {
  const elements = elementsOf(set)
  const own = elements.filter((element) => isMember(set[element]!))
  return [
    ...own.map((element) => [...prefix, element]),
    ...elements.flatMap((element) => pathsOf(set[element]!, [...prefix, element])),
  ]
}

const withoutSelf = (node: FieldSet): FieldSet => {
  if (node[SELF] === undefined) return node
  const { [SELF]: _, ...children } = node
  return children
}
