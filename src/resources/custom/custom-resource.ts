import { cloneJson } from '../../meta/clone-json.ts'
import { jsonPathText, parseKubeJsonPath } from '../../meta/kube-json-path.ts'
import { isQualifiedName, nameIsDnsSubdomain } from '../../meta/names.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import { isJsonObject, ownValue } from '../../meta/own-property.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { ResourceDefinition, ScaleRules } from '../define.ts'
import type {
  CustomResourceDefinition,
  CustomResourceSubresourceScale,
} from '../generated/apiextensions.gen.ts'
import { customTable } from './custom-columns.ts'
import { customVersion, inOtherVersion, type CustomVersion } from './custom-version.ts'
import { createErrors, customRules, statusErrors, updateErrors } from './validate-custom.ts'
import { versionsInOrder } from './version-order.ts'

/**
 * Definitions of a custom kind, one for each version that is served, the preferred one last: each
 * version has a schema, subresources and columns of its own, and all are stored in the one storage version.
 * `writtenBefore` is the revision since which objects are stored in today's form. Source:
 * apiextensions-apiserver customresource_handler.go getOrCreateServingInfoFor.
 */
export function customResources(crd: CustomResourceDefinition, writtenBefore: number): ResourceDefinition[] {
  const versions = new Map(crd.spec.versions.map((spec) => [spec.name, customVersion(crd, spec)]))
  const stored = versions.get(crd.spec.versions.find(({ storage }) => storage)?.name ?? '')
  if (!stored) return []
  // Until conversion webhooks are called, a version that one would make is not served: a guess would lose fields.
  const isMade = ({ name }: { readonly name: string }): boolean =>
    crd.spec.conversion?.strategy === 'Webhook' && name !== stored.served.version
  const served = crd.spec.versions.filter((version) => version.served && !isMade(version)).map(({ name }) => name)
  return versionsInOrder(served).toReversed().map((name) => oneVersion(crd, versions.get(name)!, stored, writtenBefore))
}

function oneVersion(
  crd: CustomResourceDefinition,
  version: CustomVersion,
  stored: CustomVersion,
  writtenBefore: number,
): ResourceDefinition {
  const { spec } = version
  const names = crd.status?.acceptedNames ?? crd.spec.names
  const other = version !== stored && !isSameForm(version, stored)
  const toOwn = (object: KubeObject): KubeObject =>
    version === stored ? object : inOtherVersion(object, version)
  const served = version === stored
    ? version.served
    : {
        ...version.served,
        fromStorage: (object: KubeObject) => inOtherVersion(object, version),
        toStorage: (object: KubeObject) => settled(inOtherVersion(object, stored), stored, other),
      }
  const status = spec.subresources?.status !== undefined
  const { scale } = spec.subresources ?? {}
  const table = customTable(spec.additionalPrinterColumns)
  const rules = customRules(version.node, scale)
  return {
    resource: `${crd.spec.names.plural}.${crd.spec.group}`,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? '',
    ...(names.shortNames?.length && { shortNames: names.shortNames }),
    ...(names.categories?.length && { categories: names.categories }),
    namespaced: crd.spec.scope === 'Namespaced',
    custom: true,
    anyFinalizers: true,
    served: [served],
    storage: stored.served,
    renew: { before: writtenBefore, object: (object) => renewed(object, stored) },
    validateName: nameIsDnsSubdomain,
    prepareCreate: (object) => {
      if (status) dropStatus(object)
    },
    prepareUpdate: (object, before) => {
      if (status) keepStatus(object, before)
    },
    validate: (object) => createErrors(toOwn(object), rules),
    validateUpdate: (object, before) => updateErrors(toOwn(object), toOwn(before), rules),
    warnings: finalizerWarnings,
    generationOf: 'all',
    unconditionalUpdate: false,
    ...(status && {
      status: {
        prepare: statusOnly,
        validate: (object, before) => statusErrors(toOwn(object), toOwn(before), rules),
      },
    }),
    ...(scale && { scale: scaleRules(scale, toOwn) }),
    fields: fieldsOf(version, toOwn),
    columns: table.columns,
    cells: (object, now) => table.cells(toOwn(object), now),
  }
}

const isSameForm = (a: CustomVersion, b: CustomVersion): boolean =>
  JSON.stringify(a.node.schema) === JSON.stringify(b.node.schema)

/** Defaults of the storage version, as a read from storage would set them. */
function settled(object: KubeObject, stored: CustomVersion, other: boolean): KubeObject {
  if (other) stored.served.refine?.(object)
  return object
}

/** An object that was stored under an older definition, in the form that a read gives it today. */
function renewed(object: KubeObject, stored: CustomVersion): KubeObject {
  const { group, version } = stored.served
  const current = object.apiVersion === `${group}/${version}` ? object : inOtherVersion(object, stored)
  stored.served.refine?.(current)
  return current
}

type WithStatus = KubeObject & { status?: Json }

function dropStatus(object: WithStatus): void {
  delete object.status
}

function keepStatus(object: WithStatus, before: WithStatus): void {
  if (before.status === undefined) delete object.status
  else object.status = before.status
}

/** Everything but the status is as it was. Source: registry/customresource/status_strategy.go. */
function statusOnly(object: WithStatus, before: KubeObject): void {
  const { status } = object
  const fields = object as unknown as JsonObject
  for (const key of Object.keys(fields)) delete fields[key]
  Object.assign(fields, cloneJson(before as unknown as Json) as JsonObject)
  if (status === undefined) delete object.status
  else object.status = status
}

const STANDARD_FINALIZERS = ['orphan', 'foregroundDeletion', 'kubernetes']

/** Source: registry/customresource/validator.go validateKubeFinalizerName. */
function finalizerWarnings({ metadata }: KubeObject, before: KubeObject | undefined): string[] {
  const old = new Set(before?.metadata.finalizers)
  const added = (metadata.finalizers ?? []).filter((name) => !old.has(name))
  return [...new Set(added)].sort().flatMap((name) => {
    const where = `metadata.finalizers: ${goQuote(name)}`
    const texts = isQualifiedName(name).map((reason) => `${where}: ${reason}`)
    if (name.includes('/') || STANDARD_FINALIZERS.includes(name)) return texts
    const path = name.includes('.') ? ' including a path (/)' : ''
    return [
      ...texts,
      `${where}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ]
  })
}

/** Source: registry/customresource/etcd.go scaleFromCustomResource. */
function scaleRules(
  scale: CustomResourceSubresourceScale,
  toOwn: (o: KubeObject) => KubeObject,
): ScaleRules<KubeObject> {
  const spec = stepsOf(scale.specReplicasPath)
  const status = stepsOf(scale.statusReplicasPath)
  const selector = scale.labelSelectorPath ? stepsOf(scale.labelSelectorPath) : undefined
  const number = (object: KubeObject, steps: readonly string[]): number => {
    const value = valueAt(toOwn(object), steps)
    return typeof value === 'number' ? value : 0
  }
  return {
    replicas: (object) => number(object, spec),
    observed: (object) => number(object, status),
    selector: (object) => {
      const value = selector && valueAt(toOwn(object), selector)
      return typeof value === 'string' ? value : ''
    },
    setReplicas(object, replicas) {
      let at = object as unknown as JsonObject
      for (const step of spec.slice(0, -1)) {
        const next = ownValue(at, step)
        at = isJsonObject(next) ? next : ((at[step] = {}) as JsonObject)
      }
      at[spec.at(-1)!] = replicas
    },
    missing: (object) =>
      typeof valueAt(toOwn(object), spec) === 'number'
        ? undefined
        : `the spec replicas field ${goQuote(scale.specReplicasPath)} does not exist`,
    replicasPath: spec,
  }
}

const stepsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

const valueAt = (object: KubeObject, steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (value, step) => (isJsonObject(value) ? ownValue(value, step) : undefined),
    object as unknown as Json,
  )

/** Source: registry/customresource/strategy.go selectableFields. */
function fieldsOf(
  { spec }: CustomVersion,
  toOwn: (object: KubeObject) => KubeObject,
): NonNullable<ResourceDefinition['fields']> {
  return Object.fromEntries(
    (spec.selectableFields ?? []).flatMap(({ jsonPath }) => {
      const path = parseKubeJsonPath(jsonPath)
      if (!path.ok) return []
      const read = (object: KubeObject): string => {
        const value = path.value.find(toOwn(object) as unknown as Json)[0]
        return value === undefined || value === null ? '' : jsonPathText(value)
      }
      return [[jsonPath.replace(/^\./, ''), read]]
    }),
  )
}
