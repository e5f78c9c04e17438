/**
 * A klio process of a test: `bun sequencer-process.ts TARGET SCHEMA WHO` leads when it can and writes all
 * the time; prints "leading" and "WHO-N REVISION" for each acknowledged write, "refused KIND" for others.
 */
import { mainLog } from '../../src/events/log-id.ts'
import { creating } from '../events/builders.ts'
import { sequenced } from './sequenced.ts'

const [target, schema, who] = process.argv.slice(2)
const one = sequenced(JSON.parse(target!), mainLog(schema!))
process.on('SIGTERM', () => void one.close().then(() => process.exit(0)))
await one.sequencer.lead(new AbortController().signal)
console.log('leading')
for (let n = 0; ; n++) {
  const answer = await one.sequencer.submit(creating(`${who}-${n}`))
  console.log(answer.ok ? `${who}-${n} ${answer.value}` : `refused ${answer.error.kind}`)
  if (!answer.ok) await Bun.sleep(20)
}
