import type { FieldError } from './field-error.ts'
import { goQuote } from './go-quote.ts'

/** Source: apimachinery meta/v1 StatusCause. */
export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

/** Source: apimachinery meta/v1 Status. A refusal anywhere in klio is this value. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: {
    name?: string
    group?: string
    kind?: string
    uid?: string
    causes?: StatusCause[]
    retryAfterSeconds?: number
  }
  code: number
}

/** `pods` or `deployments.apps`, as messages name a resource. */
export interface GroupResource {
  group: string
  resource: string
}

/** `pods` or `deployments.apps`. */
export const qualified = ({ group, resource }: GroupResource): string =>
  group === '' ? resource : `${resource}.${group}`

/** Source of all makers: apimachinery api/errors/errors.go. */
const failure = (
  code: number,
  reason: string,
  message: string,
  details?: Status['details'],
): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details && { details }),
  code,
})

const about = (gr: GroupResource, name: string): NonNullable<Status['details']> => ({
  ...(name !== '' && { name }),
  ...(gr.group !== '' && { group: gr.group }),
  kind: gr.resource,
})

/** 404: no object of that name. */
export const notFound = (gr: GroupResource, name: string): Status =>
  failure(404, 'NotFound', `${qualified(gr)} ${goQuote(name)} not found`, about(gr, name))

/** 409: a create met an object of that name, perhaps one on its way out. */
export const alreadyExists = (gr: GroupResource, name: string, isBeingDeleted = false): Status =>
  failure(
    409,
    'AlreadyExists',
    `${isBeingDeleted ? 'object is being deleted: ' : ''}${qualified(gr)} ${goQuote(name)} already exists`,
    about(gr, name),
  )

/** A generated name collided; the client may retry. */
export const generateNameConflict = (gr: GroupResource, name: string): Status =>
  failure(
    409,
    'AlreadyExists',
    `${qualified(gr)} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
    { ...about(gr, name), retryAfterSeconds: 1 },
  )

/** 409: the object is not as the request expected. */
export const conflict = (gr: GroupResource, name: string, why: string): Status =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(gr)} ${JSON.stringify(name)}: ${why}`,
    about(gr, name),
  )

/** The words clients match when an update lost the race. */
export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

/** 422 with all causes. `kind` is the Kind ("Pod"), as upstream's NewInvalid takes. */
export function invalidObject(
  group: string,
  kind: string,
  name: string,
  errors: readonly FieldError[],
): Status {
  const text = errors.map((e) => `${shownField(e)}: ${e.message}`)
  const unique = [...new Set(text)]
  const joined = unique.length === 1 ? unique[0]! : `[${unique.join(', ')}]`
  const qualifiedKind = group === '' ? kind : `${kind}.${group}`
  return failure(422, 'Invalid', `${qualifiedKind} ${goQuote(name)} is invalid: ${joined}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(kind !== '' && { kind }),
    causes: errors.map((error) => ({ reason: error.reason, message: error.message, field: shownField(error) })),
  })
}

/** The path of the object itself has no name. Source: apimachinery field.Path String. */
const shownField = ({ field }: FieldError): string => (field === '' ? '[]' : field)

/** 400: the request makes no sense to the API. */
export const badRequest = (message: string): Status => failure(400, 'BadRequest', message)

/** 400 where a number was due. Source: strconv.NumError through conversion/queryparams. */
export const notAnInteger = (text: string, range = false): Status =>
  badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: ${range ? 'value out of range' : 'invalid syntax'}`)

/** 500 without a reason: how upstream answers errors that nobody turned into a Status. */
export const plainError = (message: string): Status => {
  const { reason: _, ...status } = failure(500, '', message)
  return status
}

/** 401: nobody knows this caller. */
export const unauthorized = (message = 'Unauthorized'): Status =>
  failure(401, 'Unauthorized', message)

/** 403: the caller or a policy may not do this; `why` is shown. */
export const forbiddenTo = (gr: GroupResource, name: string, why: string): Status =>
  failure(
    403,
    'Forbidden',
    `${qualified(gr)}${name === '' ? '' : ` ${JSON.stringify(name)}`} is forbidden: ${why}`,
    about(gr, name),
  )

/** 403 for a path that is no resource. */
export const forbiddenPath = (message: string): Status => failure(403, 'Forbidden', message, {})

/** No such path or kind; kubectl matches this message. */
export const pageNotFound = (): Status =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {})

/** 405: the path has no such method. Source: restful's answer, through NewGenericServerResponse. */
export const methodNotSupported = (): Status =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

/** 405 with a reason of klio's own: the past, for one. */
export const methodNotAllowed = (why: string): Status => failure(405, 'MethodNotAllowed', why)

/** 406: no form that the client accepts. */
export const notAcceptable = (message: string): Status => failure(406, 'NotAcceptable', message)

/** 410: a resourceVersion or continue token is too old. */
export const expired = (message: string): Status => failure(410, 'Expired', message)

/** 410 inside watch streams. */
export const gone = (message: string): Status => failure(410, 'Gone', message)

/** 413: the body is above the limit. */
export const tooLargeBody = (message: string): Status =>
  failure(413, 'RequestEntityTooLarge', message)

/** 415: clients do not try another form after this. */
export const unsupportedMediaType = (message: string): Status =>
  failure(415, 'UnsupportedMediaType', message)

/** 429: the client waits `retryAfterSeconds` and tries again; 0 says nothing about when. */
export const tooManyRequests = (message: string, retryAfterSeconds: number): Status =>
  failure(429, 'TooManyRequests', message, retryAfterSeconds > 0 ? { retryAfterSeconds } : {})

/** The same refusal with one more cause. */
export const withCause = (refusal: Status, cause: StatusCause): Status => ({
  ...refusal,
  details: { ...refusal.details, causes: [...(refusal.details?.causes ?? []), cause] },
})

/** 500: a fault of klio or of what it stands on. */
export const internalError = (message: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  })

/** 503: what the request needs is away. */
export const serviceUnavailable = (message: string): Status =>
  failure(503, 'ServiceUnavailable', message)

/** 504: not done in time; it may still happen. */
export const timedOut = (message: string, retryAfterSeconds: number): Status =>
  failure(504, 'Timeout', message, { retryAfterSeconds })

/** The client asked for a revision that does not exist yet. Source: storage NewTooLargeResourceVersionError. */
export const tooLargeResourceVersion = (asked: number, current: number): Status =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })

/** What a DELETE that removed the object at once answers; upstream gives it no code. */
export const deleted = (gr: GroupResource, name: string, uid: string): Omit<Status, 'code'> => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...about(gr, name), uid },
})
