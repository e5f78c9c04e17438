/** Texts that Tables of many kinds share. Source: kubernetes pkg/printers/internalversion/printers.go. */

/** `a=1,b=2` in the order of the keys, or `<none>`. Source: labels.FormatLabels. */
export function labelsCell(labels: Readonly<Record<string, string>> | undefined): string {
  const text = labelsText(labels)
  return text === '' ? '<none>' : text
}

/** `a=1,b=2` in the order of the keys: also the text of an equality selector. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** Names of the containers, joined. */
export const containerNames = (containers: readonly { name: string }[] | undefined): string =>
  (containers ?? []).map((c) => c.name).join(',')

/** Their images, joined. */
export const containerImages = (containers: readonly { image?: string }[] | undefined): string =>
  (containers ?? []).map((c) => c.image ?? '').join(',')

/** The first three of a list, then how many more. Source: printers.go listWithMoreString. */
export function firstThree(items: readonly string[], whenEmpty: string): string {
  const text = items.slice(0, 3).join(',')
  if (items.length > 3) return `${text} + ${items.length - 3} more...`
  return text === '' ? whenEmpty : text
}

/** A pointer to a truth value. Source: printers.go printBoolPtr. */
export const boolCell = (value: boolean | undefined): string =>
  value === undefined ? '<unset>' : value ? 'True' : 'False'

/** A text, or what is shown in its place. */
export const orElse = (text: string | undefined, instead: string): string =>
  text === undefined || text === '' ? instead : text
