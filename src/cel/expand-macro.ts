import type { MacroContext } from './macro.ts'
import { idAt, type State } from './parser-state.ts'
import { placeAt } from './source-text.ts'
import type { Expr } from './syntax.ts'

/** A call, or what a macro makes of it. */
export function call(state: State, id: number, name: string, target: Expr | undefined, args: readonly Expr[]): Expr {
  const style = target ? 'member' : 'global'
  const macro = state.macros.get(`${name}:${args.length}:${style}`)
  const plain: Expr = { id, node: { kind: 'call', function: name, target, args } }
  if (!macro || state.failed) return plain
  const offset = state.offsets.get(id) ?? 0
  const context: MacroContext = {
    make: (node) => ({ id: idAt(state, offset), node }),
    copy: (expr) => copyOf(state, expr, offset),
  }
  const expanded = macro.expand(context, target, args)
  if (expanded === undefined) return plain
  forget(state, id)
  if ('node' in expanded) return expanded
  const at = state.offsets.get(expanded.at.id) ?? 0
  state.errors.push({ ...placeAt(state.source, at), message: expanded.message })
  return { id: idAt(state, at), node: { kind: 'error' } }
}

function forget(state: State, id: number): void {
  state.offsets.delete(id)
  if (id === state.nextId - 1) state.nextId--
}

/** The same tree under new ids. Source: parser/helper.go exprHelper.Copy. */
function copyOf(state: State, expr: Expr, macroOffset: number): Expr {
  const id = idAt(state, state.offsets.get(expr.id) ?? 0)
  const copy = (inner: Expr): Expr => copyOf(state, inner, macroOffset)
  const { node } = expr
  switch (node.kind) {
    case 'select':
      return { id, node: { ...node, operand: copy(node.operand) } }
    case 'call': {
      const args = node.args.map(copy)
      return { id, node: { ...node, target: node.target && copy(node.target), args } }
    }
    case 'list':
      return { id, node: { ...node, elements: node.elements.map(copy) } }
    case 'map': {
      const entries = node.entries.map((entry) => ({
        ...entry, id: idAt(state, macroOffset), key: copy(entry.key), value: copy(entry.value),
      }))
      return { id, node: { ...node, entries } }
    }
    case 'struct': {
      const fields = node.fields.map((field) => ({
        ...field, id: idAt(state, macroOffset), value: copy(field.value),
      }))
      return { id, node: { ...node, fields } }
    }
    case 'comprehension': {
      const range = copy(node.range)
      const start = copy(node.start)
      const condition = copy(node.condition)
      const step = copy(node.step)
      return { id, node: { ...node, range, start, condition, step, result: copy(node.result) } }
    }
    default:
      return { id, node }
  }
}
