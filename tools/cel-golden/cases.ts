/** Prints all cases for the oracle, one JSON a line; `topic` names the golden file they go to. */
import { LANGUAGE } from './cases-language.ts'
import { LIBRARY } from './cases-library.ts'
import { SCHEMAS } from './cases-schema.ts'
import { SYNTAX } from './cases-syntax.ts'

for (const [topic, cases] of Object.entries({ ...LANGUAGE, ...LIBRARY, ...SCHEMAS, ...SYNTAX }))
  for (const one of cases) console.log(JSON.stringify({ topic, ...(typeof one === 'string' ? { expr: one } : one) }))
