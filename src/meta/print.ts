import { labelsText } from './label-selector.ts'
import type { Labels } from './label-requirement.ts'

/** What an empty cell shows. Source: kubectl's printers. */
export const NONE = '<none>'
/** What a cell shows whose value cannot be told. */
export const UNKNOWN = '<unknown>'
/** What an unset number shows. */
export const UNSET = '<unset>'

/** Labels as a cell: `a=b,c=d` or `<none>`. Source: labels.FormatLabels. */
export const labelsCell = (labels: Labels | undefined): string => labelsText(labels) || NONE

/** Texts with commas, or `<none>`. */
export const listCell = (texts: readonly string[] | undefined): string =>
  texts && texts.length > 0 ? texts.join(',') : NONE

/** At most `max` texts, then how many more. Source: printers listWithMoreString. */
export function shortListCell(texts: readonly string[], max: number): string {
  if (texts.length === 0) return NONE
  const more = texts.length > max ? ` + ${texts.length - max} more...` : ''
  return `${texts.slice(0, max).join(',')}${more}`
}

/** A text, or `<none>`. */
export const textCell = (text: string | undefined): string => (text ? text : NONE)

/** A text or number, or `<unset>`. */
export const unsetCell = (value: string | number | undefined): string =>
  value === undefined ? UNSET : String(value)
