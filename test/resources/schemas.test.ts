import { describe, expect, test } from 'bun:test'
import type { TypeSchema, ValueType } from '../../src/meta/schema.ts'
import { createSchemas, schemaFor, schemaOf } from '../../src/resources/schemas.ts'

describe('schemaFor', () => {
  const cases: [string, string, string, string | undefined][] = [
    ['', 'v1', 'Pod', 'io.k8s.api.core.v1.Pod'],
    ['apps', 'v1', 'Deployment', 'io.k8s.api.apps.v1.Deployment'],
    ['autoscaling', 'v1', 'Scale', 'io.k8s.api.autoscaling.v1.Scale'],
    ['policy', 'v1', 'Eviction', 'io.k8s.api.policy.v1.Eviction'],
    [
      'coordination.k8s.io',
      'v1alpha2',
      'LeaseCandidate',
      'io.k8s.api.coordination.v1alpha2.LeaseCandidate',
    ],
    ['', 'v1', 'Status', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status'],
    ['apps', 'v1', 'DeleteOptions', 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'],
    [
      'meta.k8s.io',
      'v1',
      'PartialObjectMetadata',
      'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata',
    ],
    [
      'apiextensions.k8s.io',
      'v1',
      'CustomResourceDefinition',
      'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
    ],
    ['', 'v1', 'PodSpec', undefined],
    ['', 'v2', 'Pod', undefined],
    ['nowhere.example', 'v1', 'Pod', undefined],
  ]
  test.each(cases)('%s/%s %s', (group, version, kind, name) => {
    expect(schemaFor({ group, version, kind })?.name).toBe(name as string)
  })
})

describe('schemaOf', () => {
  test('tells protobuf numbers, merge keys, list types, defaults and enums', () => {
    const spec = schemaOf('io.k8s.api.core.v1.PodSpec').byName
    expect(spec.get('containers')).toMatchObject({
      number: 2,
      required: true,
      patchMergeKey: 'name',
      patchStrategy: ['merge'],
      listType: 'map',
      listMapKeys: ['name'],
    })
    expect(spec.get('volumes')?.patchStrategy).toEqual(['merge', 'retainKeys'])
    expect(spec.get('restartPolicy')?.enum).toEqual(['Always', 'Never', 'OnFailure'])
    const port = schemaOf('io.k8s.api.core.v1.ContainerPort').byName
    expect(port.get('protocol')?.default).toBe('TCP')
    expect(schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector').atomic).toBe(true)
  })

  test('an embedded struct stands in the outer type and keeps its protobuf message', () => {
    const volume = schemaOf('io.k8s.api.core.v1.Volume')
    expect(volume.byName.get('hostPath')).toMatchObject({ number: 1, embeddedIn: [2] })
    expect(volume.byNumber.get(1)?.name).toBe('name')
    expect(volume.byNumber.has(2)).toBe(false)
  })

  test('a field Go always writes is marked', () => {
    const container = schemaOf('io.k8s.api.core.v1.Container').byName
    expect(container.get('resources')).toMatchObject({ byValue: true, writesZero: true })
    expect(container.get('name')).toMatchObject({ byValue: false, writesZero: true })
    expect(container.get('image')).toMatchObject({ writesZero: false, nullable: false })
    expect(container.get('securityContext')).toMatchObject({ nullable: true })
  })

  test('cyclic types are one object', () => {
    const props = schemaOf(
      'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps',
    )
    const value = props.byName.get('properties')?.value
    expect(value?.of === 'map' && value.values.of === 'object' && value.values.type).toBe(props)
  })

  test('every type of every version can be built', () => {
    const schemas = createSchemas()
    const seen = new Set<TypeSchema>()
    const visit = (value: ValueType): void => {
      if (value.of === 'list') return visit(value.items)
      if (value.of === 'map') return visit(value.values)
      if (value.of !== 'object' || seen.has(value.type)) return
      seen.add(value.type)
      for (const field of value.type.fields) {
        expect(field.value.of).toBeString()
        visit(field.value)
      }
    }
    visit({ of: 'object', type: schemas.schemaOf('io.k8s.api.core.v1.Pod') })
    visit({ of: 'object', type: schemas.schemaOf('io.k8s.api.resource.v1beta1.ResourceClaim') })
    expect(seen.size).toBeGreaterThan(150)
    expect(() => schemas.schemaOf('io.k8s.api.core.v1.Nothing')).toThrow(
      'io.k8s.api.core.v1.Nothing',
    )
  })
})
