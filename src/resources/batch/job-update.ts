import { invalid, type FieldError } from '../../meta/field-error.ts'
import { equal } from '../equal.ts'
import type { Job, JobCondition, JobSpec } from '../generated/batch.gen.ts'
import type { Affinity, Container, PodSpec } from '../generated/core.gen.ts'
import { goShown } from '../internal-shape.ts'

const FIXED = 'field is immutable'

/** Whether the Job has the condition with this status. */
export const hasCondition = (
  conditions: readonly JobCondition[] | undefined,
  type: string,
  status = 'True',
): boolean => (conditions ?? []).some((c) => c.type === type && c.status === status)

/** What of a Job's spec may not move. Source: batch/validation ValidateJobSpecUpdate. */
export function jobImmutableErrors(errors: FieldError[], job: Job, before: Job): void {
  fixedErrors(errors, job.spec!, before.spec!)
  templateUpdateErrors(errors, job.spec!, before)
}

function fixedErrors(errors: FieldError[], spec: JobSpec, old: JobSpec): void {
  completionsErrors(errors, spec, old)
  const same = (name: keyof JobSpec): boolean => equal(spec[name], old[name])
  for (const name of ['selector', 'completionMode', 'backoffLimitPerIndex', 'managedBy'] as const)
    if (!same(name)) errors.push(invalid(`spec.${name}`, spec[name] ?? null, FIXED))
  if (!same('podFailurePolicy'))
    errors.push(
      invalid('spec.podFailurePolicy', goShown('batch.PodFailurePolicy', spec.podFailurePolicy), FIXED),
    )
  if (!same('successPolicy'))
    errors.push(invalid('spec.successPolicy', goShown('batch.SuccessPolicy', spec.successPolicy), FIXED))
}

/** Completions of an Indexed Job move with its parallelism; others keep them. */
function completionsErrors(errors: FieldError[], spec: JobSpec, old: JobSpec): void {
  if (equal(spec.completions, old.completions)) return
  if (spec.completionMode !== 'Indexed')
    errors.push(invalid('spec.completions', spec.completions ?? null, FIXED))
  else if (spec.completions !== undefined && spec.completions !== spec.parallelism)
    errors.push(
      invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism'),
    )
}

/** A suspended Job's template may change where its Pods go and what they ask for. */
function templateUpdateErrors(errors: FieldError[], { template }: JobSpec, before: Job): void {
  const old = before.spec!.template
  if (!mayChangeTemplate(before)) {
    if (!equal(template, old))
      errors.push(invalid('spec.template', goShown('core.PodTemplateSpec', template), FIXED))
    return
  }
  const pod = template.spec!
  if (!equal(pod, withResourcesOf(withDirectivesOf(old.spec!, pod), pod)))
    errors.push(invalid('spec.template.spec', goShown('core.PodSpec', pod), FIXED))
}

/** Source: pkg/registry/batch/job/strategy.go shouldAllowMutablePodTemplate. */
function mayChangeTemplate({ spec, status }: Job): boolean {
  if (!spec?.suspend || (status?.active ?? 0) !== 0) return false
  return status?.startTime === undefined || hasCondition(status.conditions, 'Suspended')
}

const withDirectivesOf = (old: PodSpec, now: PodSpec): PodSpec =>
  withoutUndefined({
    ...old,
    affinity: affinityFor(old.affinity, now.affinity),
    nodeSelector: now.nodeSelector,
    tolerations: now.tolerations,
    schedulingGates: now.schedulingGates,
  })

function affinityFor(old: Affinity | undefined, now: Affinity | undefined): Affinity | undefined {
  if (!old && !now) return undefined
  if (now) return withoutUndefined({ ...old, nodeAffinity: now.nodeAffinity })
  const { nodeAffinity: _, ...rest } = old!
  return rest.podAffinity || rest.podAntiAffinity ? rest : undefined
}

function withResourcesOf(old: PodSpec, now: PodSpec): PodSpec {
  const munged = (list: Container[] | undefined, from: Container[] | undefined): Container[] | undefined =>
    list?.length === from?.length
      ? list?.map((container, i) =>
          container.name === from![i]!.name
            ? withoutUndefined({ ...container, resources: from![i]!.resources })
            : container,
        )
      : list
  return withoutUndefined({
    ...old,
    containers: munged(old.containers, now.containers)!,
    initContainers: munged(old.initContainers, now.initContainers),
  })
}

function withoutUndefined<O extends object>(object: { [K in keyof O]: O[K] | undefined }): O {
  const copy = { ...object }
  for (const key of Object.keys(copy) as (keyof O)[]) if (copy[key] === undefined) delete copy[key]
  return copy as O
}
