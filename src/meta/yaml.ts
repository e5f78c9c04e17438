import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { YAML_ALIAS_NODES_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { Json, JsonObject } from './object.ts'
import { textOfUtf8 } from './utf8.ts'
import { plainScalar } from './yaml-scalar.ts'

/** A YAML document as JSON, its object keys sorted (upstream goes through Go's JSON encoder). */
export interface ParsedYaml {
  readonly text: string
  readonly value: Json
  /** One strict error that lists all repeated keys, or none. */
  readonly duplicates: readonly string[]
}

/**
 * Reads the first document of a YAML text with Go's YAML 1.1 rules, merge keys and capped aliases;
 * what follows a further `---` is ignored, as upstream ignores it. Errors begin with `yaml: `.
 * Source: sigs.k8s.io/yaml YAMLToJSON on go.yaml.in/yaml/v2.
 */
export function parseYaml(body: string | Uint8Array): Result<ParsedYaml, string> {
  const text = typeof body === 'string' ? body : textOfUtf8(body)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      lineCounter: lines,
      version: '1.1',
      prettyErrors: true,
    })
    const fault = document.errors.find((e) => e.code !== 'MULTIPLE_DOCS')
    if (fault) {
      return err(
        `yaml: line ${fault.linePos?.[0].line ?? 1}: ${fault.message.split(' at line')[0]}`,
      )
    }
    const reader: Reader = { document, lines, expanded: 0, open: new Set(), duplicates: [] }
    const value = document.contents ? read(reader, document.contents) : null
    const duplicates = reader.duplicates.map((d) => `\n  ${d}`).join('')
    return ok({
      text,
      value,
      duplicates: duplicates ? [`yaml: unmarshal errors:${duplicates}`] : [],
    })
  } catch (error) {
    if (error instanceof RangeError) return err('yaml: exceeded max depth of 10000')
    return err(error instanceof Error ? error.message : String(error))
  }
}

interface Reader {
  readonly document: Document
  readonly lines: LineCounter
  /** Nodes read through aliases. */
  expanded: number
  /** What the aliases around here stand for. */
  readonly open: Set<unknown>
  readonly duplicates: string[]
}

function read(reader: Reader, node: unknown): Json {
  if (isAlias(node)) return readAlias(reader, node)
  if (reader.open.size > 0) countExpanded(reader)
  if (isMap(node)) return readMap(reader, node)
  if (isSeq(node)) return node.items.map((item) => read(reader, item))
  return isScalar(node) ? readScalar(node) : null
}

function readAlias(reader: Reader, alias: Alias): Json {
  const node = target(reader, alias)
  if (reader.open.has(node)) throw new Error(`yaml: anchor '${alias.source}' value contains itself`)
  reader.open.add(node)
  const value = read(reader, node)
  reader.open.delete(node)
  return value
}

/** A few lines of aliases to aliases can ask for billions of nodes. */
function countExpanded(reader: Reader): void {
  if (++reader.expanded > YAML_ALIAS_NODES_MAX) {
    throw new Error('yaml: document contains excessive aliasing')
  }
}

function target(reader: Reader, alias: Alias): unknown {
  countExpanded(reader)
  const node = alias.resolve(reader.document)
  if (!node) throw new Error(`yaml: unknown anchor '${alias.source}' referenced`)
  return node
}

function readScalar(node: { value: unknown; type?: string; tag?: string; source?: string }): Json {
  const text = node.source ?? String(node.value ?? '')
  const tag = node.tag?.replace('tag:yaml.org,2002:', '!!')
  if (tag === '!!binary') return Buffer.from(text, 'base64').toString()
  if (tag === '!!str') return text
  const resolvable = tag !== undefined && ['!!int', '!!float', '!!bool', '!!null'].includes(tag)
  return resolvable || (tag === undefined && node.type === 'PLAIN') ? plainScalar(text) : text
}

function readMap(reader: Reader, map: YAMLMap): JsonObject {
  const merged = new Map<string, Json>()
  const given = new Map<string, Json>()
  for (const pair of map.items) {
    if (isMergeKey(pair)) {
      for (const [key, value] of mergedFrom(reader, pair.value)) {
        if (!merged.has(key)) merged.set(key, value)
      }
      continue
    }
    const key = keyText(reader, pair)
    const value = read(reader, pair.value)
    if (given.has(key)) {
      const line = lineOf(reader, pair)
      reader.duplicates.push(`line ${line}: key ${JSON.stringify(key)} already set in map`)
    }
    given.set(key, value)
  }
  const all = [...new Map([...merged, ...given])].sort(([a], [b]) => (a < b ? -1 : 1))
  // fromEntries defines plain properties, so a key `__proto__` is harmless.
  return Object.fromEntries(all)
}

const isMergeKey = (pair: Pair): boolean =>
  isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<'

function mergedFrom(reader: Reader, value: unknown): Map<string, Json> {
  const node = isAlias(value) ? target(reader, value) : value
  if (isMap(node)) return new Map(Object.entries(readMap(reader, node)))
  if (!isSeq(node)) throw new Error('yaml: map merge requires map or sequence of maps as the value')
  const merged = new Map<string, Json>()
  for (const item of node.items) {
    for (const [key, inner] of mergedFrom(reader, item))
      if (!merged.has(key)) merged.set(key, inner)
  }
  return merged
}

function keyText(reader: Reader, pair: Pair): string {
  const key = read(reader, pair.key)
  if (typeof key === 'string') return key
  if (key === null || (typeof key === 'object' && !JSON.isRawJSON(key))) {
    throw new Error(`unsupported map key of type: ${key === null ? '%!s(<nil>)' : 'map'}`)
  }
  return JSON.stringify(key)
}

function lineOf(reader: Reader, pair: Pair): number {
  const node = (pair.value ?? pair.key) as { range?: [number, number, number] } | null
  return reader.lines.linePos(node?.range?.[0] ?? 0).line
}
