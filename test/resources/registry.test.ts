import { describe, expect, test } from 'bun:test'
import { builtIn, createRegistry } from '../../src/resources/registry.ts'
import { schemaOf } from '../../src/resources/schemas.ts'
import { created, updated } from './through-policy.ts'

const registry = createRegistry(builtIn)

describe('the registry', () => {
  test('finds a kind by each of its names', () => {
    const deployment = registry.byResource('deployments.apps')
    expect(deployment?.kind).toBe('Deployment')
    expect(registry.byPath('apps', 'v1', 'deployments')?.definition).toBe(deployment!)
    expect(registry.byKind('apps', 'v1', 'Deployment')?.definition).toBe(deployment!)
    expect(registry.byPath('apps', 'v2', 'deployments')).toBeUndefined()
  })

  test('serves events in two groups from one place', () => {
    const core = registry.byKind('', 'v1', 'Event')
    const events = registry.byKind('events.k8s.io', 'v1', 'Event')
    expect(core?.definition).toBe(events!.definition)
    expect(events?.version.toStorage).toBeDefined()
  })

  test('lets a later definition take the place of an earlier one', () => {
    const [first] = builtIn
    const other = { ...first!, shortNames: ['other'] }
    expect(createRegistry([first!, other]).byResource(first!.resource)).toBe(other)
  })
})

describe.each(builtIn.map((definition) => [definition.resource, definition] as const))(
  '%s',
  (resource, definition) => {
    test('is named after its group', () => {
      const [storage] = definition.served
      const group = storage?.group ? `.${storage.group}` : ''
      expect(resource).toBe(`${definition.plural}${group}`)
    })

    test('has a schema for every version', () => {
      for (const { schema } of definition.served) expect(schemaOf(schema)).toBeDefined()
    })

    test('fills no fewer cells than it has columns', () => {
      const { group, version } = definition.served[0]!
      const object = {
        apiVersion: group ? `${group}/${version}` : version,
        kind: definition.kind,
        metadata: { name: 'x' },
      }
      definition.defaults?.(object)
      const cells = definition.cells(object, 0)
      expect(cells.length).toBeGreaterThanOrEqual(definition.columns.length)
      expect(cells).toContain('x')
    })

    test.each([{}, { spec: {} }, { spec: {}, status: {} }])('takes a body of only %j', (parts) => {
      const { group, version } = definition.served[0]!
      const body = {
        apiVersion: group ? `${group}/${version}` : version,
        kind: definition.kind,
        metadata: { name: 'x' },
        ...parts,
      }
      const { errors } = created(body)
      const again = new Set(updated(body, body).errors)
      expect(again.size).toBeLessThanOrEqual(errors.length + 1)
      for (const part of definition.status ? ['status'] : [])
        expect(updated(body, body, part).object.kind).toBe(definition.kind)
    })
  },
)

test('no two kinds share a resource, a path or a short name', () => {
  const names = builtIn.flatMap((d) => [d.resource, ...(d.shortNames ?? [])])
  expect(new Set(names).size).toBe(names.length)
})
