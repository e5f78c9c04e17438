import { goQuote } from '../../meta/go-quote.ts'
import { byCodePoint } from '../../meta/go-text.ts'
import {
  badContainers, badSetters, containersText, everyContainer, inOrder, plural, quoted, type CheckPod,
} from './check.ts'

const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/'
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'
const ALLOWED_TYPES = ['RuntimeDefault', 'Localhost']

const isAllowed = (type: string | undefined): boolean => ALLOWED_TYPES.includes(type ?? '')

/** Source: policy/check_appArmorProfile.go; the annotations of old count too. */
export const appArmor: CheckPod = (spec, { annotations = {} }) => {
  const found = badSetters(spec, ({ appArmorProfile }) =>
    appArmorProfile && !isAllowed(appArmorProfile.type) ? [appArmorProfile.type] : [])
  const forbidden = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(APPARMOR_PREFIX) && !isAllowedAppArmor(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort(byCodePoint)
  if (!found && forbidden.length === 0) return undefined
  const values = [...(found?.values ?? []), ...forbidden]
  const who = [
    ...(found ? [found.who] : []), ...(forbidden.length > 0 ? [plural('annotation', 'annotations', forbidden.length)] : []),
  ].join(' and ')
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
  }
}

const isAllowedAppArmor = (value: string): boolean =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/')

const isAllowedSeccomp = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')

/** Before 1.19 a profile was an annotation. Source: policy/check_seccompProfile_baseline.go. */
export const seccompAnnotations: CheckPod = (spec, { annotations = {} }) => {
  const keys = [SECCOMP_POD, ...everyContainer(spec).map(({ name }) => SECCOMP_PREFIX + name)]
  const forbidden = inOrder(keys.flatMap((key) => {
    const value = annotations[key]
    return value === undefined || isAllowedSeccomp(value) ? [] : [`${key}=${goQuote(value)}`]
  }))
  if (forbidden.length === 0) return undefined
  const what = plural('annotation', 'annotations', forbidden.length)
  return { reason: 'seccompProfile', detail: `forbidden ${what} ${forbidden.join(', ')}` }
}

/** Since then it is a field, which may be left out. */
export const seccompFields: CheckPod = (spec) => {
  const found = badSetters(spec, ({ seccompProfile }) =>
    seccompProfile && !isAllowed(seccompProfile.type) ? [seccompProfile.type] : [])
  if (!found) return undefined
  return {
    reason: 'seccompProfile',
    detail: `${found.who} must not set securityContext.seccompProfile.type to ${quoted(found.values)}`,
  }
}

/** The restricted profile wants one. Source: policy/check_seccompProfile_restricted.go. */
export const seccompRequired: CheckPod = (spec, metadata) => {
  const bad = seccompFields(spec, metadata)
  if (bad || spec.securityContext?.seccompProfile) return bad
  const without = badContainers(spec, ({ securityContext }) => !securityContext?.seccompProfile)
  if (without.length === 0) return undefined
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersText(without)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  }
}
