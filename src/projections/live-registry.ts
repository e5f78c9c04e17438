import type { KubeObject } from '../meta/object.ts'
import { isConditionTrue } from '../meta/conditions.ts'
import { customResources } from '../resources/custom/custom-resource.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import type { CustomResourceDefinition } from '../resources/generated/apiextensions.gen.ts'
import { createRegistry, type Registry, type Served } from '../resources/registry.ts'
import type { Entry } from './entry.ts'

/** A definition as the registry knows it: what it serves, and since when objects have its form. */
interface Known {
  /** The parts that objects' form and service depend on. */
  readonly text: string
  readonly form: string
  readonly writtenBefore: number
  readonly served: readonly ResourceDefinition[]
}

/**
 * The built-in kinds overlaid with those that CustomResourceDefinitions describe. Each change makes a new
 * immutable registry; who needs more than one answer that belong together takes `current` once.
 */
export class LiveRegistry implements Registry {
  readonly #builtIn: readonly ResourceDefinition[]
  readonly #known = new Map<string, Known>()
  readonly #listeners = new Set<() => void>()
  #current: Registry

  constructor(builtIn: readonly ResourceDefinition[]) {
    this.#builtIn = builtIn
    this.#current = createRegistry(builtIn)
  }

  /** Today's registry; it never changes. */
  get current(): Registry {
    return this.#current
  }

  get definitions(): readonly ResourceDefinition[] {
    return this.#current.definitions
  }

  get groups(): ReadonlySet<string> {
    return this.#current.groups
  }

  byResource(resource: string): ResourceDefinition | undefined {
    return this.#current.byResource(resource)
  }

  byPath(group: string, version: string, plural: string): Served | undefined {
    return this.#current.byPath(group, version, plural)
  }

  byKind(group: string, version: string, kind: string): Served | undefined {
    return this.#current.byKind(group, version, kind)
  }

  /** Hears of every change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes definitions over from their entries: those that are there, and those that went. */
  fold(entries: Iterable<{ readonly entry: Entry; readonly gone: boolean }>): void {
    let changed = false
    for (const { entry, gone } of entries) changed = this.#foldOne(entry, gone) || changed
    if (!changed) return
    const added = [...this.#known.values()].flatMap(({ served }) => served)
    this.#current = createRegistry([...added, ...this.#builtIn])
    for (const listener of this.#listeners) listener()
  }

  #foldOne(entry: Entry, gone: boolean): boolean {
    if (gone) return this.#known.delete(entry.name)
    const crd = entry.object as CustomResourceDefinition
    if (!isServed(crd)) return this.#known.delete(entry.name)
    const before = this.#known.get(entry.name)
    const form = JSON.stringify(crd.spec.versions)
    const text = JSON.stringify([crd.spec, crd.status?.acceptedNames, isEnding(crd), isEstablished(crd)])
    if (before?.text === text) return false
    const writtenBefore = before?.form === form ? before.writtenBefore : entry.revision
    this.#known.set(entry.name, { text, form, writtenBefore, served: servedOf(crd, writtenBefore) })
    return true
  }
}

/** A registry of the past: these definitions over the built-in kinds. */
export function registryWith(builtIn: readonly ResourceDefinition[], entries: Iterable<Entry>): Registry {
  const added = [...entries].flatMap((entry) => {
    const crd = entry.object as CustomResourceDefinition
    return isServed(crd) ? servedOf(crd, entry.revision) : []
  })
  return createRegistry([...added, ...builtIn])
}

const isEstablished = (crd: CustomResourceDefinition): boolean => isConditionTrue(crd.status?.conditions, 'Established')

const isEnding = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

/** Source: apiextensions-apiserver customresource_handler.go ServeHTTP. */
const isServed = (crd: CustomResourceDefinition): boolean =>
  isConditionTrue(crd.status?.conditions, 'NamesAccepted') || isEstablished(crd)

/** Nothing new is made of a kind that is going. */
const servedOf = (crd: CustomResourceDefinition, writtenBefore: number): ResourceDefinition[] =>
  customResources(crd, writtenBefore).map((definition) => ({
    ...definition,
    ending: isEnding(crd),
    hidden: !isEstablished(crd),
  }))

