import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../../meta/field-error.ts'
import { exceedsBytes } from '../../../meta/names.ts'
import { checkOneOf, checkUnixId } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from '../../generated/core.gen.ts'
import { sysctlNamespace } from './sysctl.ts'
import { descendingPathErrors } from './validate-path.ts'
import { windowsOptionErrors } from './validate-windows.ts'

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']
/** PATH_MAX - 1. */
const PROFILE_BYTES_MAX = 4095
const SYSCTL_BYTES_MAX = 253
const SYSCTL_PATTERN = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const SYSCTL = new RegExp(SYSCTL_PATTERN)

/** Source: core/validation ValidateSecurityContext. */
export function containerSecurityErrors(
  errors: FieldError[],
  path: Path,
  context: SecurityContext,
  hostUsers: boolean,
): void {
  const { procMount, privileged, allowPrivilegeEscalation, capabilities } = context
  checkUnixId(errors, path, 'runAsUser', context.runAsUser)
  checkUnixId(errors, path, 'runAsGroup', context.runAsGroup)
  if (procMount !== undefined) {
    checkOneOf(errors, path, 'procMount', procMount, ['Default', 'Unmasked'])
    if (hostUsers && procMount === 'Unmasked')
      errors.push(
        invalid(
          where(path, 'procMount'),
          procMount,
          '`hostUsers` must be false to use `Unmasked`',
        ),
      )
  }
  seccompErrors(errors, path, context.seccompProfile)
  if (allowPrivilegeEscalation === false) {
    const refuse = (other: string): void => {
      const why = `cannot set \`allowPrivilegeEscalation\` to false and ${other}`
      errors.push(invalid(where(path), internalContext(context), why))
    }
    if (privileged) refuse('`privileged` to true')
    for (const capability of capabilities?.add ?? [])
      if (capability === 'CAP_SYS_ADMIN') refuse('`capabilities.Add` CAP_SYS_ADMIN')
  }
  if (context.windowsOptions)
    windowsOptionErrors(errors, at(path, 'windowsOptions'), context.windowsOptions)
  appArmorErrors(errors, path, context.appArmorProfile)
}

/** Upstream shows its internal type, whose fields have Go's names and all appear. */
const internalContext = (context: SecurityContext): object => ({
  Capabilities: context.capabilities
    ? { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null }
    : null,
  Privileged: context.privileged ?? null,
  SELinuxOptions: context.seLinuxOptions ?? null,
  WindowsOptions: context.windowsOptions ?? null,
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: context.seccompProfile ?? null,
  AppArmorProfile: context.appArmorProfile ?? null,
})

/** Source: core/validation validatePodSpecSecurityContext. */
export function podSecurityErrors(
  errors: FieldError[],
  path: Path,
  context: PodSecurityContext,
  spec: PodSpec,
): void {
  checkUnixId(errors, path, 'fsGroup', context.fsGroup)
  checkUnixId(errors, path, 'runAsUser', context.runAsUser)
  checkUnixId(errors, path, 'runAsGroup', context.runAsGroup)
  for (const [i, group] of (context.supplementalGroups ?? []).entries())
    checkUnixId(errors, at(path, 'supplementalGroups'), i, group)
  if (context.sysctls) sysctlErrors(errors, at(path, 'sysctls'), context.sysctls, spec)
  const { fsGroupChangePolicy, supplementalGroupsPolicy, seLinuxChangePolicy } = context
  if (fsGroupChangePolicy !== undefined)
    checkOneOf(errors, path, 'fsGroupChangePolicy', fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ])
  seccompErrors(errors, path, context.seccompProfile)
  if (context.windowsOptions)
    windowsOptionErrors(errors, at(path, 'windowsOptions'), context.windowsOptions)
  appArmorErrors(errors, path, context.appArmorProfile)
  if (supplementalGroupsPolicy !== undefined)
    checkOneOf(errors, path, 'supplementalGroupsPolicy', supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ])
  if (seLinuxChangePolicy !== undefined)
    checkOneOf(errors, path, 'seLinuxChangePolicy', seLinuxChangePolicy, [
      'MountOption',
      'Recursive',
    ])
}

/** Source: core/validation validateSysctls. */
function sysctlErrors(
  errors: FieldError[],
  path: Path,
  sysctls: readonly { name: string }[],
  spec: PodSpec,
): void {
  const seen = new Set<string>()
  for (const [i, { name = '' }] of sysctls.entries()) {
    const field = where(path, i, 'name')
    if (name === '') errors.push(required(field, ''))
    else if (exceedsBytes(name, SYSCTL_BYTES_MAX) || !SYSCTL.test(name))
      errors.push(
        invalid(
          field,
          name,
          `must have at most ${SYSCTL_BYTES_MAX} characters and match regex ${SYSCTL_PATTERN}`,
        ),
      )
    else if (seen.has(name)) errors.push(duplicate(field, name))
    const namespace = sysctlNamespace(name)
    if (spec.hostNetwork && namespace === 'net')
      errors.push(invalid(field, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC && namespace === 'ipc')
      errors.push(invalid(field, name, "may not be specified when 'hostIPC' is true"))
    seen.add(name)
  }
}

/** Source: core/validation validateSeccompProfileField. */
function seccompErrors(
  errors: FieldError[],
  parent: Path,
  profile: SeccompProfile | undefined,
): void {
  if (!profile) return
  const path = at(parent, 'seccompProfile')
  const { type = '', localhostProfile } = profile
  if (type === '')
    errors.push(required(where(path, 'type'), 'type is required when seccompProfile is set'))
  else if (!PROFILE_TYPES.includes(type))
    errors.push(notSupported(where(path, 'type'), type, PROFILE_TYPES))
  const field = where(path, 'localhostProfile')
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined)
      errors.push(
        invalid(
          field,
          { Type: type, LocalhostProfile: localhostProfile },
          'can only be set when seccomp type is Localhost',
        ),
      )
  } else if (localhostProfile === undefined)
    errors.push(required(field, 'must be set when seccomp type is Localhost'))
  else descendingPathErrors(errors, path, 'localhostProfile', localhostProfile)
}

/** Source: core/validation ValidateAppArmorProfileField. */
function appArmorErrors(
  errors: FieldError[],
  parent: Path,
  profile: AppArmorProfile | undefined,
): void {
  if (!profile) return
  const path = at(parent, 'appArmorProfile')
  const { type = '', localhostProfile: name } = profile
  const field = where(path, 'localhostProfile')
  if (type === '')
    errors.push(required(where(path, 'type'), 'type is required when appArmorProfile is set'))
  else if (!PROFILE_TYPES.includes(type))
    errors.push(notSupported(where(path, 'type'), type, PROFILE_TYPES))
  else if (type !== 'Localhost') {
    if (name !== undefined)
      errors.push(invalid(field, name, 'can only be set when AppArmor type is Localhost'))
  } else if (name === undefined || name === '')
    errors.push(required(field, 'must be set when AppArmor type is Localhost'))
  else {
    if (name.trim() !== name)
      errors.push(invalid(field, name, 'must not be padded with whitespace'))
    if (exceedsBytes(name, PROFILE_BYTES_MAX)) errors.push(tooLong(field, PROFILE_BYTES_MAX))
  }
}
