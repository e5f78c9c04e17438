import type { View } from '../../projections/view.ts'
import { DEFINITIONS } from '../../resources/apiextensions/customresourcedefinition.ts'
import { equal } from '../../resources/equal.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
} from '../../resources/generated/apiextensions.gen.ts'
import { goQuote } from '../../meta/go-quote.ts'

/** Names that a definition may use, and whether all that it asked for are among them. */
export interface Naming {
  readonly accepted: CustomResourceDefinitionNames
  readonly condition: CustomResourceDefinitionCondition
}

/** Names of other definitions of the group that are taken. */
interface Taken {
  readonly resources: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

/**
 * Which of the names that a definition asks for it gets: those that no other definition of its group
 * has. Undefined when there is nothing to decide. Source: apiextensions-apiserver
 * controller/status/naming_controller.go.
 */
export function namingOf(crd: CustomResourceDefinition, view: View): Naming | undefined {
  const wanted = crd.spec.names
  const had = crd.status?.acceptedNames ?? { plural: '', kind: '' }
  if (equal(wanted, had)) return undefined
  const taken = takenNames(crd.spec.group, view)
  const accepted: CustomResourceDefinitionNames = { ...had }
  let conflict: [reason: string, message: string] | undefined
  const take = (field: 'plural' | 'singular' | 'kind' | 'listKind', reason: string, among: ReadonlySet<string>): void => {
    const name = wanted[field] ?? ''
    if (name !== (had[field] ?? '') && among.has(name)) conflict = [reason, inUse(name)]
    else accepted[field] = name
  }
  take('plural', 'PluralConflict', taken.resources)
  take('singular', 'SingularConflict', taken.resources)
  const short = shortNameConflict(wanted, had, taken)
  if (short === undefined) setOrDrop(accepted, 'shortNames', wanted.shortNames)
  else conflict = ['ShortNamesConflict', short]
  take('kind', 'KindConflict', taken.kinds)
  take('listKind', 'ListKindConflict', taken.kinds)
  setOrDrop(accepted, 'categories', wanted.categories)
  return { accepted, condition: conditionOf(conflict) }
}

const conditionOf = (conflict: [string, string] | undefined): CustomResourceDefinitionCondition => ({
  type: 'NamesAccepted',
  status: conflict ? 'False' : 'True',
  reason: conflict?.[0] ?? 'NoConflicts',
  message: conflict?.[1] ?? 'no conflicts found',
})

const inUse = (name: string): string => `${goQuote(name)} is already in use`

function setOrDrop(
  names: CustomResourceDefinitionNames,
  field: 'shortNames' | 'categories',
  value: string[] | undefined,
): void {
  if (value?.length) names[field] = value
  else delete names[field]
}

/** Several conflicts are listed as Go's aggregated errors are. */
function shortNameConflict(
  wanted: CustomResourceDefinitionNames,
  had: CustomResourceDefinitionNames,
  taken: Taken,
): string | undefined {
  const own = new Set(had.shortNames)
  const found = (wanted.shortNames ?? []).filter((name) => !own.has(name) && taken.resources.has(name)).map(inUse)
  if (found.length === 0) return undefined
  return found.length === 1 ? found[0]! : `[${[...new Set(found)].join(', ')}]`
}

function takenNames(group: string, view: View): Taken {
  const resources = new Set<string>()
  const kinds = new Set<string>()
  for (const { spec, status } of view.list<CustomResourceDefinition>(DEFINITIONS)) {
    if (spec.group !== group || !status?.acceptedNames) continue
    const { plural, singular = '', shortNames = [], kind, listKind = '' } = status.acceptedNames
    for (const name of [plural, singular, ...shortNames]) resources.add(name)
    kinds.add(kind).add(listKind)
  }
  return { resources, kinds }
}
