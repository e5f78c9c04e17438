import { err, ok, type Result } from '../../base/result.ts'
import { FIELD_MANAGER_BYTES_MAX } from '../../base/limits.ts'
import type { DeleteOptions } from '../../commands/command.ts'
import type { FieldValidation } from '../../meta/decode.ts'
import { forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { isPrintable } from '../../meta/go-quote.ts'
import { invalidObject, type Status } from '../../meta/status.ts'
import { integerOf } from '../query-numbers.ts'

/** What the query of a write asks for. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldManager: string | undefined
  readonly fieldValidation: FieldValidation
  readonly force: boolean
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']

/** Reads dryRun, fieldManager, fieldValidation. Source: meta/v1/validation ValidateCreateOptions. */
export function writeOptions(query: URLSearchParams, kind: string, apply = false): Result<WriteOptions, Status> {
  const dryRun = query.getAll('dryRun')
  const validation = query.get('fieldValidation') ?? ''
  const manager = query.get('fieldManager') ?? undefined
  const force = forceOf(query)
  if (!force.ok) return force
  const errors = [
    ...(kind === 'PatchOptions' ? patchErrors(manager, force.value, apply) : []),
    ...managerErrors(manager ?? ''),
    ...dryRunErrors(dryRun),
    ...(VALIDATIONS.includes(validation) ? [] : [notSupported('fieldValidation', validation, VALIDATIONS)]),
  ]
  if (errors.length > 0) return err(invalidObject('meta.k8s.io', kind, '', errors))
  return ok({
    dryRun: dryRun.length > 0,
    fieldManager: manager,
    fieldValidation: (validation || 'Warn') as FieldValidation,
    force: force.value ?? false,
  })
}

/** Source: meta/v1/validation ValidatePatchOptions. */
function patchErrors(manager: string | undefined, force: boolean | undefined, apply: boolean): FieldError[] {
  if (apply) return manager ? [] : [required('fieldManager', 'is required for apply patch')]
  return force === undefined ? [] : [forbidden('force', 'may not be specified for non-apply patch')]
}

/** Only the words of Go's conversion are taken for a truth value. Source: apimachinery conversion.go. */
function forceOf(query: URLSearchParams): Result<boolean | undefined, Status> {
  const text = query.get('force')
  if (text === null) return ok(undefined)
  return ok(text !== 'false' && text !== '0' && text !== '')
}

/** Source: meta/v1/validation ValidateFieldManager. */
function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = []
  if (Buffer.byteLength(manager) > FIELD_MANAGER_BYTES_MAX) errors.push(tooLong('fieldManager', FIELD_MANAGER_BYTES_MAX))
  let at = 0
  for (const character of manager) {
    if (!isPrintable(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      errors.push(invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`))
    }
    at += Buffer.byteLength(character)
  }
  return errors
}

const dryRunErrors = (dryRun: readonly string[]): FieldError[] =>
  dryRun.every((value) => value === 'All') ? [] : [notSupported('dryRun', dryRun, ['All'])]

const POLICIES = ['Orphan', 'Background', 'Foreground']

/** Delete options out of the body, or of the query when there is none. */
export function deleteOptions(
  body: Record<string, unknown> | undefined,
  query: URLSearchParams,
): Result<DeleteOptions & { dryRun: boolean }, Status> {
  const source = body ? ok(body) : fromQuery(query)
  if (!source.ok) return source
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = source.value as DeleteOptions
  const dryRun = (source.value['dryRun'] as string[] | undefined) ?? []
  const errors = [
    ...(orphanDependents !== undefined && propagationPolicy !== undefined
      ? [invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set')]
      : []),
    ...(propagationPolicy === undefined || POLICIES.includes(propagationPolicy)
      ? []
      : [notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil'])]),
    ...dryRunErrors(dryRun),
  ]
  if (errors.length > 0) return err(invalidObject('meta.k8s.io', 'DeleteOptions', '', errors))
  return ok({ gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun: dryRun.length > 0 })
}

function fromQuery(query: URLSearchParams): Result<Record<string, unknown>, Status> {
  const grace = integerOf(query, 'gracePeriodSeconds')
  if (!grace.ok) return grace
  const orphan = query.get('orphanDependents')
  const policy = query.get('propagationPolicy')
  const dryRun = query.getAll('dryRun')
  return ok({
    ...(grace.value !== undefined && { gracePeriodSeconds: grace.value }),
    ...(orphan !== null && { orphanDependents: orphan !== 'false' && orphan !== '0' }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(dryRun.length > 0 && { dryRun }),
  })
}

