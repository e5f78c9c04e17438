import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../../meta/names.ts'
import { validateLabels } from '../../../meta/validate-label-selector.ts'
import { addInvalid, checkLabel, checkQualified, isPlainLabel } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { PodSpec } from '../../generated/core.gen.ts'
import { hostUsersErrors, resourceClaimErrors, fileKeyVolumeErrors } from './validate-spec-rare.ts'
import { NO_NAMES, type SpecContext } from './spec-context.ts'
import { affinityErrors } from './validate-affinity.ts'
import {
  containersErrors,
  ephemeralContainersErrors,
  initContainersErrors,
} from './validate-containers.ts'
import { dnsConfigErrors, hostAliasErrors, hostnameOverrideErrors } from './validate-dns.ts'
import { hostNetworkErrors } from './validate-ports.ts'
import { overheadErrors, podResourceErrors } from './validate-resources.ts'
import { spreadErrors, tolerationErrors } from './validate-scheduling.ts'
import { podSecurityErrors } from './validate-security.ts'
import { volumeErrors } from './validate-volumes.ts'
import { hostProcessErrors, osErrors } from './validate-windows.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const INT32_MAX = 2_147_483_647

/** `podName` is empty where it is not known yet, as in a template. */
export interface SpecRules {
  readonly isPod: boolean
  readonly podName: string
  /** Mirror Pods may not claim devices. */
  readonly mirror?: boolean
}

/** Source: core/validation ValidatePodSpec, in its order. */
export function podSpecErrors(
  errors: FieldError[],
  path: Path,
  spec: PodSpec,
  rules: SpecRules,
): void {
  const grace = spec.terminationGracePeriodSeconds
  if (grace === undefined) errors.push(required(where(path, 'terminationGracePeriodSeconds'), ''))
  const volumes = volumeErrors(errors, at(path, 'volumes'), spec.volumes, rules.podName)
  const claims = spec.resourceClaims
  const claimNames = claims
    ? new Set(claims.map(({ name }) => name).filter((name) => name))
    : NO_NAMES
  if (claims) resourceClaimErrors(errors, at(path, 'resourceClaims'), claims, rules.mirror ?? false)
  const context: SpecContext = { spec, volumes, claimNames, grace, ...rules }
  containersErrors(errors, path, context)
  initContainersErrors(errors, path, context)
  ephemeralContainersErrors(errors, path, context)
  podResourceErrors(errors, path, spec)
  if (spec.hostNetwork) hostNetworkErrors(errors, path, spec.containers ?? [], rules.isPod)
  wordErrors(errors, path, 'restartPolicy', spec.restartPolicy, RESTART_POLICIES)
  wordErrors(errors, path, 'dnsPolicy', spec.dnsPolicy, DNS_POLICIES)
  if (spec.nodeSelector)
    errors.push(...validateLabels(where(path, 'nodeSelector'), spec.nodeSelector))
  if (spec.securityContext)
    podSecurityErrors(errors, at(path, 'securityContext'), spec.securityContext, spec)
  placeErrors(errors, path, spec)
  identityErrors(errors, path, spec)
  schedulingErrors(errors, path, spec)
  if (spec.os) operatingSystemErrors(errors, path, spec)
  fileKeyVolumeErrors(errors, path, spec)
}

function wordErrors(
  errors: FieldError[],
  path: Path,
  step: string,
  word = '',
  words: readonly string[],
): void {
  if (word === '') errors.push(required(where(path, step), ''))
  else if (!words.includes(word)) errors.push(notSupported(where(path, step), word, words))
}

/** From shareProcessNamespace to the host name. */
function placeErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(
      invalid(
        where(path, 'shareProcessNamespace'),
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    )
  if (spec.affinity) affinityErrors(errors, at(path, 'affinity'), spec.affinity)
  if (spec.dnsConfig || spec.dnsPolicy === 'None')
    dnsConfigErrors(errors, at(path, 'dnsConfig'), spec.dnsConfig, spec.dnsPolicy ?? '')
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries())
    checkQualified(errors, at(at(path, 'readinessGates'), i), 'conditionType', conditionType ?? '')
  if (spec.schedulingGates) gateErrors(errors, at(path, 'schedulingGates'), spec.schedulingGates)
  if (spec.topologySpreadConstraints)
    spreadErrors(errors, at(path, 'topologySpreadConstraints'), spec.topologySpreadConstraints)
  hostProcessErrors(errors, path, spec)
  if (spec.hostUsers === false) hostUsersErrors(errors, path, spec)
  hostnameOverrideErrors(errors, path, spec)
}

function gateErrors(
  errors: FieldError[],
  path: Path,
  gates: readonly { name: string }[],
): void {
  for (const [i, { name = '' }] of gates.entries()) {
    checkQualified(errors, path, i, name)
    if (gates.findIndex((gate) => gate.name === name) < i)
      errors.push(duplicate(where(path, i), name))
  }
}

function identityErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  checkName(errors, path, 'serviceAccountName', spec.serviceAccountName)
  if ((spec.serviceAccount ?? '') !== (spec.serviceAccountName ?? ''))
    errors.push(
      invalid(
        where(path, 'deprecatedServiceAccount'),
        spec.serviceAccount ?? '',
        `must be the same as serviceAccountName: ${JSON.stringify(spec.serviceAccountName ?? '')}`,
      ),
    )
  checkName(errors, path, 'nodeName', spec.nodeName)
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > INT32_MAX))
    errors.push(
      invalid(
        where(path, 'activeDeadlineSeconds'),
        deadline,
        `must be between 1 and ${INT32_MAX}, inclusive`,
      ),
    )
  if (spec.hostname) checkLabel(errors, path, 'hostname', spec.hostname)
  if (spec.subdomain) checkLabel(errors, path, 'subdomain', spec.subdomain)
}

function checkName(errors: FieldError[], path: Path, step: string, name = ''): void {
  if (name !== '' && !isPlainLabel(name))
    addInvalid(errors, path, step, name, nameIsDnsSubdomain(name, false))
}

function schedulingErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  if (spec.tolerations) tolerationErrors(errors, at(path, 'tolerations'), spec.tolerations)
  if (spec.hostAliases) hostAliasErrors(errors, at(path, 'hostAliases'), spec.hostAliases)
  checkName(errors, path, 'priorityClassName', spec.priorityClassName)
  const { runtimeClassName, preemptionPolicy } = spec
  if (runtimeClassName !== undefined)
    addInvalid(
      errors,
      path,
      'runtimeClassName',
      runtimeClassName,
      nameIsDnsSubdomain(runtimeClassName, false),
    )
  if (preemptionPolicy !== undefined)
    wordErrors(errors, path, 'preemptionPolicy', preemptionPolicy, [
      'PreemptLowerPriority',
      'Never',
    ])
  if (spec.overhead) overheadErrors(errors, at(path, 'overhead'), spec.overhead)
}

/** Source: core/validation validateOS. */
function operatingSystemErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const name = spec.os?.name ?? ''
  if (name === '') errors.push(required(where(path, 'os', 'name'), ''))
  else if (name !== 'linux' && name !== 'windows')
    errors.push(notSupported(where(path, 'os'), name, ['linux', 'windows']))
  else osErrors(errors, path, spec)
}

/** Source: core/validation validatePodMetadataAndSpec, what holds for Pods but not templates. */
export function tokenVolumeErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  if (spec.serviceAccountName) return
  for (const [i, { projected }] of (spec.volumes ?? []).entries())
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries())
      if (serviceAccountToken)
        errors.push(
          forbidden(
            where(path, 'volumes', i, 'projected', 'sources', j, 'serviceAccountToken'),
            'must not be specified when serviceAccountName is not set',
          ),
        )
}
