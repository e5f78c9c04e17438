import { webhookServer } from '../support/webhook-server.ts'
import { answerOf, type Answer } from '../support/api.ts'
import { rawRequest, type RawRequest } from '../support/raw-http.ts'
import type { Case } from './case.ts'

/** What a case sent and what came back. */
export interface Exchanged {
  readonly request: RawRequest
  readonly answer: Answer
}

/** Called by both servers of a comparison: HOOK and CABUNDLE in a body stand for it. */
const hooks = await webhookServer()

async function ask(port: number, request: RawRequest, namespace: string): Promise<Answer> {
  const placed = {
    ...request, token: request.token ?? 'admintoken', path: request.path.replaceAll('NS', namespace),
    ...(typeof request.body === 'string' && { body: placedBody(request.body, namespace) }),
  }
  return answerOf(await rawRequest(port, placed))
}

const placedBody = (body: string, namespace: string): string =>
  body.replaceAll('"NS"', JSON.stringify(namespace)).replaceAll('-NS"', `-${namespace}"`)
    .replaceAll('"HOOK/', `"${hooks.url}/`).replaceAll('CABUNDLE', hooks.caBundle)

/** Makes the namespace that a case acts in. */
async function prepare(port: number, namespace: string): Promise<void> {
  const create = (path: string, object: unknown) =>
    ask(port, { method: 'POST', path, type: 'application/json', body: JSON.stringify(object) }, namespace)
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await create('/api/v1/namespaces/NS/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
}

/** Runs the steps of a case on one server, in a namespace of its own. */
export async function runCase(port: number, one: Case, namespace: string, pauseMs = 0): Promise<Exchanged[]> {
  await prepare(port, namespace)
  const seen: Answer[] = []
  const exchanged: Exchanged[] = []
  for (const step of one.steps) {
    const request = typeof step === 'function' ? step(seen) : step
    const answer = await ask(port, request, namespace)
    seen.push(answer)
    exchanged.push({ request, answer })
    if (exchanged.length === one.pauseAfter) await Bun.sleep(pauseMs && (one.pauseMs ?? pauseMs))
  }
  return exchanged
}
