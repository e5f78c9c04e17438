import { invalid, type FieldError } from '../meta/field-error.ts'
import { at, where } from './field-path.ts'
import { nonNegative } from './workload.ts'

interface ReplicaStatus {
  replicas?: number
  readyReplicas?: number
  availableReplicas?: number
  observedGeneration?: number
}

/**
 * Counts of a workload's status: none below zero, the parts not above the whole. `parts` come before
 * readyReplicas and availableReplicas in the list of errors.
 * Source: apps/validation ValidateReplicaSetStatus, ValidateDeploymentStatus.
 */
export function replicaStatusErrors<S extends ReplicaStatus>(
  status: S | undefined,
  parts: readonly (keyof S & string)[],
  others: readonly (keyof S & string)[] = [],
): FieldError[] {
  const errors: FieldError[] = []
  if (!status) return errors
  const path = at(undefined, 'status')
  const count = (name: string): number =>
    ((status as unknown as Record<string, number | undefined>)[name]) ?? 0
  const wholes = ['replicas', ...parts, 'readyReplicas', 'availableReplicas']
  for (const name of [...wholes, 'observedGeneration', ...others])
    nonNegative(errors, path, name, count(name))
  for (const name of wholes.slice(1))
    if (count(name) > count('replicas'))
      errors.push(
        invalid(where(path, name), count(name), 'cannot be greater than status.replicas'),
      )
  if (count('availableReplicas') > count('readyReplicas'))
    errors.push(
      invalid(
        where(path, 'availableReplicas'),
        count('availableReplicas'),
        'cannot be greater than readyReplicas',
      ),
    )
  return errors
}
