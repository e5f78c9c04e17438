import { invalid, notSupported, type FieldError } from '../meta/field-error.ts'
import { isQualifiedName } from '../meta/names.ts'

/** Source of this file: pkg/apis/core/helper/helpers.go, core/validation validateResourceName. */
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const OBJECT_COUNTS = [
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const CONTAINER = new Set(COMPUTE)
const INTEGER = new Set(OBJECT_COUNTS)
const QUOTA = new Set([
  ...COMPUTE,
  ...COMPUTE.map((name) => `requests.${name}`),
  ...COMPUTE.map((name) => `limits.${name}`),
  'requests.storage',
  ...OBJECT_COUNTS,
])
const STANDARD = new Set([...QUOTA, 'storage'])
const HUGE_PAGES = 'hugepages-'

/** `hugepages-2Mi`. */
export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES)

/** Names of Kubernetes itself: no domain, or a kubernetes.io one. */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/')

/** `nvidia.com/gpu`: counted, never overcommitted. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0

/** Requests may be smaller than limits. */
export const isOvercommitAllowed = (name: string): boolean =>
  isNativeResource(name) && !isHugePages(name)

/** Measured in whole numbers. */
export const isIntegerResource = (name: string): boolean =>
  INTEGER.has(name) || isExtendedResource(name)

/** What a Pod as a whole may ask for. Source: component-helpers resource. */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || isHugePages(name)

/** Whether a container may ask for the unprefixed name. */
export const isContainerResource = (name: string): boolean =>
  CONTAINER.has(name) || isHugePages(name)

/** Source: core/validation ValidateContainerResourceName. */
export function containerResourceNameErrors(field: string, name: string): FieldError[] {
  // The names of nearly all containers, without the work below.
  if (CONTAINER.has(name)) return []
  const errors = resourceNameErrors(field, name)
  if (!name.includes('/')) {
    if (!isContainerResource(name))
      errors.push(invalid(field, name, 'must be a standard resource for containers'))
  } else if (!isNativeResource(name) && !isExtendedResource(name))
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"))
  return errors
}

/** Source: core/validation validatePodResourceName. */
export function podResourceNameErrors(field: string, name: string): FieldError[] {
  const errors = resourceNameErrors(field, name)
  if (errors.length > 0 || isPodLevelResource(name)) return errors
  return [notSupported(field, name, ['cpu', HUGE_PAGES, 'memory'])]
}

/** Source: core/validation ValidateResourceQuotaResourceName. */
export function quotaResourceNameErrors(field: string, name: string): FieldError[] {
  const errors = resourceNameErrors(field, name)
  if (!name.includes('/') && !QUOTA.has(name) && !isQuotaHugePages(name))
    errors.push(invalid(field, name, 'must be a standard resource for quota'))
  return errors
}

/** Whether a quota counts it without a domain. Source: core/helper IsStandardQuotaResourceName. */
export const isQuotaResource = (name: string): boolean =>
  QUOTA.has(name) || isQuotaHugePages(name)

/** Source: core/validation validateResourceName. */
export function resourceNameErrors(field: string, name: string): FieldError[] {
  const errors = isQualifiedName(name).map((reason) => invalid(field, name, reason))
  if (errors.length > 0 || name.includes('/')) return errors
  if (STANDARD.has(name) || isQuotaHugePages(name)) return []
  return [invalid(field, name, 'must be a standard resource type or fully qualified')]
}

const isQuotaHugePages = (name: string): boolean =>
  isHugePages(name) || name.startsWith(`requests.${HUGE_PAGES}`)
