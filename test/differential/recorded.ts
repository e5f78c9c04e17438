import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shown } from './mask.ts'

/** kube-apiserver's answers to the steps of each case, by the case's name. */
export type Recorded = Record<string, Shown[]>

/** Where answers are kept, a file per group of cases. */
export const ANSWERS = join(import.meta.dirname, 'answers')

/** The namespace of a case: the same in every run, because messages name it. */
export const namespaceOf = (group: string, index: number): string => `${group}-${index}`

export const readAnswers = (group: string): Recorded =>
  JSON.parse(readFileSync(join(ANSWERS, `${group}.json`), 'utf8')) as Recorded

/** A case a line, so that a change of one is one line in a diff. */
export const answersText = (recorded: Recorded): string =>
  `{\n${Object.entries(recorded).map(([name, answers]) => `${JSON.stringify(name)}: ${JSON.stringify(answers)}`).join(',\n')}\n}\n`
