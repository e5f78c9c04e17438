import { err, ok, type Result } from '../base/result.ts'
import { jsonSyntaxError } from './json-syntax.ts'

/** Where a limited list goes on: after this key, at this revision. */
export interface ContinuePoint {
  /**
   * `namespace/name` or `name`: the first key that is not yet listed, or the last one and a NUL.
   */
  readonly start: string
  readonly revision: number
}

const VERSION = 'meta.k8s.io/v1'
const INVALID = 'continue key is not valid'

/** The opaque text for clients. Source: apiserver storage EncodeContinue. */
export const encodeContinue = ({ start, revision }: ContinuePoint): string =>
  Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start })).toString('base64url')

/**
 * Reads a client's token. Errors are upstream's; a handler answers 400 `invalid continue token:
 * ...`. Keys that climb (`..`) are refused. Revision -1 means "go on with what is current".
 */
export function decodeContinue(token: string): Result<ContinuePoint, string> {
  const point = fields(token)
  if (!point.ok) return point
  const { v, rv, start } = point.value
  if (v !== VERSION)
    return err(`${INVALID}: server does not recognize this encoded version ${v}`)
  if (rv === 0)
    return err(`${INVALID}: incorrect encoded start resourceVersion (version ${VERSION})`)
  if (start === '') return err(`${INVALID}: encoded start key empty (version ${VERSION})`)
  const key = start.startsWith('/') ? start.slice(1) : start
  const parts = key.split('/')
  const climbs = parts.some((part) => part === '' || part === '.' || part === '..')
  return climbs ? err(`${INVALID}: ${start}`) : ok({ start: key, revision: rv })
}

interface Fields {
  readonly v: string
  readonly rv: number
  readonly start: string
}

function fields(token: string): Result<Fields, string> {
  const wrongAt = token.search(/[^A-Za-z0-9_-]/)
  if (wrongAt >= 0) return err(`${INVALID}: illegal base64 data at input byte ${wrongAt}`)
  if (token.length % 4 === 1)
    return err(`${INVALID}: illegal base64 data at input byte ${token.length - 1}`)
  const parsed = parsedJson(Buffer.from(token, 'base64url').toString())
  if (!parsed.ok) return parsed
  const { v = '', rv = 0, start = '' } = Object(parsed.value) as Record<string, unknown>
  if (typeof v !== 'string' || typeof start !== 'string' || !Number.isSafeInteger(rv))
    return err(`${INVALID}: json: cannot unmarshal into Go value of type storage.continueToken`)
  return ok({ v, start, rv: Number(rv) })
}

function parsedJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text))
  } catch {
    return err(`${INVALID}: ${jsonSyntaxError(text)}`)
  }
}
