import {
  duplicate,
  forbidden,
  invalid,
  required,
  valueNotFound,
  type FieldError,
} from '../../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../../meta/names.ts'
import { addInvalid, checkLabel } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, PodResourceClaim, PodSpec } from '../../generated/core.gen.ts'
import { eachContainer } from './each-container.ts'

/** Source: core/validation validatePodResourceClaims. */
export function resourceClaimErrors(
  errors: FieldError[],
  list: Path,
  claims: readonly PodResourceClaim[],
  mirror: boolean,
): void {
  const names = new Set<string>()
  for (const [i, claim] of claims.entries()) {
    if (mirror) {
      errors.push(forbidden('', 'static pods do not support resource claims'))
      continue
    }
    const { name, resourceClaimName, resourceClaimTemplateName } = claim
    const path = at(list, i)
    if (!name) errors.push(required(where(path, 'name'), ''))
    else if (names.has(name)) errors.push(duplicate(where(path, 'name'), name))
    else checkLabel(errors, path, 'name', name)
    names.add(name)
    sourceErrors(errors, path, claim)
    for (const [step, given] of Object.entries({ resourceClaimName, resourceClaimTemplateName }))
      if (given !== undefined)
        addInvalid(errors, path, step, given, nameIsDnsSubdomain(given, false))
  }
}

function sourceErrors(errors: FieldError[], path: Path, claim: PodResourceClaim): void {
  const { name, resourceClaimName, resourceClaimTemplateName } = claim
  const count = Number(resourceClaimName !== undefined) + Number(resourceClaimTemplateName !== undefined)
  if (count === 1) return
  // Upstream shows its internal type, whose fields have Go's names.
  const shown = {
    Name: name,
    ResourceClaimName: resourceClaimName ?? null,
    ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
  }
  const why =
    count === 2
      ? 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
      : 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'
  errors.push(invalid(where(path), shown, why))
}

/** Source: core/validation validateHostUsers, with upstream's spelling of the fields. */
export function hostUsersErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const refuse = (...steps: (string | number)[]): void =>
    void errors.push(forbidden(where(path, ...steps), 'when `hostUsers` is false'))
  if (spec.hostNetwork) refuse('hostNetwork')
  if (spec.hostPID) refuse('HostPID')
  if (spec.hostIPC) refuse('HostIPC')
  eachContainer(spec, path, (container, own) => {
    if (container.volumeDevices?.length)
      errors.push(forbidden(where(own, 'volumeDevices'), 'when `hostUsers` is false'))
  })
}

const readsFiles = ({ env }: Container): boolean =>
  env?.some(({ valueFrom }) => valueFrom?.fileKeyRef) ?? false

/** Source: core/validation validateFileKeyRefVolumes. */
export function fileKeyVolumeErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const { containers, initContainers, ephemeralContainers } = spec
  const lists = [containers, initContainers, ephemeralContainers]
  if (!lists.some((list) => list?.some(readsFiles))) return
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { env }] of (spec[list] ?? []).entries())
      for (const [j, { valueFrom }] of (env ?? []).entries()) {
        const name = valueFrom?.fileKeyRef?.volumeName
        if (name === undefined) continue
        const field = where(path, list, i, 'env', j, 'valueFrom', 'fileKeyRef', 'volumeName')
        const volume = spec.volumes?.findLast((one) => one.name === name)
        if (!volume) errors.push(valueNotFound(field, name))
        else if (!volume.emptyDir)
          errors.push(invalid(field, name, 'referenced volume must be of type emptyDir'))
      }
}
