/**
 * What a caller does about a failed call:
 * notFound: what it named is gone; conflict: it is there already or in a state that forbids this;
 * retry: the same call may succeed later; fatal: it never will; unavailable: no daemon answered.
 */
export type DockerErrorKind = 'notFound' | 'conflict' | 'retry' | 'fatal' | 'unavailable'

/** An expected failure of an Engine call, as plain data. */
export interface DockerError {
  readonly kind: DockerErrorKind
  /** The HTTP status; 0 when no answer came. */
  readonly status: number
  /** The daemon's own words, or ours when there was no answer. */
  readonly message: string
  /** The call that failed, such as `POST /containers/create`; holds no argument. */
  readonly call: string
}

/** Makes a DockerError. */
export const dockerError = (
  kind: DockerErrorKind,
  status: number,
  message: string,
  call: string,
): DockerError => ({ kind, status, message, call })

/**
 * The kind of an answer with this status and message.
 * A 500 hides everything the daemon did not sort: its words tell what passes from what stays.
 */
export function kindOfAnswer(status: number, message: string): DockerErrorKind {
  if (status === 404) return 'notFound'
  if (status === 409 || status === 304) return 'conflict'
  if (status === 408 || status === 429 || status === 503) return 'retry'
  if (status < 500) return 'fatal'
  if (/no such (container|image|network|volume|exec)/i.test(message)) return 'notFound'
  if (/already in use|is already|removal .* in progress/i.test(message)) return 'conflict'
  return PERMANENT.test(message) ? 'fatal' : 'retry'
}

/** Failures of a start or pull that a second try meets again. */
const PERMANENT = new RegExp(
  [
    'executable file not found',
    'no such file or directory',
    'permission denied',
    'exec format error',
    'is a directory',
    'not a directory',
    'unable to find (user|group)',
    'manifest (for .* )?(unknown|not found)',
    'unauthorized',
    'access denied',
    'invalid reference',
    'not supported',
    'no basic auth',
  ].join('|'),
  'i',
)
