import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { define } from '../define.ts'
import { DEFAULT_COLUMNS, defaultCells } from '../default-table.ts'
import type { LimitRange, LimitRangeItem } from '../generated/core.gen.ts'
import { limitRangeErrors } from './limitrange-validate.ts'

/** Source: pkg/registry/core/limitrange/strategy.go. */
export const limitRange = define<LimitRange>({
  resource: 'limitranges',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.LimitRange' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    for (const item of object.spec?.limits ?? [])
      if (item.type === 'Container') setItemDefaults(item)
  },
  prepareCreate(object, facts) {
    if (!object.metadata.name) object.metadata.name = facts.uid()
  },
  validate: limitRangeErrors,
  validateUpdate: limitRangeErrors,
  createOnUpdate: true,
  columns: DEFAULT_COLUMNS,
  cells: defaultCells,
})

/** Missing limits come from the most, missing requests from the limit, else from the least. */
function setItemDefaults(item: LimitRangeItem): void {
  const limits = { ...item.max, ...item.default }
  const requests = { ...item.min, ...limits, ...item.defaultRequest }
  if (Object.keys(limits).length > 0) item.default = limits
  if (Object.keys(requests).length > 0) item.defaultRequest = requests
}
