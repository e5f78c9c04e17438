import type { FieldSchema, Scalar, TypeSchema, ValueType } from '../meta/schema.ts'
import type { FieldLine, TypeLine } from './descriptors.ts'

/** Finds another type by its short name. */
export type Resolve = (short: string) => TypeSchema

const SCALARS: Readonly<Record<string, Scalar>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  f: 'double',
  B: 'bytes',
  q: 'quantity',
  x: 'intOrString',
  t: 'time',
  u: 'microTime',
  d: 'duration',
  j: 'json',
  F: 'fieldsV1',
}
const UNIONS = { a: 'schemas', o: 'bool', p: 'strings' } as const

/**
 * A type from its descriptor; its fields are parsed at first use, so cycles and unused types are
 * free.
 */
export function typeFromLine(line: string, resolve: Resolve): TypeSchema {
  let parts: Parts | undefined
  const read = (): Parts => (parts ??= partsOf(line, resolve))
  return {
    name: `io.k8s.${line.slice(2, line.indexOf('"', 2))}`,
    get description() {
      return read().description
    },
    get fields() {
      return read().fields
    },
    get byName() {
      return read().byName
    },
    get byNumber() {
      return read().byNumber
    },
    get atomic() {
      return read().atomic
    },
  }
}

type Parts = Pick<TypeSchema, 'description' | 'fields' | 'byName' | 'byNumber' | 'atomic'>

function partsOf(line: string, resolve: Resolve): Parts {
  const [, flags, description, lines]: TypeLine = JSON.parse(line)
  const fields = lines.map((field) => fieldFromLine(field, resolve))
  const direct = fields.filter((f) => f.number > 0 && f.embeddedIn === undefined)
  return {
    description,
    fields,
    byName: new Map(fields.map((f) => [f.name, f])),
    byNumber: new Map(direct.map((f) => [f.number, f])),
    atomic: flags.includes('a'),
  }
}

function fieldFromLine(line: FieldLine, resolve: Resolve): FieldSchema {
  const [name, code, number, flags, description, extras = {}] = line
  return {
    name,
    value: valueFromCode(code, resolve),
    number,
    embeddedIn: extras.in,
    embeddedNames: extras.en,
    goType: extras.g,
    goName: extras.gn,
    required: flags.includes('r'),
    nullable: flags.includes('p'),
    byValue: flags.includes('v'),
    writesZero: flags.includes('z'),
    default: extras.dv,
    patchStrategy: extras.ps,
    patchMergeKey: extras.mk,
    listType: extras.lt,
    listMapKeys: extras.lk,
    mapType: extras.mt,
    structType: extras.st,
    description,
    enum: extras.e,
    deprecated: flags.includes('d'),
  }
}

function valueFromCode(code: string, resolve: Resolve): ValueType {
  const rest = code.slice(1)
  switch (code[0]) {
    case '[':
      return { of: 'list', items: valueFromCode(rest, resolve) }
    case '(':
      return { of: 'list', items: valueFromCode(rest, resolve), wrapped: true }
    case '{':
      return { of: 'map', values: valueFromCode(rest, resolve) }
    case '@':
      return { of: 'object', type: resolve(rest) }
    case 'a':
    case 'o':
    case 'p':
      return { of: 'json', either: { or: UNIONS[code[0]], type: resolve(rest.slice(1)) } }
    default:
      return { of: SCALARS[code]! }
  }
}
