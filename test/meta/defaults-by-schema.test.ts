import { describe, expect, test } from 'bun:test'
import { applyConstantDefaults } from '../../src/meta/defaults-by-schema.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import type { FieldSchema, TypeSchema } from '../../src/meta/schema.ts'
import { schemaFor, schemaOf } from '../../src/resources/schemas.ts'

const defaulted = (name: string, object: JsonObject): JsonObject => {
  applyConstantDefaults(schemaOf(name), object)
  return object
}

describe('constant defaults', () => {
  test('deep inside a Pod', () => {
    const ports: JsonObject[] = [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }]
    const pod = { spec: { containers: [{ ports }] } }
    applyConstantDefaults(schemaFor({ group: '', version: 'v1', kind: 'Pod' })!, pod)
    expect(ports).toEqual([
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 53, protocol: 'UDP' },
    ])
  })

  test('numbers behind pointers, and given values stay', () => {
    const name = 'io.k8s.api.core.v1.ReplicationControllerSpec'
    expect(defaulted(name, {})).toEqual({ replicas: 1 })
    expect(defaulted(name, { replicas: 0 })).toEqual({ replicas: 0 })
  })

  test('objects are copied, never shared', () => {
    const name = 'io.k8s.api.scheduling.v1alpha3.PodGroupSpec'
    const one = defaulted(name, {})
    const two = defaulted(name, {})
    expect(one['disruptionMode']).toEqual({ single: {} })
    expect(one['disruptionMode']).not.toBe(two['disruptionMode'] as never)
  })

  test('an empty text is no default for a plain field, false is one behind a pointer', () => {
    expect(defaulted('io.k8s.api.core.v1.LocalObjectReference', {})).toEqual({})
    expect(defaulted('io.k8s.api.core.v1.AzureDiskVolumeSource', {})).toEqual({
      cachingMode: 'ReadWrite',
      fsType: 'ext4',
      kind: 'Shared',
      readOnly: false,
    })
  })

  test('a type inside itself gets its defaults at every level', () => {
    const fields: FieldSchema[] = []
    const byName = new Map<string, FieldSchema>()
    const tree: TypeSchema = {
      name: 'x.v1.Tree',
      description: '',
      fields,
      byName,
      byNumber: new Map(),
    }
    const field = { number: 0, required: false, nullable: false, description: '' }
    fields.push({ ...field, name: 'child', value: { of: 'object', type: tree } })
    fields.push({ ...field, name: 'kind', value: { of: 'string' }, default: 'leaf' })
    const object: JsonObject = { child: { child: {} } }
    applyConstantDefaults(tree, object)
    expect(object).toEqual({ kind: 'leaf', child: { kind: 'leaf', child: { kind: 'leaf' } } })
  })
})
