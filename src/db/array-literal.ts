/**
 * PostgreSQL's text form of arrays. A batch goes to the server as columns, one array each: this is
 * the fastest form that postgres.js sends (docs/design/001-log.md). Source: PostgreSQL manual 8.15.
 */

/**
 * A `text[]` (or `uuid[]`) literal; null and undefined are NULL. Rows of a batch often say the same:
 * a value like the one before it is not looked at again.
 */
export function textArray(values: readonly (string | null | undefined)[]): string {
  let literal = '{'
  let last: string | null | undefined = null
  let quoted = 'NULL'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value !== last) {
      last = value
      quoted = value == null ? 'NULL' : `"${NEEDS_ESCAPE.test(value) ? value.replace(ESCAPED, '\\$&') : value}"`
    }
    literal += i === 0 ? quoted : `,${quoted}`
  }
  return `${literal}}`
}

/** A literal of numbers or booleans; null and undefined are NULL. */
export const plainArray = (values: readonly (number | boolean | null | undefined)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`

/** Whether PostgreSQL can store a text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** The nearest text that PostgreSQL can store: NUL and halves of pairs become U+FFFD. */
export const storable = (text: string): string =>
  isStorable(text) ? text : text.replaceAll('\0', '\uFFFD').toWellFormed()

const NEEDS_ESCAPE = /["\\]/
const ESCAPED = /["\\]/g
