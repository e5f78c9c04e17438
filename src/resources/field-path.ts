/**
 * Where a value stands in an object, as a chain from leaf to root. The text is made only when a rule is
 * broken: a Pod that is fine costs a few small cells instead of a hundred strings.
 */
export interface Path {
  readonly parent: Path | undefined
  /** A field's name, a list's index, or `[key]` of a map. */
  readonly step: string | number
}

/** A field of an object or an item of a list. */
export const at = (parent: Path | undefined, step: string | number): Path => ({ parent, step })

/** A map's entry, `labels[app]`. */
export const atKey = (parent: Path | undefined, key: string): Path => ({
  parent,
  step: `[${key}]`,
})

/** `spec.containers[0].image`: the path and further steps below it. Source: util/validation/field. */
export function where(path: Path | undefined, ...below: (string | number)[]): string {
  let text = path === undefined ? '' : textOf(path)
  for (const step of below) text = joined(text, step)
  return text
}

/** The text of a map's entry below the path. */
export const whereKey = (path: Path | undefined, key: string): string => where(path, `[${key}]`)

const textOf = (path: Path): string =>
  joined(path.parent === undefined ? '' : textOf(path.parent), path.step)

function joined(text: string, step: string | number): string {
  if (typeof step === 'number') return `${text}[${step}]`
  if (text === '' || step.startsWith('[')) return text + step
  return `${text}.${step}`
}
