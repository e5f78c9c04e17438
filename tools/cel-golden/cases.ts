/** Prints all cases for the oracle, one JSON a line; `topic` names the golden file they go to. */
import { LANGUAGE } from './cases-language.ts'

for (const [topic, cases] of Object.entries({ ...LANGUAGE }))
  for (const one of cases) console.log(JSON.stringify({ topic, ...(typeof one === 'string' ? { expr: one } : one) }))
