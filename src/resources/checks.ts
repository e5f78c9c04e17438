import { invalid, notSupported, required, type FieldError } from '../meta/field-error.ts'
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidPortNum,
  isValidUnixId,
} from '../meta/names.ts'
import { where, type Path } from './field-path.ts'

/**
 * Checks of one value that many kinds share. Each adds to `errors`, and makes a field's text only when
 * it has something to add. `step` is the last step below `path`.
 */
type Step = string | number

/** Adds one Invalid error per reason. */
export function addInvalid(
  errors: FieldError[],
  path: Path | undefined,
  step: Step,
  value: unknown,
  reasons: readonly string[],
): void {
  for (const reason of reasons) errors.push(invalid(where(path, step), value, reason))
}

/** A DNS label. Source: core/validation ValidateDNS1123Label. */
export function checkLabel(errors: FieldError[], path: Path, step: Step, text: string): void {
  if (!isPlainLabel(text)) addInvalid(errors, path, step, text, isDns1123Label(text))
}

/** A DNS name. */
export function checkSubdomain(errors: FieldError[], path: Path, step: Step, text: string): void {
  if (!isPlainLabel(text)) addInvalid(errors, path, step, text, isDns1123Subdomain(text))
}

/** A label key or the like. Source: core/validation ValidateQualifiedName. */
export function checkQualified(errors: FieldError[], path: Path, step: Step, text: string): void {
  if (!isPlainQualified(text)) addInvalid(errors, path, step, text, isQualifiedName(text))
}

/** A label or absent; empty is refused as missing. */
export function checkRequiredLabel(
  errors: FieldError[],
  path: Path,
  step: Step,
  text: string | undefined,
): void {
  if (text) checkLabel(errors, path, step, text)
  else errors.push(required(where(path, step), ''))
}

/** A text that must be there. */
export function checkRequired(errors: FieldError[], path: Path, step: Step, text: unknown): void {
  if (text === undefined || text === null || text === '')
    errors.push(required(where(path, step), ''))
}

/** A Unix user or group id, when given. */
export function checkUnixId(
  errors: FieldError[],
  path: Path,
  step: Step,
  id: number | undefined,
): void {
  if (id !== undefined) addInvalid(errors, path, step, id, isValidUnixId(id))
}

/** 1 to 65535. */
export function checkPort(errors: FieldError[], path: Path, step: Step, port: number): void {
  if (!(port >= 1 && port <= 65_535)) addInvalid(errors, path, step, port, isValidPortNum(port))
}

/** One of a few words; the list is shown as given. */
export function checkOneOf(
  errors: FieldError[],
  path: Path,
  step: Step,
  text: string,
  supported: readonly string[],
): void {
  if (!supported.includes(text)) errors.push(notSupported(where(path, step), text, supported))
}

/** At least 1. Source: core/validation ValidatePositiveField. */
export function checkPositive(errors: FieldError[], path: Path, step: Step, value: number): void {
  if (value <= 0) errors.push(invalid(where(path, step), value, 'must be greater than zero'))
}

/** The names of nearly all things, told without a regular expression. */
export function isPlainLabel(text: string): boolean {
  const { length } = text
  if (length === 0 || length > 63) return false
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i)
    if (!isAlphanumeric(c) && !(c === 0x2d && i > 0 && i < length - 1)) return false
  }
  return true
}

/** `app`, `node.kubernetes.io/not-ready`: lower case, with at most one prefix of plain labels. */
export function isPlainQualified(text: string): boolean {
  const { length } = text
  if (length === 0 || length > 63) return false
  let slashes = 0
  let before = 0x2f
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i)
    if (!isAlphanumeric(c)) {
      // Dots, dashes and the slash stand between letters only, and the prefix comes first.
      const separator = c === 0x2d || (c === 0x2e && slashes === 0)
      if (!separator && !(c === 0x2f && slashes++ === 0)) return false
      if (!isAlphanumeric(before) && !(c === 0x2d && before === 0x2d)) return false
    }
    before = c
  }
  return isAlphanumeric(before)
}

const isAlphanumeric = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39)
