import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { FieldError } from '../../../src/meta/field-error.ts'
import type { Json, KubeObject } from '../../../src/meta/object.ts'
import { prune } from '../../../src/meta/prune.ts'
import { customResourceDefinition } from '../../../src/resources/apiextensions/customresourcedefinition.ts'
import type { Facts } from '../../../src/resources/define.ts'
import { schemaOf } from '../../../src/resources/schemas.ts'
import type { CustomResourceDefinition, JSONSchemaProps } from '../../../src/resources/generated/apiextensions.gen.ts'
import { formatCheck } from '../../../src/resources/custom/formats.ts'
import { structuralOf } from '../../../src/resources/custom/structural.ts'
import { createErrors, customRules, updateErrors } from '../../../src/resources/custom/validate-custom.ts'

// Answered by upstream's code: tools/custom-golden.
interface Case {
  readonly of: 'value' | 'definition' | 'format'
  readonly schema?: JSONSchemaProps
  readonly value?: Json
  readonly old?: Json
  readonly format?: string
  readonly text?: string
  readonly errors: string[]
  readonly warnings?: string[]
}

const CASES = readFileSync(new URL('../../golden/custom.jsonl', import.meta.url).pathname, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)

const of = (what: Case['of']): [string, Case][] =>
  CASES.filter((each) => each.of === what).map(({ errors, ...given }) => [JSON.stringify(given), { ...given, errors }])

const texts = (errors: readonly FieldError[]): string[] => errors.map(({ field, message }) => `${field}: ${message}`).sort()

const as = <T>(value: Json | undefined): T => structuredClone(value) as unknown as T

describe('values against schemas', () => {
  test.each(of('value'))('%s', (_, { schema, value, old, errors }) => {
    const rules = customRules(structuralOf(schema!), undefined)
    const found = old === undefined ? createErrors(as(value), rules) : updateErrors(as<KubeObject>(value), as<KubeObject>(old), rules)
    expect(texts(found)).toEqual(errors)
  })
})

describe('formats', () => {
  test.each(of('format'))('%s', (_, { format, text, errors }) => {
    expect(formatCheck(format!)!(text!)).toBe(errors.length === 0)
  })
})

/** An object as decoding leaves it. */
function decoded(value: Json): CustomResourceDefinition {
  const pruned = prune(schemaOf(customResourceDefinition.served[0]!.schema), structuredClone(value))
  if (!pruned.ok) throw new Error(pruned.error)
  const object = pruned.value.value as unknown as CustomResourceDefinition
  customResourceDefinition.defaults!(object)
  return object
}

const FACTS = {} as Facts

describe('definitions', () => {
  test.each(of('definition'))('%s', (_, { value, old, errors, warnings = [] }) => {
    const object = decoded(value!)
    const before = old === undefined ? undefined : decoded(old)
    if (before) customResourceDefinition.prepareUpdate!(object, before, FACTS)
    else customResourceDefinition.prepareCreate!(object, FACTS)
    const found = before ? customResourceDefinition.validateUpdate(object, before) : customResourceDefinition.validate(object)
    expect(texts(found)).toEqual(errors)
    expect(customResourceDefinition.warnings!(object, before).sort()).toEqual(warnings.toSorted())
  })
})
