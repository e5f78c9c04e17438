import type { JsonObject } from '../../src/meta/object.ts'
import type { Answer } from '../support/api.ts'
import type { RawRequest } from '../support/raw-http.ts'

/** One request of a case; `NS` in it stands for the case's namespace. */
export type Step = RawRequest | ((seen: readonly Answer[]) => RawRequest)

/** Requests sent one after another to klio and to kube-apiserver, each in a namespace of its own. */
export interface Case {
  readonly name: string
  readonly steps: readonly Step[]
  /** After so many steps kube-apiserver is given time to hear of them by its own watches. */
  readonly pauseAfter?: number
  /** How much, in milliseconds, when it is more than usual. */
  readonly pauseMs?: number
}

const JSON_TYPE = 'application/json'

export const get = (path: string, more: Partial<RawRequest> = {}): RawRequest => ({ path, ...more })

export const send = (method: string, path: string, body: unknown, more: Partial<RawRequest> = {}): RawRequest => ({
  method, path, type: JSON_TYPE,
  body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  ...more,
})

export const post = (path: string, body: unknown, more: Partial<RawRequest> = {}) => send('POST', path, body, more)
export const put = (path: string, body: unknown, more: Partial<RawRequest> = {}) => send('PUT', path, body, more)

export const del = (path: string, body?: unknown, more: Partial<RawRequest> = {}): RawRequest =>
  body === undefined ? { method: 'DELETE', path, ...more } : send('DELETE', path, body, more)

const PATCHES = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml',
} as const

export const patch = (kind: keyof typeof PATCHES, path: string, body: unknown, more: Partial<RawRequest> = {}) =>
  send('PATCH', path, body, { type: PATCHES[kind], ...more })

/** A value of an earlier answer: `at(seen, -1, 'metadata', 'uid')`. */
export function at(seen: readonly Answer[], index: number, ...path: string[]): string {
  let value: unknown = seen.at(index)?.json
  for (const key of path) value = (value as JsonObject | undefined)?.[key]
  return String(value ?? '')
}

/** An object of an earlier answer, changed. */
export function changed(seen: readonly Answer[], index: number, change: (object: never) => void): unknown {
  const object = structuredClone(seen.at(index)!.json)
  change(object as never)
  return object
}
