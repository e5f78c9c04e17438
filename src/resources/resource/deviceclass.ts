import type { FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { DeviceClass } from '../generated/resource.gen.ts'
import { checkExtendedResource } from './declared.ts'
import { checkItems, checkOpaque } from './shared.ts'
import { checkSelectors } from './selectors.ts'

const SPEC = at(undefined, 'spec')
const CONFIG_MAX = 32

/** Source: pkg/registry/resource/deviceclass/strategy.go. */
export const deviceClass = define<DeviceClass>({
  resource: 'deviceclasses.resource.k8s.io',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  singular: 'deviceclass',
  namespaced: false,
  served: [{ group: 'resource.k8s.io', version: 'v1', schema: 'io.k8s.api.resource.v1.DeviceClass' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    object.spec ??= {}
  },
  validate: (object) => classErrors(object, undefined),
  validateUpdate: classErrors,
  generationOf: ['spec'],
  columns: COLUMNS.DeviceClass,
  cells: ({ metadata }, now) => [metadata.name ?? '', ageText(metadata.creationTimestamp, now)],
})

/** Source: resource/validation validateDeviceClassSpec; what an update keeps is not judged again. */
function classErrors({ spec = {} }: DeviceClass, before: DeviceClass | undefined): FieldError[] {
  const errors: FieldError[] = []
  const old = before?.spec
  checkSelectors(errors, at(SPEC, 'selectors'), spec.selectors, !!old && equal(spec.selectors, old.selectors))
  const stored = !!old && equal(spec.config, old.config)
  checkItems(errors, at(SPEC, 'config'), { items: spec.config, max: CONFIG_MAX }, ({ opaque }, item) =>
    checkOpaque(errors, item, opaque, stored),
  )
  const { extendedResourceName: name } = spec
  if (name !== undefined) checkExtendedResource(errors, at(SPEC, 'extendedResourceName'), name)
  return errors
}
