import { type Doc, parseDoc } from './go-doc.ts'

/** A Go type expression, as far as API types use them. */
export type GoType =
  | { readonly is: 'name'; readonly pkg: string; readonly name: string }
  | { readonly is: 'pointer'; readonly to: GoType }
  | { readonly is: 'list'; readonly to: GoType }
  | { readonly is: 'map'; readonly key: GoType; readonly to: GoType }

/** A field of a struct; an embedded one has the name of its type. */
export interface GoField {
  readonly name: string
  readonly embedded: boolean
  readonly type: GoType
  /** Struct tags by key: json, protobuf, patchStrategy, patchMergeKey. */
  readonly tags: ReadonlyMap<string, string>
  readonly doc: Doc
}

/** A type declaration: a struct, or a name for another type. */
export interface GoDecl {
  readonly name: string
  readonly doc: Doc
  readonly fields?: readonly GoField[]
  readonly underlying?: GoType
  /** `type A = B`: another name for the same type, not a type of its own. */
  readonly isAlias?: boolean
}

/** What one package declares. */
export interface GoPackage {
  readonly path: string
  readonly group: string
  readonly decls: Map<string, GoDecl>
  /** Names of string constants by their type, in source order. */
  readonly constants: Map<string, string[]>
  /** Values of string constants by name; `=Name` stands for the constant of that name elsewhere. */
  readonly values: Map<string, string>
  /** Names handed to AddKnownTypes. */
  readonly registered: Set<string>
}

/** Reads gofmt'ed source line by line; gofmt's regularity makes a full parser unnecessary. */
export function parsePackage(path: string, files: readonly string[]): GoPackage {
  const pkg: GoPackage = {
    path,
    group:
      files.map((f) => /GroupName\s*=\s*"([^"]*)"/.exec(f)?.[1]).find((g) => g !== undefined) ?? '',
    decls: new Map(),
    constants: new Map(),
    values: new Map(),
    registered: new Set(),
  }
  for (const file of files) {
    parseFile(pkg, file)
    for (const call of file.matchAll(/AddKnownTypes\(([^)]*)\)/g)) {
      for (const type of call[1]!.matchAll(/&(\w+)\{\}/g)) pkg.registered.add(type[1]!)
    }
  }
  return pkg
}

function parseFile(pkg: GoPackage, file: string): void {
  const imports = importsOf(file)
  const lines = file
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll('interface{}', 'any')
    .split('\n')
  let comments: string[] = []
  let orphan: string[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.startsWith('//')) {
      comments.push(line.replace(/^\/\/ ?/, ''))
      continue
    }
    const doc = (): Doc => parseDoc(comments, orphan)
    const struct = /^type (\w+) struct \{$/.exec(line)
    const alias = /^type (\w+) (= )?([^={(]+)$/.exec(line)
    const empty = /^type (\w+) struct ?\{\s*\}$/.exec(line)
    if (empty) {
      pkg.decls.set(empty[1]!, { name: empty[1]!, doc: doc(), fields: [] })
    } else if (struct) {
      const end = lines.indexOf('}', i)
      const fields = parseFields(lines.slice(i + 1, end), pkg.path, imports)
      pkg.decls.set(struct[1]!, { name: struct[1]!, doc: doc(), fields })
      i = end
    } else if (alias && !/^(interface|func)/.test(alias[3]!)) {
      const [, name = '', equals, target = ''] = alias
      const underlying = parseType(target.trim(), pkg.path, imports)
      pkg.decls.set(name, { name, doc: doc(), underlying, isAlias: equals !== undefined })
    } else if (line === 'const (') {
      const end = lines.indexOf(')', i)
      parseConstants(pkg, lines.slice(i + 1, end))
      i = end
    } else if (line.startsWith('const ')) {
      parseConstants(pkg, [line.slice(6)])
    }
    if (line.trim() === '' && comments.length > 0) orphan = comments
    else if (line.trim() !== '') orphan = []
    comments = []
  }
}

function importsOf(file: string): Map<string, string> {
  const imports = new Map<string, string>()
  const block = /^import \(([\s\S]*?)^\)/m.exec(file)?.[1] ?? /^import (.*)$/m.exec(file)?.[1] ?? ''
  for (const m of block.matchAll(/^\s*(\w+)?\s*"([^"]+)"/gm)) {
    imports.set(m[1] ?? m[2]!.slice(m[2]!.lastIndexOf('/') + 1), m[2]!)
  }
  return imports
}

function parseFields(lines: string[], path: string, imports: Map<string, string>): GoField[] {
  const fields: GoField[] = []
  let comments: string[] = []
  for (const raw of lines) {
    const line = raw.trim()
    if (line.startsWith('//')) {
      comments.push(line.replace(/^\/\/ ?/, ''))
      continue
    }
    const m = /^(?:(\w+)\s+)?([\w.*[\]]+)(?:\s+`([^`]*)`)?(?:\s*\/\/.*)?$/.exec(line)
    if (m) {
      const type = parseType(m[2]!, path, imports)
      const base = type.is === 'name' ? type.name : ''
      fields.push({
        name: m[1] ?? base,
        embedded: m[1] === undefined,
        type,
        tags: parseTags(m[3] ?? ''),
        doc: parseDoc(comments, []),
      })
    } else if (line !== '') {
      throw new Error(`a struct line that the importer does not understand: ${line}`)
    }
    comments = []
  }
  return fields
}

function parseTags(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(\w+):"((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1]!, m[2]!]))
}

function parseType(text: string, path: string, imports: Map<string, string>): GoType {
  if (text.startsWith('*')) return { is: 'pointer', to: parseType(text.slice(1), path, imports) }
  if (text.startsWith('[]')) return { is: 'list', to: parseType(text.slice(2), path, imports) }
  if (text.startsWith('map[')) {
    const close = text.indexOf(']')
    const key = parseType(text.slice(4, close), path, imports)
    return { is: 'map', key, to: parseType(text.slice(close + 1), path, imports) }
  }
  const [first, second] = text.split('.')
  if (second === undefined) return { is: 'name', pkg: path, name: first! }
  return { is: 'name', pkg: imports.get(first!) ?? first!, name: second }
}

function parseConstants(pkg: GoPackage, lines: string[]): void {
  for (const raw of lines) {
    const line = raw.trim()
    const literal =
      /^(\w+)\s+(\w+)\s*=\s*"([^"]*)"/.exec(line) ?? /^(\w+)\s*=\s*(\w+)\("([^"]*)"\)/.exec(line)
    const other = /^(\w+)\s*=\s*(\w+)\(\w+\.(\w+)\)/.exec(line)
    const [, name = '', type = '', value = ''] = literal ?? other ?? []
    if (name === '') continue
    pkg.constants.set(type, [...(pkg.constants.get(type) ?? []), name])
    pkg.values.set(name, literal ? value : `=${value}`)
  }
}
