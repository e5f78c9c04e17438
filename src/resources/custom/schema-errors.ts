import {
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  type FieldError,
} from '../../meta/field-error.ts'
import { goJson } from '../../meta/go-quote.ts'

/** What kind of a rule was broken, as far as the answer tells them apart. */
export type SchemaErrorCode = 'required' | 'enum' | 'tooLong' | 'tooMany' | 'type' | 'rule' | 'plain'

/** A rule that a value breaks, in go-openapi's terms. */
export interface SchemaError {
  readonly code: SchemaErrorCode
  /** Path of the value, `.spec.a` or `spec.a`; empty is the whole. */
  readonly name: string
  readonly text: string
  readonly value?: unknown
  /** The limit that was passed. */
  readonly max?: number
  /** What an enumeration allows. */
  readonly values?: readonly unknown[]
}

/**
 * As causes of a 422; `root` is where the checked value stands, undefined for a whole object. Source:
 * apiextensions-apiserver apiserver/validation/validation.go kubeOpenAPIResultToFieldErrors.
 */
export const fieldErrorsOf = (errors: readonly SchemaError[], root?: string): FieldError[] =>
  errors.map((error) => fieldErrorOf(error, root))

/** Go's path that is not there prints as `<nil>`. */
const NOWHERE = '<nil>'

function fieldErrorOf(error: SchemaError, root: string | undefined): FieldError {
  const { code, text, value = '', max = -1, values = [] } = error
  if (code === 'plain') return invalid(root ?? NOWHERE, '', text)
  const name = error.name.replace(/^\./, '')
  const field = name === '' ? (root ?? NOWHERE) : root === undefined ? name : `${root}.${name}`
  switch (code) {
    case 'required':
      return required(field, '')
    case 'enum':
      return notSupported(field, error.value, values.map((each) => (typeof each === 'string' ? each : goJson(each))))
    case 'tooLong':
      return tooLong(field, max)
    case 'tooMany':
      return tooMany(field, typeof value === 'number' ? value : -1, max)
    case 'type':
      return typeInvalid(field, value, text)
    default:
      return invalid(field, value, text)
  }
}

/** Errors and how much of a schema a value met: anyOf and oneOf tell of the branch that came closest. */
export class Outcome {
  readonly errors: SchemaError[] = []
  matched = 0

  add(error: SchemaError): void {
    if (!this.errors.some(({ text }) => text === error.text)) this.errors.push(error)
  }

  merge(other: Outcome): void {
    for (const error of other.errors) this.add(error)
    this.matched += other.matched
  }
}
