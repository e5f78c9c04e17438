import type { FieldError } from '../../../meta/field-error.ts'
import type { Container, Pod } from '../../generated/core.gen.ts'
import { keepAllBut } from './keep-spec.ts'
import { setPodLevelResources } from './pod-level-resources.ts'
import { resizeErrors } from './validate-resize.ts'

/** Source: pkg/registry/core/pod/strategy.go podResizeStrategy. */
export const resizeRules = {
  prepare(pod: Pod, before: Pod): void {
    const { containers = [], initContainers = [], resources } = pod.spec ?? { containers: [] }
    const old = before.spec ?? { containers: [] }
    // Another number or order of containers is left as it is, for validation to refuse.
    if (containers.length !== (old.containers?.length ?? 0)) return
    if (initContainers.length !== (old.initContainers?.length ?? 0)) return
    keepAllBut(pod, before)
    const spec = pod.spec!
    spec.containers = resized(containers, old.containers)
    if (old.initContainers) spec.initContainers = resized(initContainers, old.initContainers)
    const whole = resources ?? old.resources
    if (whole) spec.resources = { ...whole }
    if (spec.resources) setPodLevelResources(spec)
  },
  validate: (pod: Pod, before: Pod): FieldError[] => resizeErrors(pod, before),
}

function resized(wanted: Container[], old: readonly Container[]): Container[] {
  if (wanted.some(({ name }, i) => name !== old[i]!.name)) return wanted
  return old.map((container, i) => {
    const { resources: _r, resizePolicy: _p, ...rest } = container
    const { resources, resizePolicy } = wanted[i]!
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) }
  })
}
