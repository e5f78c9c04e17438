import type { Pod, PodSpec } from '../../resources/generated/core.gen.ts'
import type { PriorityClass } from '../../resources/generated/scheduling.gen.ts'
import { forbiddenTo } from '../../meta/status.ts'
import type { AdmissionRule } from '../environment.ts'

/** Classes that every cluster has. Source: pkg/apis/scheduling helpers SystemPriorityClasses. */
const SYSTEM: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

/** Turns a priority class into the number the scheduler reads. Source: plugin/pkg/admission/priority. */
export const priorityAdmission: AdmissionRule = {
  name: 'Priority',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  admit: ({ object, before, name, state }) => {
    const spec = (object as Pod).spec!
    if (before) return keepPriority(spec, (before as Pod).spec)
    const named = spec.priorityClassName ?? ''
    const found = named === '' ? undefined : state.get('priorityclasses.scheduling.k8s.io', '', named)?.object
    const known = found as PriorityClass | undefined
    if (named !== '' && SYSTEM[named] === undefined && !known)
      return forbiddenTo({ group: '', resource: 'pods' }, name, `no PriorityClass with name ${named} was found`)
    const chosen = known ?? (named === '' ? defaultClass(state.view.list<PriorityClass>('priorityclasses.scheduling.k8s.io')) : undefined)
    const value = chosen?.value ?? SYSTEM[named] ?? 0
    if (spec.priority !== undefined && spec.priority !== value)
      return forbiddenTo(
        { group: '', resource: 'pods' }, name,
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
      )
    spec.priority = value
    if (chosen && named === '') spec.priorityClassName = chosen.metadata.name!
    spec.preemptionPolicy ??= chosen?.preemptionPolicy ?? 'PreemptLowerPriority'
    return undefined
  },
}

/** Who leaves the numbers out of an update keeps them. */
function keepPriority(spec: PodSpec, before: PodSpec | undefined): undefined {
  spec.priority ??= before?.priority
  spec.preemptionPolicy ??= before?.preemptionPolicy
}

/** The global default; the lowest value when somebody made two. */
const defaultClass = (classes: readonly PriorityClass[]): PriorityClass | undefined =>
  classes.filter((c) => c.globalDefault).toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]
