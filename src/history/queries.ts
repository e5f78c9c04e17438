import { z } from 'zod'
import { HISTORY_ANSWERS_DEFAULT, HISTORY_ANSWERS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { badRequest, type Status } from '../meta/status.ts'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const limit = z.coerce.number().int().min(1).max(HISTORY_ANSWERS_MAX)

/** What `log` may be asked; every value comes as text, from a query string or a command line. */
export const logQuery = z.strictObject({
  /** KIND/NAME, or KIND for all of a kind. */
  object: z.string().optional(),
  namespace: z.string().optional(),
  user: z.string().optional(),
  /** First word of the user agent: `kubectl`, `helm`. */
  client: z.string().optional(),
  verb: z.string().optional(),
  path: z.string().optional(),
  after: z.string().optional(),
  before: z.string().optional(),
  all: flag.optional(),
  limit: limit.default(HISTORY_ANSWERS_DEFAULT),
})

/** What `requests` may be asked. */
export const requestsQuery = z.strictObject({
  object: z.string().optional(),
  namespace: z.string().optional(),
  user: z.string().optional(),
  verb: z.string().optional(),
  code: z.coerce.number().int().min(100).max(599).optional(),
  after: z.string().optional(),
  before: z.string().optional(),
  all: flag.optional(),
  limit: limit.default(HISTORY_ANSWERS_DEFAULT),
})

/** `what` is a revision or a change set. */
export const showQuery = z.strictObject({ what: z.string().min(1), all: flag.optional() })

/** Two instants, and what to compare. */
export const diffQuery = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1).default('now'),
  object: z.string().optional(),
  namespace: z.string().optional(),
  all: flag.optional(),
})

/** One instant. */
export const instantQuery = z.strictObject({ at: z.string().min(1).default('now') })

/** Checks a query; an error names the parameter and what is allowed. */
export function readQuery<T>(
  schema: z.ZodType<T>,
  given: Readonly<Record<string, string>>,
): Result<T, Status> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return ok(parsed.data)
  const texts = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  return err(badRequest(texts.join('; ')))
}

/** Which state to hash: an instant; the newest when none is given. */
export const digestQuery = z.strictObject({ at: z.string().min(1).optional() })
