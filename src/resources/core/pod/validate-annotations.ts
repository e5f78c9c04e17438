import { forbidden, invalid, type FieldError } from '../../../meta/field-error.ts'
import { at, where, whereKey, type Path } from '../../field-path.ts'
import type { PodSpec, SeccompProfile } from '../../generated/core.gen.ts'
import { APPARMOR } from './apparmor.ts'
import { eachContainer } from './each-container.ts'
import { descendingPathErrors } from './validate-path.ts'

type Annotations = Readonly<Record<string, string>>

/** Marks Pods that a kubelet made from a file. */
export const MIRROR = 'kubernetes.io/config.mirror'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const COST = /^(?:0|-?[1-9][0-9]*)$/

/** Source: core/validation ValidatePodSpecificAnnotations. */
export function podAnnotationErrors(
  errors: FieldError[],
  path: Path,
  annotations: Annotations | undefined,
  spec: PodSpec,
): void {
  if (!annotations) return
  if (annotations[MIRROR] !== undefined && !spec.nodeName)
    errors.push(
      invalid(
        whereKey(path, MIRROR),
        annotations[MIRROR],
        'must set spec.nodeName if mirror pod annotation is set',
      ),
    )
  const cost = annotations[DELETION_COST]
  if (cost !== undefined && !(COST.test(cost) && Number(cost) === (Number(cost) | 0)))
    errors.push(invalid(whereKey(path, DELETION_COST), cost, 'must be a 32bit integer'))
  const entries = Object.entries(annotations)
  for (const [key, value] of entries)
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER))
      seccompErrors(errors, path, key, value)
  for (const [key, value] of entries)
    if (key.startsWith(APPARMOR)) appArmorErrors(errors, path, { key, value, spec })
}

function seccompErrors(errors: FieldError[], path: Path, key: string, profile: string): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return
  if (profile.startsWith('localhost/'))
    descendingPathErrors(errors, path, key, profile.slice('localhost/'.length))
  else errors.push(invalid(where(path, key), profile, 'must be a valid seccomp profile'))
}

function appArmorErrors(
  errors: FieldError[],
  path: Path,
  { key, value, spec }: { key: string; value: string; spec: PodSpec },
): void {
  const name = key.slice(APPARMOR.length)
  let found = false
  eachContainer(spec, path, (container) => {
    if (container.name === name) found = true
  })
  if (!found) errors.push(invalid(whereKey(path, key), name, 'container not found'))
  const fine = ['', 'runtime/default', 'unconfined'].includes(value) || value.startsWith('localhost/')
  if (!fine)
    errors.push(
      invalid(
        whereKey(path, key),
        value,
        `invalid AppArmor profile name: ${JSON.stringify(value)}`,
      ),
    )
}

/** Old annotation and new field may not disagree. Source: validateSeccompAnnotationsAndFields and AppArmor's. */
export function profileMatchErrors(
  errors: FieldError[],
  path: Path,
  annotations: Annotations | undefined,
  spec: PodSpec,
): void {
  if (!annotations) return
  const whole = spec.securityContext
  const check = (own: Path, kind: 'seccomp' | 'apparmor', key: string, profile?: SeccompProfile): void => {
    const annotation = annotations[key]
    if (profile && annotation !== undefined)
      matchErrors(errors, own, { kind, annotation, profile })
  }
  check(at(path, 'securityContext'), 'seccomp', SECCOMP_POD, whole?.seccompProfile)
  const windows = spec.os?.name === 'windows'
  eachContainer(spec, path, ({ name, securityContext }, own) => {
    const context = at(own, 'securityContext')
    check(context, 'seccomp', SECCOMP_CONTAINER + name, securityContext?.seccompProfile)
    if (!windows)
      check(
        context,
        'apparmor',
        APPARMOR + name,
        securityContext?.appArmorProfile ?? whole?.appArmorProfile,
      )
  })
}

interface Pair {
  readonly kind: 'seccomp' | 'apparmor'
  readonly annotation: string
  readonly profile: SeccompProfile
}

function matchErrors(errors: FieldError[], path: Path, { kind, annotation, profile }: Pair): void {
  const field = kind === 'seccomp' ? 'seccompProfile' : 'appArmorProfile'
  const differs = (step: string, what: string): void =>
    void errors.push(
      forbidden(where(path, field, step), `${kind} ${what} in annotation and field must match`),
    )
  const { type, localhostProfile } = profile
  const isDefault =
    annotation === 'runtime/default' || (kind === 'seccomp' && annotation === 'docker/default')
  if (type === 'Unconfined' && annotation !== 'unconfined') differs('type', 'type')
  else if (type === 'RuntimeDefault' && !isDefault) differs('type', 'type')
  else if (type === 'Localhost') {
    if (!annotation.startsWith('localhost/')) differs('type', 'type')
    else if (annotation.slice('localhost/'.length) !== localhostProfile)
      differs('localhostProfile', 'profile')
  }
}

/** Source: core/validation ValidatePodSpecificAnnotationUpdates, its first half. */
export function annotationUpdateErrors(
  errors: FieldError[],
  path: Path,
  annotations: Annotations = {},
  before: Annotations = {},
): void {
  const refuse = (key: string, why: string): void =>
    void errors.push(forbidden(whereKey(path, key), why))
  for (const [key, old] of Object.entries(before)) {
    if (annotations[key] === old) continue
    if (key.startsWith(APPARMOR)) refuse(key, 'may not remove or update AppArmor annotations')
    if (key === MIRROR) refuse(key, 'may not remove or update mirror pod annotation')
  }
  for (const key of Object.keys(annotations)) {
    if (before[key] !== undefined) continue
    if (key.startsWith(APPARMOR)) refuse(key, 'may not add AppArmor annotations')
    if (key === MIRROR) refuse(key, 'may not add mirror pod annotation')
  }
}
