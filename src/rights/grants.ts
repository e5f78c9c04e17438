import type { PolicyRule } from '../resources/generated/rbac.gen.ts'
import type { Attributes } from './attributes.ts'

/** Verbs on one resource: on every name, and on some names alone. */
interface VerbTable {
  readonly always: Set<string>
  named: Map<string, Set<string>> | undefined
}

/** By resource, then subresource; both may be `*`. */
type ResourceTable = Map<string, Map<string, VerbTable>>

const ALL = '*'

/**
 * Rules put so that a question costs a few look-ups however many rules there are, and allocates nothing.
 * Source: pkg/apis/rbac/v1/evaluation_helpers.go, whose matches these are.
 */
export class Grants {
  readonly #groups = new Map<string, ResourceTable>()
  readonly #paths = new Map<string, Set<string>>()
  /** Paths that ended in stars, without them. */
  readonly #prefixes = new Map<string, Set<string>>()

  constructor(rules: Iterable<PolicyRule>) {
    for (const rule of rules) {
      for (const group of rule.apiGroups ?? [])
        for (const resource of rule.resources ?? []) this.#grant(group, resource, rule)
      for (const url of rule.nonResourceURLs ?? []) this.#open(url, rule.verbs ?? [])
    }
  }

  allows(attributes: Attributes): boolean {
    if (!attributes.isResource) return this.#allowsPath(attributes.verb, attributes.path)
    const asked = attributes.resource.includes('/') ? resplit(attributes) : attributes
    const own = this.#groups.get(asked.group)
    if (own !== undefined && inGroup(own, asked)) return true
    const all = this.#groups.get(ALL)
    return all !== undefined && inGroup(all, asked)
  }

  #allowsPath(verb: string, path: string): boolean {
    if (hasVerb(this.#paths.get(path), verb)) return true
    for (const [prefix, verbs] of this.#prefixes)
      if (path.startsWith(prefix) && hasVerb(verbs, verb)) return true
    return false
  }

  #grant(group: string, resource: string, { verbs = [], resourceNames = [] }: PolicyRule): void {
    const cut = resource.indexOf('/')
    const plain = cut < 0 ? resource : resource.slice(0, cut)
    const subresource = cut < 0 ? '' : resource.slice(cut + 1)
    // `pods/` names nothing that a request could be about.
    if (cut >= 0 && subresource === '') return
    const resources = under(this.#groups, group, (): ResourceTable => new Map())
    const parts = under(resources, plain, () => new Map<string, VerbTable>())
    const table = under(parts, subresource, (): VerbTable => ({ always: new Set(), named: undefined }))
    if (resourceNames.length === 0) return addAll(table.always, verbs)
    table.named ??= new Map()
    for (const name of resourceNames) addAll(under(table.named, name, () => new Set<string>()), verbs)
  }

  #open(url: string, verbs: readonly string[]): void {
    const prefix = url.replace(/\*+$/, '')
    if (prefix !== url) addAll(under(this.#prefixes, prefix, () => new Set<string>()), verbs)
    addAll(under(this.#paths, url, () => new Set<string>()), verbs)
  }
}

function inGroup(resources: ResourceTable, asked: Attributes): boolean {
  const own = resources.get(asked.resource)
  if (own !== undefined && inTable(own.get(asked.subresource), asked)) return true
  const all = resources.get(ALL)
  if (all === undefined) return false
  if (inTable(all.get(''), asked)) return true
  return asked.subresource !== '' && inTable(all.get(asked.subresource), asked)
}

function inTable(table: VerbTable | undefined, { verb, name }: Attributes): boolean {
  if (table === undefined) return false
  if (hasVerb(table.always, verb)) return true
  return table.named !== undefined && hasVerb(table.named.get(name), verb)
}

const hasVerb = (verbs: Set<string> | undefined, verb: string): boolean =>
  verbs !== undefined && (verbs.has(verb) || verbs.has(ALL))

/** A review may ask for `pods/log` as a resource: upstream compares resource and subresource joined. */
function resplit(attributes: Attributes): Attributes {
  const { resource, subresource } = attributes
  const whole = subresource === '' ? resource : `${resource}/${subresource}`
  const cut = whole.indexOf('/')
  return { ...attributes, resource: whole.slice(0, cut), subresource: whole.slice(cut + 1) }
}

function addAll(set: Set<string>, verbs: readonly string[]): void {
  for (const verb of verbs) set.add(verb)
}

function under<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = make()))
  return found
}
