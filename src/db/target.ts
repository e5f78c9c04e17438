/** Where a PostgreSQL is and as whom to enter it. */
export interface DatabaseTarget {
  /** Host name, address, or the directory of a unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Source: libpq's sslmode. Undefined is libpq's own default for a URL without it: plain. */
  readonly sslmode?: 'require' | 'verify-full' | 'prefer' | 'allow' | 'disable'
}

/**
 * The server that DATABASE_URL or PGHOST and its kin name; undefined when none is set and klio runs
 * its own. Throws a TypeError for a DATABASE_URL that is no URL. Source: libpq environment variables.
 */
export function targetFromEnvironment(env: Record<string, string | undefined>): DatabaseTarget | undefined {
  const url = env.DATABASE_URL
  if (!url && !env.PGHOST && !env.PGSERVICE && !env.PGDATABASE) return undefined
  const parsed = url ? targetFromUrl(url) : undefined
  const user = parsed?.user || env.PGUSER || env.USER || 'postgres'
  return {
    host: parsed?.host || env.PGHOST || 'localhost',
    port: parsed?.port || Number(env.PGPORT ?? 5432),
    user,
    password: parsed?.password || env.PGPASSWORD || '',
    database: parsed?.database || env.PGDATABASE || user,
    sslmode: parsed?.sslmode ?? sslmodeOf(env.PGSSLMODE),
  }
}

/** Reads a `postgres://` URL; a unix socket stands in the query as `host`, as libpq wants it. */
export function targetFromUrl(text: string): DatabaseTarget {
  const url = new URL(text)
  return {
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    port: Number(url.port || url.searchParams.get('port') || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    sslmode: sslmodeOf(url.searchParams.get('sslmode') ?? undefined),
  }
}

/** The URL that psql and every libpq client understand. */
export function targetUrl(target: DatabaseTarget): string {
  const socket = target.host.startsWith('/')
  const credentials = `${encodeURIComponent(target.user)}:${encodeURIComponent(target.password)}`
  const query = new URLSearchParams()
  if (socket) query.set('host', target.host)
  if (target.sslmode) query.set('sslmode', target.sslmode)
  const place = socket ? `localhost:${target.port}` : `${target.host}:${target.port}`
  const tail = query.size > 0 ? `?${query}` : ''
  return `postgresql://${credentials}@${place}/${encodeURIComponent(target.database)}${tail}`
}

function sslmodeOf(text: string | undefined): DatabaseTarget['sslmode'] {
  switch (text) {
    case 'require': case 'verify-full': case 'prefer': case 'allow': case 'disable': return text
    case 'verify-ca': return 'verify-full'
    default: return undefined
  }
}
