import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMap, isSeq, parseDocument, type Document, type YAMLSeq } from 'yaml'

/** What a context of a cluster needs. */
export interface ContextEntry {
  readonly name: string
  readonly server: string
  /** PEM. */
  readonly authority: string
  readonly token: string
  /** Name of the user entry; contexts of the past share their cluster's. */
  readonly user: string
}

interface Named<T> {
  name: string
  value: T
}

/**
 * Merges a context into a kubeconfig: entries of this name are replaced, all others, comments and order
 * are kept. The current context changes only when there is none.
 */
export function mergeContext(file: string, entry: ContextEntry): void {
  const document = load(file)
  const authority = Buffer.from(entry.authority).toString('base64')
  put(document, 'clusters', {
    name: entry.name,
    value: { cluster: { 'certificate-authority-data': authority, server: entry.server } },
  })
  put(document, 'users', { name: entry.user, value: { user: { token: entry.token } } })
  put(document, 'contexts', {
    name: entry.name,
    value: { context: { cluster: entry.name, user: entry.user } },
  })
  if (!document.get('current-context')) document.set('current-context', entry.name)
  save(file, document)
}

/** A context of the past: it has a server of its own and shares its cluster's user. */
export interface PastContext {
  readonly name: string
  readonly server: string
  /** PEM. */
  readonly authority: string | undefined
  /** The certificate is not checked: as the cluster's own context says. */
  readonly insecure?: boolean
  readonly user: string
  readonly namespace: string | undefined
}

/** Adds or replaces a context without touching users or the current context. */
export function addContext(file: string, entry: PastContext): void {
  const document = load(file)
  const { authority, namespace, insecure } = entry
  const data = authority === undefined ? undefined : Buffer.from(authority).toString('base64')
  const cluster = {
    ...(data !== undefined && { 'certificate-authority-data': data }),
    ...(insecure && { 'insecure-skip-tls-verify': true }),
    server: entry.server,
  }
  put(document, 'clusters', { name: entry.name, value: { cluster } })
  put(document, 'contexts', {
    name: entry.name,
    value: {
      context: {
        cluster: entry.name,
        user: entry.user,
        ...(namespace !== undefined && { namespace }),
      },
    },
  })
  save(file, document)
}

/**
 * Takes out what belongs to a cluster: its context, those of its past (`NAME@`) and forks (`NAME+`).
 * Another cluster of the same name is left alone: its user has another token. True when something went.
 */
export function removeContexts(file: string, cluster: string, token: string | undefined): boolean {
  if (!existsSync(file)) return false
  const document = load(file)
  const users = document.get('users')
  const user = isSeq(users)
    ? users.items.find((item) => isMap(item) && item.get('name') === cluster)
    : undefined
  const written = isMap(user) ? user.getIn(['user', 'token']) : undefined
  if (token !== undefined && written !== undefined && written !== token) return false
  const own = (name: unknown): boolean =>
    typeof name === 'string' &&
    (name === cluster || name.startsWith(`${cluster}@`) || name.startsWith(`${cluster}+`))
  let removed = false
  for (const section of ['clusters', 'contexts', 'users']) {
    const list = document.get(section)
    if (!isSeq(list)) continue
    const kept = list.items.filter((item) => !(isMap(item) && own(item.get('name'))))
    removed ||= kept.length < list.items.length
    list.items = kept
  }
  if (!removed) return false
  if (own(document.get('current-context'))) document.set('current-context', '')
  save(file, document)
  return true
}

function load(file: string): Document {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const document = parseDocument(text.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : text)
  if (document.errors.length > 0)
    throw new Error(`${file} is not a valid kubeconfig: ${document.errors[0]!.message}`)
  return document
}

function put(document: Document, section: string, { name, value }: Named<object>): void {
  let list = document.get(section) as YAMLSeq | undefined
  if (!isSeq(list)) {
    document.set(section, document.createNode([]))
    list = document.get(section) as YAMLSeq
  }
  const node = document.createNode({ ...value, name })
  const at = list.items.findIndex((item) => isMap(item) && item.get('name') === name)
  if (at < 0) list.items.push(node)
  else list.items[at] = node
}

/** Written beside and renamed, readable by its owner alone: it holds tokens. */
function save(file: string, document: Document): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.klio-new`
  writeFileSync(fresh, document.toString({ lineWidth: 0 }), { mode: 0o600 })
  chmodSync(fresh, 0o600)
  renameSync(fresh, file)
}
