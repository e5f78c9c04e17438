import { err, ok, type Result } from '../../base/result.ts'
import { at, atKey, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'

/** Where a path of a schema leads: the steps, and what is there. */
export interface SchemaPath {
  readonly path: Path | undefined
  readonly schema: JSONSchemaProps
}

/** Delimiters, quoted texts, and what is between them. */
const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/gs

/**
 * Reads `.spec.a` or `['a.b']` along a schema; the error is upstream's. Source: apiextensions-apiserver
 * apiserver/schema/cel/validation.go ValidFieldPath.
 */
export function fieldPathSchema(
  text: string,
  root: JSONSchemaProps,
  withBrackets = true,
): Result<SchemaPath, string> {
  const tokens = text.match(TOKEN) ?? []
  let now: SchemaPath = { path: undefined, schema: root }
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i]!
    if (token !== '[' && token !== '.') return err(`expected [ or . but got: ${token}`)
    if (token === '[' && !withBrackets) return err('array notation is not allowed')
    const name = tokens[i + 1]
    if (name === undefined) return err('unexpected end of JSON path')
    const key = token === '.' ? ok(name) : unquoted(name)
    if (!key.ok) return key
    const next = stepInto(now, key.value)
    if (!next) return err('does not refer to a valid field')
    now = next
    i += 2
    if (token === '.') continue
    if (tokens[i] === undefined) return err('unexpected end of JSON path')
    if (tokens[i] !== ']') return err(`expected ] but got ${tokens[i]}`)
    i++
  }
  return ok(now)
}

function unquoted(token: string): Result<string, string> {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'"))
    return err(`expected single quoted string but got ${token}`)
  return ok(token.slice(1, -1).replace(/\\(.)/gs, '$1'))
}

function stepInto({ path, schema }: SchemaPath, name: string): SchemaPath | undefined {
  const { properties, additionalProperties: additional } = schema
  if (properties) {
    const found = Object.hasOwn(properties, name) ? properties[name] : undefined
    return found && { path: at(path, name), schema: found }
  }
  return typeof additional === 'object' ? { path: atKey(path, name), schema: additional } : undefined
}
