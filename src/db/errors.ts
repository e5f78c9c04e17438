/** What an error of PostgreSQL or of the way to it means to whoever wrote. */
export type DatabaseErrorKind =
  /** Nothing was sent, or the server rolled it back for a reason that may pass. */
  | 'unavailable'
  /** It was sent and the answer was lost. */
  | 'unclear'
  /** A unique key is taken (23505) or no partition holds the row (23514). */
  | 'conflict'
  /** The statement's own data is at fault. */
  | 'rejected'

/** An error, sorted. */
export interface DatabaseError {
  readonly kind: DatabaseErrorKind
  /** SQLSTATE, or the code of postgres.js or of the operating system. */
  readonly code: string
  readonly message: string
  /** Constraint or table of a conflict, when the server names it. */
  readonly constraint: string
  readonly table: string
}

/** Codes that mean that no statement has left this process. */
const NOT_SENT = new Set([
  'CONNECT_TIMEOUT', 'CONNECTION_DESTROYED', 'CONNECTION_ENDED', 'ECONNREFUSED', 'ENOENT', 'EACCES',
  'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'FailedToOpenSocket',
  // The server refused the session: starting up, too many connections, no such role or database.
  '57P03', '53300', '28000', '28P01', '3D000',
])

/** Codes after which only the log itself knows whether the statement was committed. */
const LOST = new Set([
  'CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_SOCKET_CLOSED',
  '57P01', '57P02', '57P05', '08000', '08003', '08006', '08007',
])

/** Sorts whatever a query threw. Source: PostgreSQL, appendix A "Error Codes". */
export function sortError(error: unknown): DatabaseError {
  const fields = typeof error === 'object' && error !== null ? error : {}
  const code = textOf(fields, 'code')
  const message = textOf(fields, 'message') || String(error)
  const constraint = textOf(fields, 'constraint_name')
  return { kind: kindOf(code), code, message, constraint, table: textOf(fields, 'table_name') }
}

/** Whether the way to PostgreSQL broke, before or after something was sent. */
export const lostConnection = (error: unknown): boolean => {
  const { code } = sortError(error)
  return NOT_SENT.has(code) || LOST.has(code)
}

function kindOf(code: string): DatabaseErrorKind {
  if (NOT_SENT.has(code)) return 'unavailable'
  if (LOST.has(code)) return 'unclear'
  if (code === '23505' || code === '23514') return 'conflict'
  // 22 data, 23 integrity, 54 program limit (an index row too long): the row is at fault.
  if (/^(22|23|54)...$/.test(code)) return 'rejected'
  // 25006 read only, 53 no room, 40 rollback, 57014 time-out, 58 disk, 42 not migrated or no right.
  return code.length === 5 ? 'unavailable' : 'unclear'
}

function textOf(fields: object, name: string): string {
  const value: unknown = Reflect.get(fields, name)
  return typeof value === 'string' ? value : ''
}
