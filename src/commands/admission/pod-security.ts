import type { ObjectMeta } from '../../meta/object.ts'
import { invalidObject } from '../../meta/status.ts'
import { equal } from '../../resources/equal.ts'
import type { Pod, PodSpec, PodTemplateSpec } from '../../resources/generated/core.gen.ts'
import { detailText, violationsOf } from '../../resources/pod-security/evaluate.ts'
import {
  compareLevels, levelText, mentionsPodSecurity, policyOf, sameLevel,
} from '../../resources/pod-security/policy.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { forbidden } from './forbidden.ts'
import { namespaceWarnings } from './pod-security-namespace.ts'

/** Where Pods are made from, and where their template lies. Source: pod-security-admission admission.go. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'replicationcontrollers': ['spec', 'template'],
  'podtemplates': ['template'],
  'replicasets.apps': ['spec', 'template'],
  'deployments.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
}

/** Pods are held to the profile that their namespace enforces. Source: plugin/pkg/admission/security/podsecurity. */
export const podSecurity: AdmissionRule = {
  name: 'PodSecurity',
  resources: ['pods'],
  subresources: ['', 'ephemeralcontainers', 'resize'],
  operations: ['CREATE', 'UPDATE'],
  phase: 'validate',
  admit(request) {
    const labels = namespaceLabels(request)
    if (!labels) return undefined
    const pod = request.object as Pod
    if (request.before && !isSignificant(pod.spec!, (request.before as Pod).spec!)) return undefined
    const { policy } = policyOf(labels)
    const violations = violationsOf(policy.enforce, pod.spec!, pod.metadata)
    if (violations.length > 0)
      return forbidden(request, `violates PodSecurity "${levelText(policy.enforce)}": ${detailText(violations)}`)
    warn(request, labels, pod.spec!, pod.metadata)
    return undefined
  },
}

/** What makes Pods is never refused: it is warned of what its Pods will meet. */
export const podSecurityTemplates: AdmissionRule = {
  name: 'PodSecurity',
  resources: Object.keys(TEMPLATES),
  operations: ['CREATE', 'UPDATE'],
  phase: 'validate',
  admit(request) {
    const labels = namespaceLabels(request)
    const template = labels && templateOf(request)
    if (template?.spec) warn(request, labels!, template.spec, template.metadata ?? {})
    return undefined
  },
}

/** Labels that cannot be read are refused; a stricter profile warns of the Pods that are there. */
export const podSecurityLabels: AdmissionRule = {
  name: 'PodSecurity',
  resources: ['namespaces'],
  operations: ['CREATE', 'UPDATE'],
  phase: 'validate',
  admit(request) {
    const { labels } = request.object.metadata
    if (!mentionsPodSecurity(labels) && !mentionsPodSecurity(request.before?.metadata.labels)) return undefined
    const { policy, errors } = policyOf(labels)
    const old = request.before && policyOf(request.before.metadata.labels)
    if (errors.length > 0 && (!old || old.errors.length === 0 || !equal(errors, old.errors)))
      return invalidObject('', 'Namespace', request.name, errors)
    const [now, then] = [policy.enforce, old?.policy.enforce]
    if (!then || sameLevel(now, then) || now.level === 'privileged') return undefined
    if (now.minor === then.minor && compareLevels(now.level, then.level) < 1) return undefined
    request.warnings.push(...namespaceWarnings(request, now))
    return undefined
  },
}

/** The labels of the request's namespace where they say anything: most namespaces end the check here. */
function namespaceLabels({ state, namespace }: AdmissionRequest): Readonly<Record<string, string>> | undefined {
  const labels = state.get('namespaces', '', namespace)?.labels
  return mentionsPodSecurity(labels) ? labels : undefined
}

function warn(
  { warnings }: AdmissionRequest, labels: Readonly<Record<string, string>>, spec: PodSpec, metadata: ObjectMeta,
): void {
  const { policy } = policyOf(labels)
  const violations = violationsOf(policy.warn, spec, metadata)
  if (violations.length > 0)
    warnings.push(`would violate PodSecurity "${levelText(policy.warn)}": ${detailText(violations)}`)
}

const templateOf = ({ definition, object }: AdmissionRequest): PodTemplateSpec | undefined =>
  TEMPLATES[definition.resource]!.reduce<unknown>(
    (at, step) => (at as Record<string, unknown> | undefined)?.[step], object,
  ) as PodTemplateSpec | undefined

type Image = { readonly name: string; readonly image?: string }

/** Only another image, or another container, can make a Pod worse. */
function isSignificant(spec: PodSpec, before: PodSpec): boolean {
  const differs = (now: readonly Image[] = [], then: readonly Image[] = []): boolean =>
    now.length !== then.length || now.some(({ image }, i) => image !== then[i]!.image)
  return (
    differs(spec.containers, before.containers) || differs(spec.initContainers, before.initContainers) ||
    (spec.ephemeralContainers ?? []).some(({ name, image }) =>
      !before.ephemeralContainers?.some((old) => old.name === name && old.image === image))
  )
}

