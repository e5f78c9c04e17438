import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from './go-quote.ts'

/** One condition on one selectable field. */
export interface FieldTerm {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** All terms must hold; none is everything. Source: apimachinery fields/selector.go. */
export interface FieldSelector {
  readonly terms: readonly FieldTerm[]
}

/** Matches all objects. */
export const EVERY_FIELD: FieldSelector = { terms: [] }

/**
 * Reads `metadata.name=web,status.phase!=Running`; `\,`, `\=` and `\\` escape. Errors are
 * upstream's.
 */
export function parseFieldSelector(text: string): Result<FieldSelector, string> {
  const terms: FieldTerm[] = []
  for (const part of splitTerms(text).sort()) {
    if (part === '') continue
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part)
    if (!match) return err(`invalid selector: '${text}'; can't understand '${part}'`)
    const value = unescaped(match[3]!)
    if (!value.ok) return value
    // Upstream drops a term of nothing, `=`.
    if (match[1] === '' && value.value === '') continue
    terms.push({ field: match[1]!, operator: match[2] === '!=' ? '!=' : '=', value: value.value })
  }
  return ok({ terms })
}

/**
 * Why the kind cannot be selected by these fields; undefined when it can. Kinds with fields of
 * their own have upstream's usual wording unless they bring one, the others know the two metadata
 * fields only. Source: core/v1 conversion.go, apimachinery runtime
 * DefaultMetaV1FieldSelectorConversion.
 */
export function unknownField(
  selector: FieldSelector,
  known: ReadonlySet<string>,
  wording?: (field: string) => string,
): string | undefined {
  const wrong = selector.terms.find((t) => !known.has(t.field))
  if (!wrong) return undefined
  if (wording) return wording(wrong.field)
  const hasOwn = [...known].some((f) => f !== 'metadata.name' && f !== 'metadata.namespace')
  return hasOwn
    ? `field label not supported: ${wrong.field}`
    : `${goQuote(wrong.field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}

/** Whether the fields fulfil all terms; an absent field is the empty text. */
export function matchesFields(
  selector: FieldSelector,
  fields: Readonly<Record<string, string>>,
): boolean {
  for (const { field, operator, value } of selector.terms) {
    const actual = Object.hasOwn(fields, field) ? fields[field] : ''
    if ((actual === value) !== (operator === '=')) return false
  }
  return true
}

/** The one value a field must have, for use of an index. Source: RequiresExactMatch. */
export const requiredFieldValue = (selector: FieldSelector, field: string): string | undefined =>
  selector.terms.find((t) => t.field === field && t.operator === '=')?.value

/** The selector's text, escaped. */
export const fieldSelectorText = (selector: FieldSelector): string =>
  selector.terms.map((t) => `${t.field}${t.operator}${escapeFieldValue(t.value)}`).join(',')

/** Protects `\`, `,` and `=` of a value. Source: fields.EscapeValue. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&')

/** Cuts at commas that no backslash protects. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function unescaped(text: string): Result<string, string> {
  if (!/[\\,=]/.test(text)) return ok(text)
  let value = ''
  const characters = [...text]
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!
    if (c === ',' || c === '=')
      return err(`invalid field selector: unescaped character in value: ${c.codePointAt(0)}`)
    if (c !== '\\') {
      value += c
      continue
    }
    const next = characters[++i] ?? ''
    if (next === '' || !'\\,='.includes(next))
      return err(`invalid field selector: invalid escape sequence: \\${next}`)
    value += next
  }
  return ok(value)
}
