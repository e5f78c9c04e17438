/** Reads answers of the oracle and writes a golden file a topic into the folder that is named. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]!
mkdirSync(folder, { recursive: true })
/** By topic, by what the cases share (variables, schema), the cases themselves. */
const topics = new Map<string, Map<string, string[]>>()
for (const line of (await Bun.stdin.text()).split('\n')) {
  if (line === '') continue
  const { case: { topic, expr, self, oldSelf, limit, ...shared }, answer } = JSON.parse(line)
  const groups = topics.get(topic) ?? new Map<string, string[]>()
  topics.set(topic, groups)
  const key = JSON.stringify(shared)
  groups.set(key, [...(groups.get(key) ?? []), JSON.stringify({ expr, self, oldSelf, limit, answer })])
}
for (const [topic, groups] of topics) {
  const texts = [...groups].map(([shared, cases]) => `{"shared":${shared},"cases":[\n${cases.join(',\n')}\n]}`)
  writeFileSync(join(folder, `${topic}.json`), `[\n${texts.join(',\n')}\n]\n`)
}
