import { duplicate, invalid, notSupported, required, tooLong, tooMany, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, isDns1123Subdomain, isLabelValue } from '../../meta/names.ts'
import { validateLabelName } from '../../meta/validate-label-selector.ts'
import { addInvalid } from '../checks.ts'
import { csiDriverNameErrors } from '../csi-driver-name.ts'
import { at, where, type Path } from '../field-path.ts'
import { checkDeclaredDriver, checkIdentifier } from './declared.ts'
import type { DeviceTaint, DeviceToleration, OpaqueDeviceConfiguration } from '../generated/resource.gen.ts'

/** What the kinds of dynamic resource allocation share. Source: pkg/apis/resource/validation. */

/** Numbers of pkg/apis/resource/types.go. */
const POOL_NAME_BYTES_MAX = 253
const PARAMETERS_BYTES_MAX = 10 * 1024
const BINDING_CONDITIONS_MAX = 4
const EFFECTS = ['NoExecute', 'NoSchedule', 'None']
const OPERATORS = ['Equal', 'Exists']

/** A list with a limit: one too long is not looked at any further. */
export function checkItems<T>(
  errors: FieldError[],
  path: Path,
  { items = [], max }: { items: readonly T[] | undefined; max: number },
  checkItem: (item: T, path: Path) => void,
): boolean {
  if (items.length > max) {
    errors.push(tooMany(where(path), items.length, max))
    return false
  }
  for (const [i, item] of items.entries()) checkItem(item, at(path, i))
  return true
}

/** The same, each with a key of its own. `shown` is how a key stands in a message. */
export function checkSet<T>(
  errors: FieldError[],
  path: Path,
  list: { items: readonly T[] | undefined; max: number; keyOf: (item: T) => string; shown?: (item: T) => unknown },
  checkItem: (item: T, path: Path) => void,
): void {
  if (!checkItems(errors, path, list, checkItem)) return
  const seen = new Set<string>()
  for (const [i, item] of (list.items ?? []).entries()) {
    const key = list.keyOf(item)
    if (seen.has(key)) errors.push(duplicate(where(path, i), list.shown ? list.shown(item) : key))
    seen.add(key)
  }
}

/** A driver is named as one of CSI is. */
export const checkDriver = (errors: FieldError[], path: Path, name: string | undefined): void =>
  csiDriverNameErrors(errors, path, 'driver', name)

/** DNS names between slashes. */
export function checkPool(errors: FieldError[], path: Path, name: string | undefined): void {
  if (!name) return void errors.push(required(where(path), ''))
  if (exceedsBytes(name, POOL_NAME_BYTES_MAX)) errors.push(tooLong(where(path), POOL_NAME_BYTES_MAX))
  for (const part of name.split('/'))
    for (const reason of isDns1123Subdomain(part)) errors.push(invalid(where(path), part, reason))
}

/** `domain/name` or `name`. Source: validateQualifiedName. */
export function checkAttributeName(errors: FieldError[], path: Path, name: string): void {
  const [first = '', second, ...more] = name.split('/')
  if (more.length > 0) return
  if (second === undefined) return checkIdentifier(errors, path, first)
  if (first === '') errors.push(invalid(where(path), '', 'the domain must not be empty'))
  else {
    const own: FieldError[] = []
    csiDriverNameErrors(own, path, '', first)
    errors.push(...own.map((error) => ({ ...error, field: where(path) })))
  }
  if (second === '') errors.push(invalid(where(path), '', 'the name must not be empty'))
  else checkIdentifier(errors, path, second)
}

/** Source: validateDeviceTaint; an effect that stays is not judged again. */
export function checkTaint(
  errors: FieldError[],
  path: Path,
  { key = '', value = '', effect = '' }: Partial<DeviceTaint>,
  old?: DeviceTaint,
): void {
  errors.push(...validateLabelName(where(path, 'key'), key))
  if (value !== '') addInvalid(errors, path, 'value', value, isLabelValue(value))
  if (old && old.effect === effect) return
  if (effect === '') errors.push(required(where(path, 'effect'), ''))
  else if (!EFFECTS.includes(effect)) errors.push(notSupported(where(path, 'effect'), effect, EFFECTS))
}

/** Source: validateDeviceToleration. */
export function checkToleration(errors: FieldError[], path: Path, toleration: DeviceToleration): void {
  const { key = '', operator = '', value = '', effect = '' } = toleration
  if (key !== '') errors.push(...validateLabelName(where(path, 'key'), key))
  if (operator === '') errors.push(required(where(path, 'operator'), ''))
  else if (!OPERATORS.includes(operator))
    errors.push(notSupported(where(path, 'operator'), operator, OPERATORS))
  else if (operator === 'Equal') addInvalid(errors, path, 'value', value, isLabelValue(value))
  else if (value !== '')
    errors.push(invalid(where(path, 'value'), value, 'must be empty for operator `Exists`'))
  if (effect !== '' && !EFFECTS.includes(effect))
    errors.push(notSupported(where(path, 'effect'), effect, EFFECTS))
}

/** Source: validateDeviceConfiguration; parameters that are stored may be longer than is allowed now. */
export function checkOpaque(
  errors: FieldError[],
  path: Path,
  opaque: OpaqueDeviceConfiguration | undefined,
  stored: boolean,
): void {
  if (!opaque) return void errors.push(required(where(path, 'opaque'), ''))
  checkDeclaredDriver(errors, at(at(path, 'opaque'), 'driver'), opaque.driver)
  checkRaw(errors, at(at(path, 'opaque'), 'parameters'), opaque.parameters, stored)
}

/** An object of any fields. Source: validateRawExtension. */
export function checkRaw(errors: FieldError[], path: Path, value: unknown, stored: boolean): void {
  if (value === undefined || value === null) return void errors.push(required(where(path), ''))
  if (!stored && exceedsBytes(JSON.stringify(value), PARAMETERS_BYTES_MAX))
    return void errors.push(tooLong(where(path), PARAMETERS_BYTES_MAX))
  if (typeof value !== 'object' || Array.isArray(value))
    errors.push(invalid(where(path), '<value omitted>', 'must be a valid JSON object'))
}

/** Conditions a Pod waits for before it is bound. Source: validateDeviceBindingParameters. */
export function checkBindingConditions(
  errors: FieldError[],
  path: Path,
  given: { bindingConditions?: string[]; bindingFailureConditions?: string[] },
): void {
  const conditions = given.bindingConditions ?? []
  const failures = given.bindingFailureConditions ?? []
  for (const name of ['bindingConditions', 'bindingFailureConditions'] as const) {
    const list = { items: given[name], max: BINDING_CONDITIONS_MAX }
    checkItems(errors, at(path, name), list, (text, item) => errors.push(...validateLabelName(where(item), text)))
    for (const [i, text] of (given[name] ?? []).entries())
      if (given[name]!.indexOf(text) < i) errors.push(duplicate(where(path, name, i), text))
  }
  for (const [i, condition] of failures.entries())
    if (conditions.includes(condition))
      errors.push(
        invalid(
          where(path, 'bindingFailureConditions', i),
          condition,
          'bindingFailureConditions must not overlap with bindingConditions',
        ),
      )
  const alone = (name: 'bindingConditions' | 'bindingFailureConditions', other: string): void =>
    void errors.push(invalid(where(path, name), given[name] ?? null, `${name} are required to use ${other}`))
  if (conditions.length === 0 && failures.length > 0) alone('bindingConditions', 'bindingFailureConditions')
  if (failures.length === 0 && conditions.length > 0) alone('bindingFailureConditions', 'bindingConditions')
}
