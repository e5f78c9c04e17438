import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testApi, type TestApi } from '../support/api.ts'
import { caseGroups } from '../differential/all-cases.ts'
import { runCase } from '../differential/ask.ts'
import { knownStep } from '../differential/known.ts'
import { answerDifferences, shown } from '../differential/mask.ts'
import { namespaceOf, readAnswers } from '../differential/recorded.ts'

/**
 * What kube-apiserver v1.37.2 answered to 1,700 requests, malformed ones most of all: code, reason,
 * message, causes, warnings and bodies. `run.ts --record` writes the answers anew.
 */
let klio: TestApi
beforeAll(async () => {
  klio = await testApi()
})
afterAll(() => klio.close())

for (const [group, cases] of Object.entries(caseGroups)) {
  const answers = readAnswers(group)
  describe(group, () => {
    test.each(cases.map((one, index) => [one.name, one, index] as const))('%s', async (name, one, index) => {
      const exchanged = await runCase(klio.port, one, namespaceOf(group, index))
      const theirs = answers[name]
      expect(theirs?.length, 'answers are recorded').toBe(exchanged.length)
      const wrong = exchanged.flatMap(({ request, answer }, i) => {
        const found = answerDifferences(shown(answer), theirs![i]!)
        if (knownStep(name, i + 1)) return found.length > 0 ? [] : [`step ${i + 1} is as upstream's now: take it off test/differential/known.ts`]
        return found.map((text) => `step ${i + 1} ${request.method ?? 'GET'} ${request.path.slice(0, 100)} ${text}`)
      })
      expect(wrong).toEqual([])
    }, 30_000)
  })
}
