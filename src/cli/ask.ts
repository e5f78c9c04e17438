import { ANSWERS } from '../history/answers.ts'
import { openLocal } from '../open-local.ts'
import { CommandError } from './exit.ts'
import { namedDataDir, openApi, type ClusterFlags } from './find-cluster.ts'
import type { Terminal } from './terminal.ts'

/** Values of a question; what is undefined is not asked. */
export type Question = Readonly<Record<string, string | number | boolean | undefined>>

/** Asks about the past: the API where one runs, else the log itself. */
export async function ask<T>(
  terminal: Terminal,
  flags: ClusterFlags,
  name: string,
  question: Question,
): Promise<T> {
  const query: Record<string, string> = {}
  for (const [key, value] of Object.entries(question))
    if (value !== undefined && value !== false) query[key] = String(value)
  const api = openApi(flags, terminal.env)
  if (api) {
    const answer = await api.get<T>(`/klio/v1/${name}`, query)
    if (answer.ok) return answer.value
    throw new CommandError(answer.error.message)
  }
  return (await askLocal(namedDataDir(flags, terminal.env)!, terminal, name, query)) as T
}

async function askLocal(
  dataDir: string,
  terminal: Terminal,
  name: string,
  query: Record<string, string>,
): Promise<unknown> {
  const opened = await openLocal(dataDir, terminal.env)
  if (!opened.ok) throw new CommandError(opened.error)
  try {
    const answer = await ANSWERS[name]!(opened.value.source, query)
    if (!answer.ok) throw new CommandError(answer.error.message ?? 'the question was refused')
    return answer.value
  } finally {
    await opened.value.close()
  }
}
