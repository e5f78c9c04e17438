/**
 * PostgreSQL's text form of arrays. A batch goes to the server as columns, one array each: this is
 * the fastest form that postgres.js sends (docs/design/001-log.md). Source: PostgreSQL manual 8.15.
 */

/** A `text[]` (or `uuid[]`) literal; null is NULL. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (i > 0) literal += ','
    if (value === null) literal += 'NULL'
    else literal += `"${NEEDS_ESCAPE.test(value) ? value.replace(ESCAPED, '\\$&') : value}"`
  }
  return `${literal}}`
}

/** A literal of numbers or booleans. */
export const plainArray = (values: readonly (number | boolean)[]): string => `{${values.join(',')}}`

/** Whether PostgreSQL can store a text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** The nearest text that PostgreSQL can store: NUL and halves of pairs become U+FFFD. */
export const storable = (text: string): string =>
  isStorable(text) ? text : text.replaceAll('\0', '\uFFFD').toWellFormed()

const NEEDS_ESCAPE = /["\\]/
const ESCAPED = /["\\]/g
