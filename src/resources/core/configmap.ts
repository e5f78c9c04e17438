import { invalid, tooLong, type FieldError } from '../../meta/field-error.ts'
import { isConfigMapKey, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { CONFIG_DATA_BYTES_MAX } from '../../base/limits.ts'
import { base64Bytes } from '../base64.ts'
import { define } from '../define.ts'
import { whereKey, at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ConfigMap } from '../generated/core.gen.ts'
import { immutableErrors } from './immutable-data.ts'

const DATA = at(undefined, 'data')
const BINARY_DATA = at(undefined, 'binaryData')

/** Source: pkg/registry/core/configmap/strategy.go. */
export const configMap = define<ConfigMap>({
  resource: 'configmaps',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.ConfigMap' }],
  validateName: nameIsDnsSubdomain,
  validate,
  validateUpdate: (object, before) => [
    ...immutableErrors(object, before, ['data', 'binaryData']),
    ...validate(object),
  ],
  columns: COLUMNS.ConfigMap,
  cells: (object, now) => [
    object.metadata.name ?? '',
    Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
    ageText(object.metadata.creationTimestamp, now),
  ],
})

function validate(object: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(object.data ?? {})) {
    for (const reason of isConfigMapKey(key)) errors.push(invalid(whereKey(DATA, key), key, reason))
    if (object.binaryData?.[key] !== undefined)
      errors.push(
        invalid(whereKey(DATA, key), key, 'duplicate of key present in binaryData'),
      )
    bytes += Buffer.byteLength(value)
  }
  for (const [key, value] of Object.entries(object.binaryData ?? {})) {
    for (const reason of isConfigMapKey(key))
      errors.push(invalid(whereKey(BINARY_DATA, key), key, reason))
    bytes += base64Bytes(value)
  }
  if (bytes > CONFIG_DATA_BYTES_MAX) errors.push(tooLong('', CONFIG_DATA_BYTES_MAX))
  return errors
}
