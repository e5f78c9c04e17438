import { describe, expect, test } from 'bun:test'
import type { FieldError } from '../../src/meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../src/meta/names.ts'
import type { ObjectMeta } from '../../src/meta/object.ts'
import {
  validateAnnotations,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../src/meta/validate-metadata.ts'
import created from './golden/metadata-create.json'
import updated from './golden/metadata-update.json'

const texts = (errors: FieldError[]): string[] => errors.map((e) => `${e.field}: ${e.message}`)

describe('a new object (namespaced, DNS subdomain names), in the words of apimachinery', () => {
  for (const row of created)
    test(JSON.stringify(row.meta).slice(0, 80), () => {
      const errors = validateObjectMeta(row.meta as ObjectMeta, true, nameIsDnsSubdomain)
      expect(texts(errors)).toEqual(row.errors)
    })
})

describe('a changed object', () => {
  for (const row of updated)
    test(JSON.stringify(row.meta).slice(0, 120), () => {
      const errors = validateObjectMetaUpdate(row.meta as ObjectMeta, row.before as ObjectMeta)
      expect(texts(errors)).toEqual(row.errors)
    })
})

test('a cluster-scoped object has no namespace', () => {
  expect(validateObjectMeta({ name: 'x' }, false, nameIsDnsSubdomain)).toEqual([])
  expect(
    texts(validateObjectMeta({ name: 'x', namespace: 'd' }, false, nameIsDnsSubdomain)),
  ).toEqual(['metadata.namespace: Forbidden: not allowed on this type'])
})

test('annotations together hold 256 KiB, counted in bytes', () => {
  const fits = { a: 'x'.repeat(256 * 1024 - 1) }
  expect(validateAnnotations('f', fits)).toEqual([])
  expect(texts(validateAnnotations('f', { ...fits, b: 'é' }))).toEqual([
    'f: Too long: may not be more than 262144 bytes',
  ])
})

test('paths start where the metadata stands', () => {
  const errors = validateObjectMeta({}, false, nameIsDnsSubdomain, 'spec.template.metadata')
  expect(errors.map((e) => e.field)).toEqual(['spec.template.metadata.name'])
})
