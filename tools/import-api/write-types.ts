import type { ModelField, ModelType } from './model.ts'

/** Shapes that src/meta writes by hand. */
const BY_HAND: Record<string, string> = {
  ObjectMeta: 'object.ts',
  OwnerReference: 'object.ts',
  ManagedFieldsEntry: 'object.ts',
  Status: 'status.ts',
  StatusCause: 'status.ts',
}
const META = 'apimachinery.pkg.apis.meta.v1.'
const SCALARS: Record<string, string> = {
  s: 'string',
  b: 'boolean',
  i: 'number',
  l: 'number',
  f: 'number',
  B: 'string',
  q: 'string',
  x: 'number | string',
  t: 'string',
  u: 'string',
  d: 'string',
  j: 'Json',
  F: 'JsonObject',
}

/** Versions that are not GA and that GA types refer to. */
const REFERRED = ['scheduling-v1alpha3']

/** The file of plain interfaces that a type belongs to; GA versions own their group's name. */
export function typesFile(typeName: string): string {
  const [, group = '', version = ''] = /\.(\w+)\.(\w+)\.\w+$/.exec(typeName) ?? []
  const ownsName = /^v\d+$/.test(version) && !(group === 'autoscaling' && version === 'v1')
  return ownsName ? group : `${group}-${version}`
}

const isWritten = (file: string): boolean =>
  !file.includes('-v') || file === 'autoscaling-v1' || REFERRED.includes(file)

/** Texts of all `*.gen.ts` files by name without the suffix. */
export function typeFiles(model: readonly ModelType[]): Map<string, string> {
  const byFile = new Map<string, ModelType[]>()
  for (const type of model) {
    const file = typesFile(type.name)
    if (!isWritten(file) || (type.name.startsWith(META) && type.goName in BY_HAND)) continue
    if (['TypeMeta', 'StatusDetails', 'Timestamp'].includes(type.goName)) continue
    byFile.set(file, [...(byFile.get(file) ?? []), type])
  }
  return new Map([...byFile].map(([file, types]) => [file, fileText(file, types)]))
}

interface Imports {
  readonly file: string
  readonly names: Map<string, Set<string>>
}

function fileText(file: string, types: readonly ModelType[]): string {
  const imports: Imports = { file, names: new Map() }
  const body = types.map((type) => interfaceText(type, imports)).join('\n')
  const head = [...imports.names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, names]) => `import type { ${[...names].sort().join(', ')} } from '${from}'\n`)
  return [
    `// Written by tools/import-api from ${types[0]!.pkg.path}; change that, not this.\n`,
    ...head,
    '\n',
    body,
  ].join('')
}

function interfaceText(type: ModelType, imports: Imports): string {
  const names = new Set(type.fields.map((f) => f.name))
  const metadata = type.fields.find((f) => f.name === 'metadata')
  const isObject =
    names.has('kind') && names.has('apiVersion') && /ObjectMeta$/.test(metadata?.code ?? '')
  const isList = type.kind && names.has('items') && /ListMeta$/.test(metadata?.code ?? '')
  if (isObject) use(imports, '../../meta/object.ts', 'KubeObject')
  const skip = isObject ? ['kind', 'apiVersion', 'metadata'] : []
  const lines = type.fields
    .filter((f) => !skip.includes(f.name))
    .map(
      (f) =>
        `  ${f.name.includes('-') || f.name.startsWith('$') ? `'${f.name}'` : f.name}${
          f.required || isList ? '' : '?'
        }: ${typeText(f, imports)}\n`,
    )
  const sentence = safe(type.doc.sentence) || `Source: ${type.name}.`
  const doc = `/** ${sentence}${type.doc.deprecated ? ' @deprecated' : ''} */\n`
  const head = `export interface ${type.goName}${isObject ? ' extends KubeObject' : ''} {`
  return lines.length === 0 ? `${doc}${head}}\n` : `${doc}${head}\n${lines.join('')}}\n`
}

const safe = (text: string): string => text.replaceAll('*/', '* /')

function use(imports: Imports, from: string, name: string): void {
  const names = imports.names.get(from) ?? new Set()
  imports.names.set(from, names.add(name))
}

const typeText = (field: ModelField, imports: Imports): string => codeText(field.code, imports)

function codeText(code: string, imports: Imports): string {
  const rest = code.slice(1)
  switch (code[0]) {
    case '[':
    case '(': {
      const items = codeText(rest, imports)
      return items.includes('|') ? `(${items})[]` : `${items}[]`
    }
    case '{':
      return `Record<string, ${codeText(rest, imports)}>`
    case '@':
      return reference(rest, imports)
    case 'a':
      return `${codeText(rest, imports)} | ${codeText(rest, imports)}[]`
    case 'o':
      return `${codeText(rest, imports)} | boolean`
    case 'p':
      return `${codeText(rest, imports)} | string[]`
    default: {
      const text = SCALARS[code]!
      if (text.startsWith('Json')) use(imports, '../../meta/object.ts', text)
      return text
    }
  }
}

function reference(name: string, imports: Imports): string {
  const short = name.slice(name.lastIndexOf('.') + 1)
  const byHand = name.startsWith(META) ? BY_HAND[short] : undefined
  const file = typesFile(name)
  if (byHand) use(imports, `../../meta/${byHand}`, short)
  else if (!isWritten(file)) throw new Error(`a GA type refers to ${name}`)
  else if (file !== imports.file) use(imports, `./${file}.gen.ts`, short)
  return short
}
