import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMap, isSeq, parse, parseDocument, type Document, type YAMLSeq } from 'yaml'

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

/** What kubectl would talk to. */
export interface KubeContext {
  readonly name: string
  readonly server: string
  readonly authority: string | undefined
  readonly token: string | undefined
}

interface Named<T> {
  name: string
  value: T
}

interface Kubeconfig {
  'current-context'?: string
  clusters?: ({ name: string; cluster?: { server?: string; 'certificate-authority-data'?: string } })[]
  contexts?: ({ name: string; context?: { cluster?: string; user?: string } })[]
  users?: ({ name: string; user?: { token?: string } })[]
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
    name: entry.name, value: { context: { cluster: entry.name, user: entry.user } },
  })
  if (!document.get('current-context')) document.set('current-context', entry.name)
  save(file, document)
}

/** Takes out what belongs to a cluster: its context, those of its past (`NAME@`) and forks (`NAME+`). */
export function removeContexts(file: string, cluster: string): void {
  if (!existsSync(file)) return
  const document = load(file)
  const own = (name: unknown): boolean =>
    typeof name === 'string' && (name === cluster || name.startsWith(`${cluster}@`) || name.startsWith(`${cluster}+`))
  for (const section of ['clusters', 'contexts', 'users']) {
    const list = document.get(section)
    if (isSeq(list)) list.items = list.items.filter((item) => !(isMap(item) && own(item.get('name'))))
  }
  if (own(document.get('current-context'))) document.set('current-context', '')
  save(file, document)
}

/** The context kubectl would use: the named one, or the current one. */
export function findContext(files: readonly string[], name: string | undefined): KubeContext | undefined {
  const configs = files.filter((file) => existsSync(file)).map((file) => (parse(readFileSync(file, 'utf8')) ?? {}) as Kubeconfig)
  const wanted = name ?? configs.map((c) => c['current-context']).find((current) => current)
  const context = configs.flatMap((c) => c.contexts ?? []).find((c) => c.name === wanted)?.context
  if (!wanted || !context) return undefined
  const cluster = configs.flatMap((c) => c.clusters ?? []).find((c) => c.name === context.cluster)?.cluster
  const user = configs.flatMap((c) => c.users ?? []).find((c) => c.name === context.user)?.user
  if (!cluster?.server) return undefined
  const data = cluster['certificate-authority-data']
  return {
    name: wanted,
    server: cluster.server,
    authority: data === undefined ? undefined : Buffer.from(data, 'base64').toString(),
    token: user?.token,
  }
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
