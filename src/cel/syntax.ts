import type { Value } from './values.ts'

/** A node of the syntax tree. The checker replaces what it is while it keeps its id. */
export interface Expr {
  /** Known by source-info's positions, and by the maps of types and references. */
  readonly id: number
  node: ExprNode
}

/** What a node is. Source: cel-go common/ast. */
export type ExprNode =
  | { readonly kind: 'error' }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'ident'; readonly name: string }
  | SelectNode
  | CallNode
  | ListNode
  | MapNode
  | StructNode
  | ComprehensionNode

/** `operand.field`, or `has(operand.field)` when it only tests. */
export interface SelectNode {
  readonly kind: 'select'
  readonly operand: Expr
  readonly field: string
  readonly testOnly: boolean
}

/** `f(args)` or `target.f(args)`; operators are calls of names such as `_+_`. */
export interface CallNode {
  readonly kind: 'call'
  readonly function: string
  readonly target: Expr | undefined
  readonly args: readonly Expr[]
}

/** `[a, ?b]`. */
export interface ListNode {
  readonly kind: 'list'
  readonly elements: readonly Expr[]
  /** Indices of elements behind a `?`. */
  readonly optionals: readonly number[]
}

/** `{k: v, ?k: v}`. */
export interface MapNode {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
}

/** An entry of a map literal. */
export interface MapEntry {
  readonly id: number
  readonly key: Expr
  readonly value: Expr
  readonly optional: boolean
}

/** `Type{field: v, ?field: v}`. */
export interface StructNode {
  readonly kind: 'struct'
  readonly type: string
  readonly fields: readonly StructField[]
}

/** A field of a struct literal. */
export interface StructField {
  readonly id: number
  readonly name: string
  readonly value: Expr
  readonly optional: boolean
}

/** What `all`, `map`, `cel.bind` and their like become. */
export interface ComprehensionNode {
  readonly kind: 'comprehension'
  readonly range: Expr
  readonly variable: string
  /** Empty unless values are iterated beside indices or keys. */
  readonly variable2: string
  readonly accumulator: string
  readonly start: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly result: Expr
}

/** Name of the accumulator of macros; no source can write it. */
export const ACCUMULATOR = '@result'
/** Its former name, which variables may not take. */
export const OLD_ACCUMULATOR = '__result__'

/** Children in the order of evaluation's source. Source: ast.NavigateAST. */
export function childrenOf({ node }: Expr): readonly Expr[] {
  switch (node.kind) {
    case 'select':
      return [node.operand]
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args
    case 'list':
      return node.elements
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value])
    case 'struct':
      return node.fields.map(({ value }) => value)
    case 'comprehension':
      return [node.range, node.start, node.condition, node.step, node.result]
    default:
      return []
  }
}
