import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiDoc } from './api-doc.ts'

/**
 * Writes src/resources/generated/columns.gen.ts: the columns of every kind's Table, as upstream's
 * printers declare them. Run where `go list -m k8s.io/kubernetes` knows v1.37:
 * `bun tools/import-columns/main.ts DIRECTORY_OF_THAT_GO_MODULE`
 */
const module = process.argv[2]
if (!module) throw new Error('usage: bun tools/import-columns/main.ts GO_MODULE_DIRECTORY')
const dirOf = (path: string): string =>
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', path], { cwd: module, encoding: 'utf8' }).trim()

const printers = readFileSync(
  join(dirOf('k8s.io/kubernetes'), 'pkg/printers/internalversion/printers.go'),
  'utf8',
)
const docOf = apiDoc(printers, dirOf)

interface Column {
  name: string
  type: string
  format: string
  description: string
  priority: number
}

const lists = new Map<string, Column[]>()
const byKind = new Map<string, Column[]>()
let open = ''
for (const line of printers.split('\n')) {
  const start = /^\t(\w+) :?= (?:append\(\w+, )?\[\]metav1\.TableColumnDefinition\{$/.exec(line)
  if (start) open = start[1]!
  const row = /^\t+\{Name: "([^"]*)", (.*)\},$/.exec(line)
  if (row && open) lists.set(open, [...(lists.get(open) ?? []), columnOf(row[1]!, row[2]!)])
  const handler = /h\.TableHandler\((\w+), print(\w+)\)/.exec(line)
  if (handler && !handler[2]!.endsWith('List')) byKind.set(handler[2]!, lists.get(handler[1]!)!)
}

function columnOf(name: string, rest: string): Column {
  const text = (key: string): string => new RegExp(`${key}: "([^"]*)"`).exec(rest)?.[1] ?? ''
  const doc = /Description: (\w+)\.(\w+)\{\}(\.InvolvedObject)?\.SwaggerDoc\(\)\["(\w*)"\]/.exec(rest)
  return {
    name,
    type: text('Type'),
    format: text('Format'),
    description: doc ? docOf(doc[1]!, doc[3] ? 'ObjectReference' : doc[2]!, doc[4]!) : text('Description'),
    priority: Number(/Priority: (\d+)/.exec(rest)?.[1] ?? 0),
  }
}

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
const lineOf = (c: Column): string =>
  c.name === 'Age' ? 'AGE' : c.name === 'Name' && c.format === 'name' && c.priority === 0 ? 'NAME' : literal(c)
const literal = (c: Column): string =>
  `{ name: ${quoted(c.name)}, type: ${quoted(c.type)}, format: ${quoted(c.format)}, description: ${quoted(c.description)}, priority: ${c.priority} }`
const pod = byKind.get('Pod')!
const shared = (name: string, key: string): string =>
  `const ${key}: TableColumnDefinition = ${literal(pod.find((c) => c.name === name)!)}\n`
const body = [...byKind]
  .map(([kind, columns]) => `  ${kind}: [\n${columns.map((c) => `    ${lineOf(c)},\n`).join('')}  ],\n`)
  .join('')
writeFileSync(
  join(import.meta.dir, '../../src/resources/generated/columns.gen.ts'),
  `// Written by tools/import-columns from pkg/printers/internalversion/printers.go; change that, not this.
import type { TableColumnDefinition } from '../../meta/table.ts'

${shared('Name', 'NAME')}${shared('Age', 'AGE')}
/** Columns of each kind's Table, by the name upstream's print function carries. */
export const COLUMNS = {
${body}} satisfies Record<string, TableColumnDefinition[]>
`,
)
console.log(`${byKind.size} tables`)
