import { answerOf, testApi, type Answer } from '../support/api.ts'
import { rawRequest, type RawRequest } from '../support/raw-http.ts'
import type { Case } from './case.ts'
import { bodies } from './cases/bodies.ts'
import { deletes } from './cases/deletes.ts'
import { discovery } from './cases/discovery.ts'
import { kinds } from './cases/kinds.ts'
import { lists } from './cases/lists.ts'
import { parts } from './cases/parts.ts'
import { patches } from './cases/patches.ts'
import { paths } from './cases/paths.ts'
import { tables } from './cases/tables.ts'
import { writes } from './cases/writes.ts'
import { answerDifferences, shown } from './mask.ts'

/**
 * Sends the same requests to klio (in this process, on a memory log) and to a real kube-apiserver
 * (PEER_PORT, 7443 with token admintoken by default) and prints where the answers differ.
 * `bun test/differential/run.ts [WORD]` runs the cases whose name holds the word. Exit 1 on differences.
 */
const peerPort = Number(process.env['PEER_PORT'] ?? 7443)
const word = process.argv[2] ?? ''
const all: readonly Case[] = [
  ...bodies, ...writes, ...patches, ...deletes, ...parts, ...lists, ...paths, ...tables, ...kinds, ...discovery,
]

const klio = await testApi()
const run = Math.floor(Date.now() / 1000).toString(36)
let differing = 0
let steps = 0

async function ask(port: number, request: RawRequest, namespace: string): Promise<Answer> {
  const placed = {
    ...request, token: request.token ?? 'admintoken', path: request.path.replaceAll('NS', namespace),
    ...(typeof request.body === 'string' && { body: request.body.replaceAll('"NS"', JSON.stringify(namespace)) }),
  }
  return answerOf(await rawRequest(port, placed))
}

async function prepare(port: number, namespace: string): Promise<void> {
  const create = (path: string, object: unknown) =>
    ask(port, { method: 'POST', path, type: 'application/json', body: JSON.stringify(object) }, namespace)
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await create('/api/v1/namespaces/NS/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
}

async function compare(one: Case, index: number): Promise<void> {
  const namespace = `d${run}-${index}`
  await Promise.all([prepare(klio.port, namespace), prepare(peerPort, namespace)])
  const seen: { ours: Answer[]; theirs: Answer[] } = { ours: [], theirs: [] }
  const said: string[] = []
  for (const [i, step] of one.steps.entries()) {
    const of = (answers: Answer[]): RawRequest => (typeof step === 'function' ? step(answers) : step)
    const theirs = await ask(peerPort, of(seen.theirs), namespace)
    const ours = await ask(klio.port, of(seen.ours), namespace)
    steps++
    const found = answerDifferences(shown(ours), shown(theirs))
    if (found.length > 0) {
      const { method = 'GET', path } = of(seen.ours)
      said.push(`  step ${i + 1} ${method} ${path.slice(0, 150)}`, ...found.slice(0, 12).map((line) => `    ${line}`))
      if (found.length > 12) said.push(`    and ${found.length - 12} more`)
    }
    seen.ours.push(ours)
    seen.theirs.push(theirs)
  }
  if (said.length === 0) return
  differing++
  console.log(`${one.name}\n${said.join('\n')}`)
}

for (const [index, one] of all.entries())
  if (one.name.includes(word)) await compare(one, index).catch((error: unknown) => {
    differing++
    console.log(`${one.name}\n  ${String(error)}`)
  })
console.log(`${steps} requests, ${differing} cases differ`)
await klio.close()
process.exit(differing === 0 ? 0 : 1)
