import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { canonicalQuantity, compareQuantity, parseQuantity } from '../../meta/quantity.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ResourceQuota } from '../generated/core.gen.ts'
import type { ResourceList } from '../resource-list.ts'
import { quotaListErrors, quotaSpecErrors } from './resourcequota-validate.ts'

const BOUNDED = ['cpu', 'memory', 'storage', 'ephemeral-storage']

/** Source: pkg/registry/core/resourcequota/strategy.go. */
export const resourceQuota = define<ResourceQuota>({
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.ResourceQuota' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: ({ spec }) => quotaSpecErrors(spec ?? {}),
  validateUpdate({ spec = {} }, before) {
    const errors = quotaSpecErrors(spec)
    const now = new Set(spec.scopes)
    const old = new Set(before.spec?.scopes)
    if (now.symmetricDifference(old).size > 0)
      errors.push(invalid('spec.scopes', spec.scopes ?? null, 'field is immutable'))
    return errors
  },
  warnings: ({ spec }, before) => (before ? [] : orderWarnings(spec?.hard ?? {})),
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ({ metadata, status }) => [
      ...(metadata.resourceVersion ? [] : [required('resourceVersion', '')]),
      ...quotaListErrors('status.hard', status?.hard),
      ...quotaListErrors('status.used', status?.used),
    ],
  },
  columns: COLUMNS.ResourceQuota,
  cells: (object, now) => [
    object.metadata.name ?? '',
    usage(object, (name) => !name.startsWith('limits.')),
    usage(object, (name) => name.startsWith('limits.')),
    ageText(object.metadata.creationTimestamp, now),
  ],
})

function usage({ status }: ResourceQuota, shown: (name: string) => boolean): string {
  return Object.keys(status?.hard ?? {})
    .filter(shown)
    .sort()
    .map((name) => {
      const [used, hard] = [status?.used, status?.hard].map((list) =>
        canonicalQuantity(list?.[name] ?? '0'),
      )
      return `${name}: ${used}/${hard}`
    })
    .join(', ')
}

/** More requests than limits can never be used up. */
function orderWarnings(hard: ResourceList): string[] {
  return BOUNDED.flatMap((name) => {
    const bare = name === 'cpu' || name === 'memory' ? [name] : []
    const asked = [`requests.${name}`, ...bare].find((key) => hard[key] !== undefined)
    const limit = `limits.${name}`
    const most = hard[limit]
    if (asked === undefined || most === undefined) return []
    const [request, bound] = [parseQuantity(String(hard[asked])), parseQuantity(String(most))]
    if (!request.ok || !bound.ok || compareQuantity(request.value, bound.value) <= 0) return []
    const texts = [hard[asked]!, most].map((text) => canonicalQuantity(String(text)))
    return [`ResourceQuota ${asked} (${texts[0]}) should be less than ${limit} (${texts[1]})`]
  })
}
