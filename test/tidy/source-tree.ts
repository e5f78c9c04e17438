import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Glob } from 'bun'
import { mask } from './mask.ts'

/** One import of a file. */
export interface Import {
  readonly specifier: string
  /** Path below src when the import is local and stays there. */
  readonly target: string | undefined
  readonly typeOnly: boolean
}

/** A file of src as the rules see it. */
export interface Source {
  /** Path below src. */
  readonly path: string
  /** First folder, or `wiring` for the files beside the rooms. */
  readonly room: string
  readonly generated: boolean
  readonly text: string
  readonly code: string
  readonly comments: string
  readonly imports: readonly Import[]
}

/** A function and how long it is, signature to closing brace. */
export interface FunctionSpan {
  readonly line: number
  readonly lines: number
}

const ROOT = join(import.meta.dir, '..', '..')
const FROM = /^(import|export)(\s+type)?\b[^;]*?\bfrom\s+'|\bimport\(\s*'|^import\s+'/gm

/** Every TypeScript file of src. */
export function readSources(): Source[] {
  const paths = [...new Glob('**/*.ts').scanSync(join(ROOT, 'src'))].filter((path) => !path.endsWith('.d.ts'))
  return paths.sort().map((path) => {
    const text = readFileSync(join(ROOT, 'src', path), 'utf8')
    const masked = mask(text)
    return {
      path, text, ...masked,
      room: roomOf(path),
      generated: path.endsWith('.gen.ts'),
      imports: importsOf(path, text, masked.code),
    }
  })
}

/** First folder of a path below src. */
export const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : 'wiring')

function importsOf(path: string, text: string, code: string): Import[] {
  const found: Import[] = []
  for (const match of code.matchAll(FROM)) {
    const start = match.index + match[0].length
    const specifier = text.slice(start, text.indexOf("'", start))
    const target = specifier.startsWith('.') ? relative('/', join('/', dirname(path), specifier)) : undefined
    // Above src: a manifest or a migration, no room.
    const above = specifier.startsWith('../'.repeat(path.split('/').length))
    found.push({ specifier, target: above ? undefined : target, typeOnly: match[2] !== undefined })
  }
  return found
}

/** Functions with a body in braces. */
export function functionsOf(code: string): FunctionSpan[] {
  const spans: FunctionSpan[] = []
  const open: { line: number; isFunction: boolean }[] = []
  let line = 1
  let segment = 0
  for (let at = 0; at < code.length; at++) {
    const char = code[at]
    if (char === '\n') line++
    if (char === '{') {
      const head = code.slice(segment, at)
      open.push({ line: line - head.trimStart().split('\n').length + 1, isFunction: beginsFunction(head, code[segment - 1]) })
    }
    if (char === '}') {
      const closed = open.pop()
      if (closed?.isFunction) spans.push({ line: closed.line, lines: line - closed.line + 1 })
    }
    if (char === '{' || char === '}' || char === ';') segment = at + 1
  }
  return spans
}

const CONTROL = /(^|\s)(if|for|while|switch|catch|with)\s*(await\s*)?\([^]*\)\s*$/

function beginsFunction(head: string, before: string | undefined): boolean {
  if (/=>\s*$/.test(head)) return true
  const last = head.slice(head.lastIndexOf('\n', head.trimEnd().length - 1) + 1)
  if (CONTROL.test(last)) return false
  // `): Result<A, B> {`, `): { a: string } {`, `) {`
  return /\)\s*$/.test(head) || /\)\s*:\s*[\w][^?]*$/.test(last) || (before === '}' && /^ $/.test(head))
}

/** The cycles among imports, each as the path that closes it. */
export function cyclesOf(sources: readonly Source[]): string[][] {
  const edges = new Map(sources.map((source) => [source.path, source.imports.flatMap(({ target }) => target ?? [])]))
  const state = new Map<string, 'open' | 'done'>()
  const trail: string[] = []
  const cycles: string[][] = []
  const visit = (path: string): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') return void cycles.push([...trail.slice(trail.indexOf(path)), path])
    state.set(path, 'open')
    trail.push(path)
    for (const next of edges.get(path) ?? []) visit(next)
    trail.pop()
    state.set(path, 'done')
  }
  for (const path of edges.keys()) visit(path)
  return cycles
}

/** Files that are reached from the entries by imports. */
export function reachable(sources: readonly Source[], entries: readonly string[]): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const reached = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    for (const { target } of byPath.get(path)?.imports ?? []) if (target) waiting.push(target)
  }
  return reached
}
