import { answerOf, type Answer } from '../support/api.ts'
import { rawRequest, type RawRequest } from '../support/raw-http.ts'
import type { Case } from './case.ts'

/** What a case sent and what came back. */
export interface Exchanged {
  readonly request: RawRequest
  readonly answer: Answer
}

async function ask(port: number, request: RawRequest, namespace: string): Promise<Answer> {
  const placed = {
    ...request, token: request.token ?? 'admintoken', path: request.path.replaceAll('NS', namespace),
    ...(typeof request.body === 'string' && { body: request.body.replaceAll('"NS"', JSON.stringify(namespace)) }),
  }
  return answerOf(await rawRequest(port, placed))
}

/** Makes the namespace that a case acts in. */
async function prepare(port: number, namespace: string): Promise<void> {
  const create = (path: string, object: unknown) =>
    ask(port, { method: 'POST', path, type: 'application/json', body: JSON.stringify(object) }, namespace)
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await create('/api/v1/namespaces/NS/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
}

/** Runs the steps of a case on one server, in a namespace of its own. */
export async function runCase(port: number, one: Case, namespace: string): Promise<Exchanged[]> {
  await prepare(port, namespace)
  const seen: Answer[] = []
  const exchanged: Exchanged[] = []
  for (const step of one.steps) {
    const request = typeof step === 'function' ? step(seen) : step
    const answer = await ask(port, request, namespace)
    seen.push(answer)
    exchanged.push({ request, answer })
  }
  return exchanged
}
