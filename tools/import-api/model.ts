import type { Doc } from './go-doc.ts'
import type { GoDecl, GoField, GoPackage, GoType } from './go-source.ts'
import type { ProtoMessages } from './proto-source.ts'

/**
 * A field's type as one string, read by src/resources/descriptors.ts: a letter for a scalar,
 * `[T` list, `(T` list inside a protobuf message of its own, `{T` map, `@name` object,
 * `a@name` `o@name` `p@name` the JSON schema unions (array, bool, string array).
 */
export type TypeCode = string

/** One JSON field of a type, with everything the descriptors carry. */
export interface ModelField {
  readonly name: string
  readonly code: TypeCode
  readonly number: number
  /** Numbers of the messages around it that JSON does not show, outermost first. */
  readonly embeddedIn: readonly number[]
  readonly embeddedNames: readonly string[]
  readonly required: boolean
  readonly pointer: boolean
  readonly emitsZero: boolean
  readonly doc: Doc
  /** patchStrategy, patchMergeKey, listType, listMapKeys, mapType, structType, default, enum. */
  readonly extras: Record<string, unknown>
}

/** One object type. */
export interface ModelType {
  /** OpenAPI name without the leading `io.k8s.`. */
  readonly name: string
  readonly goName: string
  readonly pkg: GoPackage
  readonly doc: Doc
  readonly atomic: boolean
  readonly kind: boolean
  readonly fields: readonly ModelField[]
}

const META = 'k8s.io/apimachinery/pkg/apis/meta/v1'

const SPECIAL: Record<string, TypeCode> = {
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'q',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'x',
  [`${META}.Time`]: 't',
  [`${META}.MicroTime`]: 'u',
  [`${META}.Duration`]: 'd',
  [`${META}.FieldsV1`]: 'F',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'j',
  'k8s.io/apimachinery/pkg/types.UID': 's',
  'k8s.io/apimachinery/pkg/types.NodeName': 's',
}
const BASIC: Record<string, TypeCode> = {
  string: 's',
  bool: 'b',
  int32: 'i',
  int64: 'l',
  int: 'l',
  float64: 'f',
  byte: 'y',
  any: 'j',
}
const UNIONS: Record<string, string> = {
  JSONSchemaPropsOrArray: 'a',
  JSONSchemaPropsOrBool: 'o',
  JSONSchemaPropsOrStringArray: 'p',
}

/** `api.core.v1.Pod` for a type of k8s.io/api/core/v1. */
export const modelName = (pkg: string, name: string): string =>
  `${pkg.replace(/^k8s\.io\//, '').replaceAll('/', '.')}.${name}`

/** All object types of the packages, with embedded structs flattened. */
export function buildModel(
  packages: ReadonlyMap<string, GoPackage>,
  protos: ReadonlyMap<string, ProtoMessages>,
): ModelType[] {
  const model: ModelType[] = []
  for (const pkg of packages.values()) {
    for (const { name } of pkg.decls.values()) {
      const { pkg: home, decl } = declOf(packages, { is: 'name', pkg: pkg.path, name })
      if (home !== pkg || !decl.fields || !isApiType(pkg, decl)) continue
      const proto = protos.get(pkg.path)?.get(decl.name)
      model.push({
        name: modelName(pkg.path, decl.name),
        goName: decl.name,
        pkg,
        doc: decl.doc,
        atomic: atomicStruct(decl.doc),
        kind: pkg.registered.has(decl.name),
        fields: fieldsOf(packages, decl.fields, proto, OUTERMOST),
      })
    }
  }
  return model
}

function isApiType(pkg: GoPackage, decl: GoDecl): boolean {
  if (SPECIAL[`${pkg.path}.${decl.name}`] || UNIONS[decl.name]) return false
  if (decl.fields!.length === 0) return decl.name !== 'Patch'
  return decl.fields!.some((f) => f.tags.has('json') && f.tags.get('json') !== '-')
}

const atomicStruct = (doc: Doc): boolean =>
  doc.markers.get('structType')?.[0] === 'atomic' || doc.markers.get('mapType')?.[0] === 'atomic'

type Embedding = Pick<ModelField, 'embeddedIn' | 'embeddedNames'>
const OUTERMOST: Embedding = { embeddedIn: [], embeddedNames: [] }

function fieldsOf(
  packages: ReadonlyMap<string, GoPackage>,
  fields: readonly GoField[],
  proto: ReadonlyMap<string, number> | undefined,
  embedding: Embedding,
): ModelField[] {
  return fields.flatMap((field) => {
    const [jsonName = '', ...options] = (field.tags.get('json') ?? '').split(',')
    if (jsonName === '-') return []
    const number = protoNumber(field, proto)
    if (jsonName === '') {
      if (!field.embedded) return []
      const inner = declOf(packages, field.type)
      const numbers = field.name === 'TypeMeta' ? undefined : innerNumbers(inner.decl)
      return fieldsOf(packages, inner.decl.fields!, numbers, {
        embeddedIn: number === 0 ? [] : [...embedding.embeddedIn, number],
        embeddedNames: [...embedding.embeddedNames, field.name],
      })
    }
    return [oneField(packages, field, { jsonName, options, number, embedding })]
  })
}

/** Numbers of an embedded struct's own message, from its tags. */
const innerNumbers = (decl: GoDecl): Map<string, number> =>
  new Map(decl.fields!.map((f) => [protoName(f), tagNumber(f)]))

const protoName = (field: GoField): string =>
  /name=(\w+)/.exec(field.tags.get('protobuf') ?? '')?.[1] ??
  field.name[0]!.toLowerCase() + field.name.slice(1)

const tagNumber = (field: GoField): number =>
  Number(/^\w+,(\d+)/.exec(field.tags.get('protobuf') ?? '')?.[1] ?? 0)

/** The number of the struct tag; generated.proto must agree, else the import stops. */
function protoNumber(field: GoField, proto: ReadonlyMap<string, number> | undefined): number {
  const number = tagNumber(field)
  if (!proto || number === 0) return 0
  if (proto.get(protoName(field)) !== number) {
    throw new Error(`${field.name}: tag says ${number}, proto ${proto.get(protoName(field))}`)
  }
  return number
}

interface FieldFacts {
  readonly jsonName: string
  readonly options: readonly string[]
  readonly number: number
  readonly embedding: Embedding
}

function oneField(
  packages: ReadonlyMap<string, GoPackage>,
  field: GoField,
  { jsonName, options, number, embedding }: FieldFacts,
): ModelField {
  const code = codeOf(packages, field.type)
  const pointer = field.type.is === 'pointer'
  const omitEmpty = options.includes('omitempty')
  const omitZero = options.includes('omitzero')
  const isStruct = /^[@qxdtuj]/.test(code)
  const marker = (name: string): boolean => field.doc.markers.has(name)
  return {
    name: jsonName,
    code,
    number,
    ...embedding,
    required: !marker('optional') && (marker('required') || !(omitEmpty || omitZero)),
    pointer,
    emitsZero: !pointer && !omitZero && (!omitEmpty || isStruct),
    doc: field.doc,
    extras: extrasOf(packages, field),
  }
}

function extrasOf(
  packages: ReadonlyMap<string, GoPackage>,
  field: GoField,
): Record<string, unknown> {
  const named = namedDecl(packages, field.type)
  const type = named?.decl.fields ? undefined : named
  const first = (name: string): string | undefined =>
    (field.doc.markers.get(name) ?? type?.decl.doc.markers.get(name))?.[0]
  const fallback = first('default')
  const leaf = namedDecl(packages, leafOf(field.type))
  const enumerated = leaf?.decl.doc.markers.has('enum')
    ? leaf.pkg.constants.get(leaf.decl.name)?.map((name) => constant(packages, leaf.pkg, name))
    : undefined
  const keys = field.doc.markers.get('listMapKey') ?? type?.decl.doc.markers.get('listMapKey')
  return Object.fromEntries(
    Object.entries({
      g: unusualGoType(packages, field.type),
      gn: capitalized(jsonNameOf(field)) === field.name ? undefined : field.name,
      ps: field.tags.get('patchStrategy')?.split(','),
      mk: field.tags.get('patchMergeKey'),
      lt: first('listType'),
      lk: keys?.map((k) => k.replace(/^"|"$/g, '')),
      mt: first('mapType'),
      st: first('structType'),
      e: enumerated && [...new Set(enumerated)].sort(),
      dv: fallback === undefined ? undefined : constantOf(leaf?.pkg, fallback),
    }).filter(([, v]) => v !== undefined),
  )
}

/** A constant's value; one that is defined by another package's constant is looked up there. */
function constant(packages: ReadonlyMap<string, GoPackage>, pkg: GoPackage, name: string): string {
  const value = pkg.values.get(name)!
  if (!value.startsWith('=')) return value
  const home = [...packages.values()].find((p) => p.values.has(value.slice(1)))
  if (!home) throw new Error(`the importer does not know the constant ${value.slice(1)}`)
  return constant(packages, home, value.slice(1))
}

/** The value of a default marker: JSON, or `ref(Name)` of a constant beside the field's type. */
function constantOf(pkg: GoPackage | undefined, text: string): unknown {
  const name = /^ref\((?:.*\.)?(\w+)\)$/.exec(text)?.[1]
  if (name === undefined) return JSON.parse(text)
  const value = pkg?.values.get(name)
  if (value === undefined) throw new Error(`the importer does not know the constant ${text}`)
  return value
}

/** The type as Go's reflection prints it, when it is more than the basic type behind it. */
function unusualGoType(packages: ReadonlyMap<string, GoPackage>, type: GoType): string | undefined {
  const bare = type.is === 'pointer' ? type.to : type
  if (hasNamedKey(bare)) return goTypeText(bare)
  const leaf = leafOf(bare)
  if (leaf.is !== 'name' || SPECIAL[`${leaf.pkg}.${leaf.name}`]?.match(/[^s]/)) return undefined
  const known = namedDecl(packages, leaf)
  const isBasic = BASIC[leaf.name] !== undefined && known === undefined
  return isBasic || known?.decl.fields ? undefined : goTypeText(bare)
}

function hasNamedKey(type: GoType): boolean {
  if (type.is === 'name') return false
  const own = type.is === 'map' && type.key.is === 'name' && type.key.name !== 'string'
  return own || hasNamedKey(type.to)
}

function goTypeText(type: GoType): string {
  if (type.is === 'pointer') return `*${goTypeText(type.to)}`
  if (type.is === 'list') return `[]${goTypeText(type.to)}`
  if (type.is === 'map') return `map[${goTypeText(type.key)}]${goTypeText(type.to)}`
  if (/^[a-z]/.test(type.name)) return type.name
  return `${type.pkg.slice(type.pkg.lastIndexOf('/') + 1)}.${type.name}`
}

const jsonNameOf = (field: GoField): string => (field.tags.get('json') ?? '').split(',')[0]!

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const leafOf = (type: GoType): GoType => (type.is === 'name' ? type : leafOf(type.to))

function namedDecl(
  packages: ReadonlyMap<string, GoPackage>,
  type: GoType,
): { pkg: GoPackage; decl: GoDecl } | undefined {
  const bare = type.is === 'pointer' ? type.to : type
  if (bare.is !== 'name') return undefined
  const pkg = packages.get(bare.pkg)
  const decl = pkg?.decls.get(bare.name)
  if (!pkg || !decl) return undefined
  const target = decl.underlying && namedDecl(packages, decl.underlying)
  if (decl.isAlias && target) return target
  if (target?.decl.fields) return { pkg, decl: { ...decl, fields: target.decl.fields } }
  return { pkg, decl }
}

function declOf(
  packages: ReadonlyMap<string, GoPackage>,
  type: GoType,
): { pkg: GoPackage; decl: GoDecl } {
  const found = namedDecl(packages, type)
  if (!found) throw new Error(`the importer does not know ${JSON.stringify(type)}`)
  return found
}

function codeOf(packages: ReadonlyMap<string, GoPackage>, type: GoType): TypeCode {
  if (type.is === 'pointer') return codeOf(packages, type.to)
  if (type.is === 'map') return `{${codeOf(packages, type.to)}`
  if (type.is === 'list') {
    const items = codeOf(packages, type.to)
    return items === 'y' ? 'B' : `[${items}`
  }
  const special = SPECIAL[`${type.pkg}.${type.name}`]
  if (special) return special
  if (BASIC[type.name] && !packages.get(type.pkg)?.decls.has(type.name)) return BASIC[type.name]!
  const { pkg, decl } = declOf(packages, type)
  if (UNIONS[decl.name]) return `${UNIONS[decl.name]}@${modelName(pkg.path, 'JSONSchemaProps')}`
  if (pkg.path.includes('apiextensions') && decl.name === 'JSON') return 'j'
  if (decl.fields) return `@${modelName(pkg.path, decl.name)}`
  const code = codeOf(packages, decl.underlying!)
  return decl.doc.markers.has('protobuf.nullable') ? code.replace('[', '(') : code
}
