import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerOf, type Answer, type GoldenCase } from './golden-case.ts'

const FOLDER = join(import.meta.dir, '../golden/cel')

interface Group {
  readonly shared: Omit<GoldenCase, 'expr' | 'answer'>
  readonly cases: readonly (Pick<GoldenCase, 'expr' | 'self' | 'oldSelf' | 'limit'> & { readonly answer: Answer })[]
}

/** Costs are compared but where a limit ended the evaluation: upstream looks at more places. */
function comparable({ cost, ...answer }: Answer): object {
  const ended = answer.error === 'operation cancelled: actual cost limit exceeded'
  return ended || answer.issues !== undefined || answer.program !== undefined ? answer : { ...answer, cost }
}

// Answers of k8s.io/apiserver v0.37 with cel-go; tools/cel-golden makes them.
for (const file of readdirSync(FOLDER).sort()) {
  const groups = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as readonly Group[]
  describe(file.replace('.json', ''), () => {
    for (const { shared, cases } of groups)
      test.each(cases.map((one) => [one.expr, one] as const))('%s', (_, one) => {
        expect(comparable(answerOf({ ...shared, ...one }))).toEqual(comparable(one.answer))
      })
  })
}
