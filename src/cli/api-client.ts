import { readFileSync } from 'node:fs'
import { API_ANSWER_MS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { Status } from '../meta/status.ts'

/** How an API is reached. */
export interface ApiTarget {
  /** Without a trailing slash, without /asof. */
  readonly url: string
  /** PEM; undefined: the machine's own authorities. */
  readonly authority: string | undefined
  readonly token: string | undefined
  readonly insecure?: boolean
}

/** Why a question got no answer. */
export interface ApiError {
  readonly message: string
  /** Nobody listens there, as opposed to a refusal. */
  readonly away: boolean
}

/** Speaks to a cluster's API as kubectl does. */
export class ApiClient {
  readonly target: ApiTarget

  constructor(target: ApiTarget) {
    this.target = target
  }

  /** GET of a path; the answer is JSON. */
  async get<T>(
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Result<T, ApiError>> {
    const answer = await this.#fetch(path, query)
    if (!answer.ok) return answer
    const text = await answer.value.text()
    if (answer.value.ok) return ok(JSON.parse(text) as T)
    return err({ message: messageOf(text, answer.value.status), away: false })
  }

  /** GET of a path whose answer is plain text, refusals too: /readyz. */
  async text(path: string): Promise<Result<{ code: number; text: string }, ApiError>> {
    const answer = await this.#fetch(path, {})
    return answer.ok ? ok({ code: answer.value.status, text: await answer.value.text() }) : answer
  }

  async #fetch(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Result<Response, ApiError>> {
    const { url, token, authority, insecure } = this.target
    const search = new URLSearchParams(query)
    try {
      return ok(
        await fetch(`${url}${path}${search.size > 0 ? `?${search}` : ''}`, {
          headers: {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            'user-agent': 'klio-cli',
          },
          tls: { ...(authority !== undefined && { ca: authority }), rejectUnauthorized: !insecure },
          signal: AbortSignal.timeout(API_ANSWER_MS_MAX),
        }),
      )
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return err({ message: `the API at ${url} does not answer: ${why}`, away: true })
    }
  }
}

function messageOf(text: string, code: number): string {
  try {
    return (JSON.parse(text) as Status).message ?? `the API answered ${code}`
  } catch {
    return `the API answered ${code}: ${text.slice(0, 200)}`
  }
}

/** A token that is kept in a file, as kubeconfigs may say. */
export const readToken = (file: string): string => readFileSync(file, 'utf8').trim()
