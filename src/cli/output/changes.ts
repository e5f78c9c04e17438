import type { ChangeAnswer, PathAnswer } from '../../history/answer-types.ts'
import type { Json } from '../../meta/object.ts'
import type { Paint } from './paint.ts'

/** `created ConfigMap default/a; Deployment default/web: spec.replicas`: the first few changes in words. */
export function changesText(changes: readonly ChangeAnswer[], most: number): string {
  const shown = changes.slice(0, most).map(changeText)
  const more = changes.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; ')
}

/** One change in words. */
export function changeText(change: ChangeAnswer): string {
  const { op, created, paths } = change
  const object = objectText(change)
  if (op === 'delete') return `deleted ${object}`
  if (created) return `created ${object}`
  const named = paths.slice(0, 3).join(', ')
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : ''
  return paths.length === 0 ? `changed ${object}` : `${object}: ${named}${more}`
}

/** `ConfigMap default/a`. */
export const objectText = ({
  kind,
  namespace,
  name,
}: {
  kind: string
  namespace: string
  name: string
}): string => `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`

/** Lines of a diff by path: what was, what is. */
export function pathLines(paths: readonly PathAnswer[], paint: Paint, indent = '  '): string {
  return paths
    .flatMap(({ path, before, after }) => {
      if (before === undefined) return [paint.added(`${indent}+ ${path}: ${valueText(after)}`)]
      if (after === undefined) return [paint.removed(`${indent}- ${path}: ${valueText(before)}`)]
      return [
        paint.removed(`${indent}- ${path}: ${valueText(before)}`),
        paint.added(`${indent}+ ${path}: ${valueText(after)}`),
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** Longest value on one line; the rest is in -o yaml. */
const VALUE_CHARS = 200

function valueText(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const line = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return line.length > VALUE_CHARS
    ? `${line.slice(0, VALUE_CHARS)}... (${text.length} characters)`
    : line
}
