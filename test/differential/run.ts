import { mkdirSync, writeFileSync } from 'node:fs'
import { testApi } from '../support/api.ts'
import { caseGroups } from './all-cases.ts'
import { runCase, type Exchanged } from './ask.ts'
import type { Case } from './case.ts'
import { answerDifferences, shown } from './mask.ts'
import { ANSWERS, answersText, namespaceOf, readAnswers, type Recorded } from './recorded.ts'

/**
 * Sends the same requests to klio (in this process, on a memory log) and to a real kube-apiserver
 * (PEER_PORT, 7443 with token admintoken by default) and prints where the answers differ.
 * `bun test/differential/run.ts [WORD]` runs the cases whose name holds the word. Exit 1 on differences.
 * With --record it writes kube-apiserver's answers to test/differential/answers: test/api/upstream.test.ts
 * holds klio to them where there is no kube-apiserver. No controllers may run beside it.
 */
const peerPort = Number(process.env['PEER_PORT'] ?? 7443)
const record = process.argv.includes('--record')
const word = process.argv.slice(2).find((text) => !text.startsWith('--')) ?? ''
/** kube-apiserver's informers hear within this. */
const PAUSE_MS = 400
const klio = await testApi()
let differing = 0
let requests = 0

function compare(one: Case, ours: readonly Exchanged[], theirs: readonly Exchanged[]): void {
  const said = ours.flatMap(({ request, answer }, i) => {
    requests++
    const found = answerDifferences(shown(answer), shown(theirs[i]!.answer))
    if (found.length === 0) return []
    const { method = 'GET', path } = request
    const more = found.length > 12 ? [`    and ${found.length - 12} more`] : []
    return [`  step ${i + 1} ${method} ${path.slice(0, 150)}`, ...found.slice(0, 12).map((line) => `    ${line}`), ...more]
  })
  if (said.length === 0) return
  differing++
  console.log(`${one.name}\n${said.join('\n')}`)
}

for (const [group, cases] of Object.entries(caseGroups)) {
  const recorded: Recorded = word === '' ? {} : readAnswers(group)
  for (const [index, one] of cases.entries()) {
    if (!one.name.includes(word)) continue
    const namespace = namespaceOf(group, index)
    try {
      const theirs = await runCase(peerPort, one, namespace, PAUSE_MS)
      compare(one, await runCase(klio.port, one, namespace), theirs)
      recorded[one.name] = theirs.map(({ answer }) => shown(answer))
    } catch (error) {
      differing++
      console.log(`${one.name}\n  ${String(error)}`)
    }
  }
  if (!record) continue
  mkdirSync(ANSWERS, { recursive: true })
  const kept = cases.map(({ name }) => [name, recorded[name] ?? []] as const)
  writeFileSync(`${ANSWERS}/${group}.json`, answersText(Object.fromEntries(kept)))
}
console.log(`${requests} requests, ${differing} cases differ`)
await klio.close()
process.exit(differing === 0 ? 0 : 1)
