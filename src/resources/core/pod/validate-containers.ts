import { duplicate, forbidden, invalid, required, valueNotFound, type FieldError } from '../../../meta/field-error.ts'
import { checkOneOf, checkRequiredLabel } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, EphemeralContainer } from '../../generated/core.gen.ts'
import { checkPullPolicy } from './pull-policy.ts'
import { isSidecar } from './requests.ts'
import type { SpecContext } from './spec-context.ts'
import { envErrors, envFromErrors } from './validate-env.ts'
import { deviceErrors, mountErrors } from './validate-mounts.ts'
import { containerPortErrors, hostPortConflicts } from './validate-ports.ts'
import { lifecycleErrors, probesErrors } from './validate-probe.ts'
import { containerResourceErrors, resizePolicyErrors } from './validate-resources.ts'
import { restartPolicyErrors } from './validate-restart.ts'
import { containerSecurityErrors } from './validate-security.ts'

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']

/** Source: core/validation validateContainers. */
export function containersErrors(errors: FieldError[], parent: Path, context: SpecContext): void {
  const { spec } = context
  const containers = spec.containers ?? []
  const list = at(parent, 'containers')
  if (containers.length === 0) return void errors.push(required(where(list), ''))
  const names = new Set<string>()
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i]!
    const path = at(list, i)
    commonErrors(errors, path, container, context)
    takeName(errors, path, container.name, names)
    runningErrors(errors, path, container, context)
    restartPolicyErrors(errors, path, container)
  }
  hostPortConflicts(errors, list, containers)
}

/** Hooks and probes of containers that stay. */
function runningErrors(
  errors: FieldError[],
  path: Path,
  container: Container,
  { grace, spec }: SpecContext,
): void {
  if (container.lifecycle)
    lifecycleErrors(errors, at(path, 'lifecycle'), container.lifecycle, { grace, os: spec.os })
  probesErrors(errors, path, container)
}

function takeName(errors: FieldError[], path: Path, name: string, names: Set<string>): void {
  if (names.has(name)) errors.push(duplicate(where(path, 'name'), name))
  else names.add(name)
}

/** Source: core/validation validateInitContainers. */
export function initContainersErrors(
  errors: FieldError[],
  parent: Path,
  context: SpecContext,
): void {
  const { initContainers, containers = [] } = context.spec
  if (!initContainers?.length) return
  const list = at(parent, 'initContainers')
  const names = new Set(containers.map(({ name }) => name))
  for (const [i, container] of initContainers.entries()) {
    const path = at(list, i)
    const sidecar = isSidecar(container)
    commonErrors(errors, path, container, context)
    initRestartErrors(errors, path, container)
    if (names.has(container.name)) errors.push(duplicate(where(path, 'name'), container.name))
    else if (container.name) names.add(container.name)
    hostPortConflicts(errors, list, [container])
    if (sidecar) runningErrors(errors, path, container, context)
    else initOnlyErrors(errors, path, container)
  }
}

function initRestartErrors(errors: FieldError[], path: Path, container: Container): void {
  if (container.restartPolicy !== undefined) return restartPolicyErrors(errors, path, container)
  if (container.restartPolicyRules?.length)
    errors.push(
      required(
        where(path, 'restartPolicy'),
        'must specify restartPolicy when restart rules are used',
      ),
    )
}

function initOnlyErrors(errors: FieldError[], path: Path, container: Container): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    if (container[field])
      errors.push(
        forbidden(
          where(path, field),
          'may not be set for init containers without restartPolicy=Always',
        ),
      )
  for (const [i, { restartPolicy }] of (container.resizePolicy ?? []).entries())
    if (restartPolicy === 'RestartContainer')
      errors.push(
        invalid(
          where(path, 'resizePolicy', i, 'restartPolicy'),
          restartPolicy,
          "must not be set to 'RestartContainer' for non-sidecar initContainers",
        ),
      )
}

/** Fields that a container for debugging lacks, in upstream's order. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

/** Source: core/validation validateEphemeralContainers. */
export function ephemeralContainersErrors(
  errors: FieldError[],
  parent: Path,
  context: SpecContext,
): void {
  const { ephemeralContainers, containers = [], initContainers = [] } = context.spec
  if (!ephemeralContainers?.length) return
  const list = at(parent, 'ephemeralContainers')
  const others = new Set([...containers, ...initContainers].map(({ name }) => name))
  const names = new Set(others)
  for (const [i, container] of ephemeralContainers.entries()) {
    const path = at(list, i)
    commonErrors(errors, path, container, context)
    imageSpaceErrors(errors, path, container)
    takeName(errors, path, container.name, names)
    const { targetContainerName: target } = container
    if (target && !others.has(target))
      errors.push(valueNotFound(where(path, 'targetContainerName'), target))
    ephemeralOnlyErrors(errors, path, container)
  }
}

function ephemeralOnlyErrors(errors: FieldError[], path: Path, one: EphemeralContainer): void {
  const why = 'cannot be set for an Ephemeral Container'
  for (const field of NOT_EPHEMERAL) {
    const value = one[field]
    const empty = value === undefined || (typeof value === 'object' && isEmpty(value))
    if (!empty) errors.push(forbidden(where(path, field), why))
  }
  for (const [i, { subPath, subPathExpr }] of (one.volumeMounts ?? []).entries()) {
    if (subPath) errors.push(forbidden(where(path, 'volumeMounts', i, 'subPath'), why))
    if (subPathExpr) errors.push(forbidden(where(path, 'volumeMounts', i, 'subPathExpr'), why))
  }
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

/** Source: core/validation validateContainerOnlyForPod. */
export function imageSpaceErrors(
  errors: FieldError[],
  path: Path,
  { image = '' }: Pick<Container, 'image'>,
): void {
  if (image !== image.trim())
    errors.push(
      invalid(where(path, 'image'), image, 'must not have leading or trailing whitespace'),
    )
}

/** Source: core/validation validateContainerCommon. */
function commonErrors(
  errors: FieldError[],
  path: Path,
  container: Container,
  { volumes, claimNames, spec }: SpecContext,
): void {
  checkRequiredLabel(errors, path, 'name', container.name)
  if (!container.image) errors.push(required(where(path, 'image'), ''))
  const policy = container.terminationMessagePolicy ?? ''
  if (policy === '') errors.push(required(where(path, 'terminationMessagePolicy'), ''))
  else checkOneOf(errors, path, 'terminationMessagePolicy', policy, MESSAGE_POLICIES)
  if (container.ports?.length) containerPortErrors(errors, at(path, 'ports'), container.ports)
  if (container.env?.length) envErrors(errors, at(path, 'env'), container.env)
  if (container.envFrom?.length) envFromErrors(errors, at(path, 'envFrom'), container.envFrom)
  if (container.volumeMounts?.length)
    mountErrors(errors, at(path, 'volumeMounts'), container, volumes)
  if (container.volumeDevices?.length)
    deviceErrors(errors, at(path, 'volumeDevices'), container, volumes)
  checkPullPolicy(errors, path, 'imagePullPolicy', container.imagePullPolicy ?? '')
  if (container.resources)
    containerResourceErrors(errors, at(path, 'resources'), container.resources, claimNames)
  if (container.resizePolicy?.length)
    resizePolicyErrors(
      errors,
      at(path, 'resizePolicy'),
      container.resizePolicy,
      spec.restartPolicy ?? '',
    )
  if (container.securityContext)
    containerSecurityErrors(
      errors,
      at(path, 'securityContext'),
      container.securityContext,
      spec.hostUsers !== false,
    )
}
