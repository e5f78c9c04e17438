import { forbidden, invalid, type FieldError } from '../../../meta/field-error.ts'
import { isDns1123Subdomain } from '../../../meta/names.ts'
import { addInvalid } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { PodSpec, WindowsSecurityContextOptions } from '../../generated/core.gen.ts'
import { eachContainer } from './each-container.ts'

const GMSA_KIB_MAX = 64
const DOMAIN_BYTES_MAX = 256
const USER_BYTES_MAX = 104
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)
const CONTROL = /[\x00-\x1f\x7f]/
const USER_CHARACTERS = /["/\\:;|=,+*?<>@[\]]/
const CANNOT = 'cannot be set for a windows pod'
const POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

/** Source: core/validation validateWindowsSecurityContextOptions. */
export function windowsOptionErrors(
  errors: FieldError[],
  path: Path,
  options: WindowsSecurityContextOptions,
): void {
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options
  if (gmsaCredentialSpecName !== undefined)
    addInvalid(
      errors,
      path,
      'gmsaCredentialSpecName',
      gmsaCredentialSpecName,
      isDns1123Subdomain(gmsaCredentialSpecName),
    )
  const fail = (step: string, value: string, why: string): void => {
    errors.push(invalid(where(path, step), value, why))
  }
  if (gmsaCredentialSpec === '')
    fail('gmsaCredentialSpec', '', 'gmsaCredentialSpec cannot be an empty string')
  else if (Buffer.byteLength(gmsaCredentialSpec ?? '') > GMSA_KIB_MAX * 1024)
    fail(
      'gmsaCredentialSpec',
      gmsaCredentialSpec!,
      `gmsaCredentialSpec size must be under ${GMSA_KIB_MAX} KiB`,
    )
  if (runAsUserName !== undefined)
    for (const why of userReasons(runAsUserName)) fail('runAsUserName', runAsUserName, why)
}

function userReasons(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const [user, domain] = parts.toReversed() as [string, string | undefined]
  const reasons: string[] = []
  if (Buffer.byteLength(domain ?? '') >= DOMAIN_BYTES_MAX)
    reasons.push(`runAsUserName's Domain length must be under ${DOMAIN_BYTES_MAX} characters`)
  if (domain !== undefined && !NETBIOS.test(domain) && !DOMAIN.test(domain))
    reasons.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (user === '') reasons.push("runAsUserName's User cannot be empty")
  else if (Buffer.byteLength(user) > USER_BYTES_MAX)
    reasons.push(`runAsUserName's User length must not be longer than ${USER_BYTES_MAX} characters`)
  if (/^[. ]+$/.test(user))
    reasons.push("runAsUserName's User cannot contain only periods or spaces")
  if (USER_CHARACTERS.test(user))
    reasons.push(
      'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    )
  return reasons
}

/** Source: core/validation validateWindowsHostProcessPod. */
export function hostProcessErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const whole = spec.securityContext?.windowsOptions?.hostProcess
  let count = 0
  let hostProcesses = 0
  eachContainer(spec, path, (container, own) => {
    count++
    const single = container.securityContext?.windowsOptions?.hostProcess
    if (whole !== undefined && single !== undefined && whole !== single)
      errors.push(
        invalid(
          where(own, 'securityContext', 'windowsOptions', 'hostProcess'),
          single,
          `pod hostProcess value must be identical if both are specified, was ${whole}`,
        ),
      )
    if (single ?? whole) hostProcesses++
  })
  if (hostProcesses === 0) return
  if (hostProcesses !== count)
    errors.push(
      invalid(
        where(path),
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    )
  if (!spec.hostNetwork)
    errors.push(
      invalid(
        where(path, 'hostNetwork'),
        false,
        'hostNetwork must be true if pod contains any hostProcess containers',
      ),
    )
}

/** What a Pod for the other operating system may not say. Source: validateLinux, validateWindows. */
export function osErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const windows = spec.os?.name === 'windows'
  const fields = windows ? POD_FIELDS : (['windowsOptions'] as const)
  const why = windows ? CANNOT : 'windows options cannot be set for a linux pod'
  const refuse = (own: Path, context: object, names: readonly string[]): void => {
    for (const name of names) {
      const value = (context as Record<string, unknown>)[name]
      const empty = Array.isArray(value) && value.length === 0 && name === 'sysctls'
      if (value !== undefined && !empty) errors.push(forbidden(where(own, name), why))
    }
  }
  if (spec.securityContext) refuse(at(path, 'securityContext'), spec.securityContext, fields)
  if (windows) {
    if (spec.hostUsers !== undefined) errors.push(forbidden(where(path, 'hostUsers'), why))
    if (spec.hostPID) errors.push(forbidden(where(path, 'hostPID'), why))
    if (spec.hostIPC) errors.push(forbidden(where(path, 'hostIPC'), why))
    if (spec.shareProcessNamespace !== undefined)
      errors.push(forbidden(where(path, 'shareProcessNamespace'), why))
  }
  const own = windows ? CONTAINER_FIELDS : (['windowsOptions'] as const)
  eachContainer(spec, path, (container, step) => {
    if (container.securityContext)
      refuse(at(step, 'securityContext'), container.securityContext, own)
  })
}
