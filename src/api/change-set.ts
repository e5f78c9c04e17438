import type { Exchange } from './exchange.ts'

/**
 * What a person did at once: one kubectl session; one revision of a Helm release; else the request
 * itself. kubectl sends a fresh session id for each run. Source: KEP-859 kubectl headers.
 */
export function changeSetOf(exchange: Exchange): string {
  const session = exchange.header('kubectl-session')
  return session !== undefined && /^[0-9A-Za-z-]{1,64}$/.test(session) ? session : exchange.id
}
