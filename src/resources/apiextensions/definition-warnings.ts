import { isFormatKnown } from '../custom/formats.ts'
import type { CustomResourceDefinition, JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { hoisted } from './hoisted.ts'
import { hasSchemaWith, schemasOf } from './schema-walk.ts'
import { goQuote } from '../../meta/go-quote.ts'

/**
 * Warnings of a definition: formats that nobody knows, and sets that apply cannot tell apart; of an update
 * those that are new. Source: registry/customresourcedefinition/strategy.go.
 */
export function definitionWarnings(
  object: CustomResourceDefinition,
  before: CustomResourceDefinition | undefined,
): string[] {
  const old = new Set(before ? [...formats(before), ...sets(before)] : [])
  return [...formats(object), ...sets(object)].filter((text) => !old.has(text))
}

/** A schema that all versions share is looked at once. */
const looked = ({ spec }: CustomResourceDefinition): JSONSchemaProps[] =>
  hoisted(spec).shared.has('schema') ? schemasOf(spec).slice(0, 1) : schemasOf(spec)

function collect(
  crd: CustomResourceDefinition,
  say: (schema: JSONSchemaProps) => string | undefined,
): string[] {
  const found: string[] = []
  for (const schema of looked(crd))
    hasSchemaWith(schema, (each) => {
      const text = say(each)
      if (text !== undefined) found.push(text)
      return false
    })
  return found
}

const formats = (crd: CustomResourceDefinition): string[] =>
  collect(crd, ({ type = '', format }) =>
    format && !isFormatKnown(type, format) ? `unrecognized format ${goQuote(format)}` : undefined,
  )

const sets = (crd: CustomResourceDefinition): string[] => [...new Set(collect(crd, setWarning))].sort()

function setWarning(schema: JSONSchemaProps): string | undefined {
  const { items, 'x-kubernetes-list-type': listType } = schema
  if (listType !== 'set' || !items || Array.isArray(items) || !['object', 'array'].includes(items.type ?? '')) return undefined
  return `x-kubernetes-list-type: set for items of type ${goQuote(items.type!)} is not supported by server-side apply or CEL validation rules`
}
