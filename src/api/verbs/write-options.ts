import { err, ok, type Result } from '../../base/result.ts'
import type { DeleteOptions } from '../../commands/command.ts'
import type { FieldValidation } from '../../meta/decode.ts'
import { notSupported } from '../../meta/field-error.ts'
import { badRequest, invalidObject, type Status } from '../../meta/status.ts'

/** What the query of a write asks for. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldManager: string | undefined
  readonly fieldValidation: FieldValidation
  readonly force: boolean
}

const VALIDATIONS = ['Ignore', 'Strict', 'Warn']

/** Reads dryRun, fieldManager, fieldValidation, force. Source: meta/v1 validation of write options. */
export function writeOptions(query: URLSearchParams, kind: string): Result<WriteOptions, Status> {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  const odd = dryRun.find((value) => value !== 'All')
  const invalid = (field: string, value: string, supported: string[]): Status =>
    invalidObject('meta.k8s.io', kind, '', [notSupported(field, value, supported)])
  if (odd !== undefined) return err(invalid('dryRun', odd, ['All']))
  const validation = query.get('fieldValidation') || 'Warn'
  if (!VALIDATIONS.includes(validation))
    return err(invalid('fieldValidation', validation, VALIDATIONS))
  const manager = query.get('fieldManager') ?? undefined
  if (manager !== undefined && manager.length > 128)
    return err(badRequest(`fieldManager: Invalid value: ${JSON.stringify(manager)}: must not be longer than 128`))
  return ok({
    dryRun: dryRun.length > 0,
    fieldManager: manager,
    fieldValidation: validation as FieldValidation,
    force: query.get('force') === 'true',
  })
}

const POLICIES = ['Orphan', 'Background', 'Foreground']

/** Delete options out of the body, or of the query when there is none. */
export function deleteOptions(
  body: Record<string, unknown> | undefined,
  query: URLSearchParams,
): Result<DeleteOptions & { dryRun: boolean }, Status> {
  const source = body ?? fromQuery(query)
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = source as DeleteOptions
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy))
    return err(
      invalidObject('meta.k8s.io', 'DeleteOptions', '', [
        notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']),
      ]),
    )
  const dryRun = [...((source['dryRun'] as string[] | undefined) ?? []), ...query.getAll('dryRun')]
  return ok({
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds: Math.max(gracePeriodSeconds, 0) }),
    propagationPolicy, orphanDependents, preconditions,
    dryRun: dryRun.includes('All'),
  })
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const grace = query.get('gracePeriodSeconds')
  const orphan = query.get('orphanDependents')
  const policy = query.get('propagationPolicy')
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(orphan !== null && { orphanDependents: orphan === 'true' }),
    ...(policy !== null && { propagationPolicy: policy }),
  }
}
