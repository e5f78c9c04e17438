import { forbidden, invalid, type FieldError } from '../../../meta/field-error.ts'
import { equal } from '../../equal.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../generated/core.gen.ts'
import type { ResourceList } from '../../resource-list.ts'
import { qosClassOf } from './qos.ts'
import { isSidecar } from './requests.ts'
import { MIRROR } from './validate-annotations.ts'
import { podBodyErrors } from './validate-pod.ts'

const SPEC = at(undefined, 'spec')
const NO_SPEC: PodSpec = { containers: [] }
const ONLY = 'only cpu and memory resources are mutable'

/** Source: core/validation ValidatePodResize. */
export function resizeErrors(pod: Pod, before: Pod): FieldError[] {
  if (before.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden('', 'static pods cannot be resized')]
  if (before.spec?.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')]
  const errors: FieldError[] = []
  const { spec = NO_SPEC } = pod
  const old = before.spec ?? NO_SPEC
  podBodyErrors(errors, pod)
  if ((before.status?.qosClass ?? qosClassOf(before)) !== qosClassOf(pod))
    errors.push(
      invalid(
        'spec',
        pod.status?.qosClass ?? '',
        'Pod QOS Class may not change as a result of resizing',
      ),
    )
  if (!nodeSupportsResize(before))
    errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  podLevelErrors(errors, spec, old)
  const ordered = orderErrors(errors, spec, old)
  if (!ordered) return errors
  containerErrors(errors, 'initContainers', spec, old)
  containerErrors(errors, 'containers', spec, old)
  changeErrors(errors, spec, old)
  if (errors.length > 0) return errors
  return equal(withOldAmounts(spec, old), old) ? [] : [forbidden('spec', ONLY)]
}

/** A node that reports no resources of what runs cannot change them. */
function nodeSupportsResize({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running)
  return !running || running.resources !== undefined
}

/** Source: core/validation validatePodLevelResourcesResize. */
function podLevelErrors(errors: FieldError[], spec: PodSpec, old: PodSpec): void {
  const { resources } = spec
  const { resources: before } = old
  if (before && !resources)
    return void errors.push(
      forbidden('spec.resources', 'pod-level resources cannot be removed'),
    )
  if (before) {
    if (removed(resources!.requests, before.requests))
      errors.push(
        forbidden('spec.resources.requests', 'pod-level resource requests cannot be removed'),
      )
    if (removed(resources!.limits, before.limits))
      errors.push(
        forbidden('spec.resources.limits', 'pod-level resource limits cannot be removed'),
      )
  }
  if (!equalAmounts(withoutAmounts(resources, before), before))
    errors.push(forbidden('spec', `${ONLY} at pod-level`))
}

/** Source: core/validation validatePodResizeContainerOrdering. */
function orderErrors(errors: FieldError[], spec: PodSpec, old: PodSpec): boolean {
  const count = errors.length
  for (const list of ['containers', 'initContainers'] as const) {
    const now = spec[list] ?? []
    const then = old[list] ?? []
    if (now.length !== then.length)
      errors.push(forbidden(where(SPEC, list), `${list} may not be added or removed on resize`))
    else
      for (const [i, { name }] of then.entries())
        if (now[i]!.name !== name)
          errors.push(
            forbidden(
              where(SPEC, list, i, 'name'),
              `${list} may not be renamed or reordered on resize`,
            ),
          )
  }
  return errors.length === count
}

function containerErrors(
  errors: FieldError[],
  list: 'containers' | 'initContainers',
  spec: PodSpec,
  old: PodSpec,
): void {
  for (const [i, { resources }] of (old[list] ?? []).entries())
    for (const side of ['requests', 'limits'] as const)
      if (removed(spec[list]![i]!.resources?.[side], resources?.[side]))
        errors.push(
          forbidden(
            where(SPEC, list, i, 'resources', side),
            `resource ${side} cannot be removed`,
          ),
        )
}

/** Nothing but processor and memory may differ. */
function changeErrors(errors: FieldError[], spec: PodSpec, old: PodSpec): void {
  for (const [i, container] of (spec.containers ?? []).entries())
    if (!sameButAmounts(container, old.containers[i]!)) errors.push(forbidden('spec', ONLY))
  for (const [i, container] of (spec.initContainers ?? []).entries())
    initChangeErrors(errors, at(at(SPEC, 'initContainers'), i), {
      container,
      before: old.initContainers![i]!,
    })
  if (!equal(spec.volumes, old.volumes))
    errors.push(
      forbidden(
        'spec.volumes',
        'volumes are immutable on resize when InPlacePodVerticalScalingMemoryBackedVolumes feature gate is disabled',
      ),
    )
}

function initChangeErrors(
  errors: FieldError[],
  path: Path,
  { container, before }: { container: Container; before: Container },
): void {
  if (!sameButAmounts(container, before))
    errors.push(
      forbidden(
        where(path),
        'only cpu and memory resources for init or sidecar containers are mutable',
      ),
    )
  if (isSidecar(container) || equal(container, before)) return
  for (const { restartPolicy } of container.resizePolicy ?? [])
    if (restartPolicy === 'RestartContainer')
      errors.push(
        forbidden(
          where(path),
          'non-sidecar init containers with a resize policy of RestartContainer cannot be resized',
        ),
      )
}

const sameButAmounts = (container: Container, before: Container): boolean =>
  equalAmounts(withoutAmounts(container.resources, before.resources), before.resources) &&
  equal({ ...container, resources: undefined }, { ...before, resources: undefined })

/** Empty requirements are none. */
const equalAmounts = (
  a: ResourceRequirements | undefined,
  b: ResourceRequirements | undefined,
): boolean =>
  equal(a?.claims, b?.claims) &&
  equal(a?.limits ?? {}, b?.limits ?? {}) &&
  equal(a?.requests ?? {}, b?.requests ?? {})

/** The requirements with processor and memory as they were. */
function withoutAmounts(
  resources: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): ResourceRequirements | undefined {
  if (!resources) return resources
  return {
    ...resources,
    limits: restored(resources.limits, before?.limits),
    requests: restored(resources.requests, before?.requests),
  }
}

function restored(list: ResourceList | undefined, before: ResourceList | undefined): ResourceList {
  const { cpu: _cpu, memory: _memory, ...rest } = list ?? {}
  const { cpu, memory } = before ?? {}
  return { ...rest, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
}

/** The spec with all resources as they were, for a last look at the rest. */
function withOldAmounts(spec: PodSpec, old: PodSpec): PodSpec {
  const back = (list: Container[], from: Container[]): Container[] =>
    list.map((container, i) => ({ ...container, resources: from[i]!.resources }) as Container)
  return {
    ...spec,
    resources: old.resources,
    containers: back(spec.containers, old.containers),
    initContainers: back(spec.initContainers ?? [], old.initContainers ?? []),
  } as PodSpec
}

const removed = (list: ResourceList | undefined, before: ResourceList | undefined): boolean =>
  Object.keys(before ?? {}).some((name) => list?.[name] === undefined)
