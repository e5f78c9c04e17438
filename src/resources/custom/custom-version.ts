import { err, ok, type Result } from '../../base/result.ts'
import { cloneJson } from '../../meta/clone-json.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import type { FieldSchema, TypeSchema } from '../../meta/schema.ts'
import type { ServedVersion } from '../define.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../generated/apiextensions.gen.ts'
import { schemaOf } from '../schemas.ts'
import { applySchemaDefaults } from './default-custom.ts'
import { customDefinition, customListDefinition, modelName } from './custom-openapi.ts'
import { customMergeType } from './custom-merge-type.ts'
import { coerceEmbedded, coerceMetadata } from './embedded-meta.ts'
import { pruneNulls, pruneUnknown } from './prune-custom.ts'
import { structuralOf, type Structural } from './structural.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** One version of a definition, made ready: its schema's nodes and what decoding needs. */
export interface CustomVersion {
  readonly name: string
  readonly spec: CustomResourceDefinitionVersion
  readonly node: Structural
  /** Unknown fields are kept everywhere: a definition from before structural schemas. */
  readonly open: boolean
  readonly served: ServedVersion
}

/** Text of a request to a deprecated version. Source: apiextensions-apiserver customresource_handler.go. */
function deprecationOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): string | undefined {
  if (!version.deprecated) return undefined
  const { group, names } = crd.spec
  return version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`
}

/** Makes one version ready. */
export function customVersion(
  crd: CustomResourceDefinition,
  spec: CustomResourceDefinitionVersion,
): CustomVersion {
  const { group, preserveUnknownFields = false } = crd.spec
  const schema = spec.schema?.openAPIV3Schema
  const node = structuralOf(schema ?? { 'x-kubernetes-preserve-unknown-fields': preserveUnknownFields })
  const types = typesOf(crd, spec, node)
  const deprecation = deprecationOf(crd, spec)
  const refine = (object: KubeObject): Result<readonly string[], string> =>
    refineObject(object as unknown as JsonObject, node, preserveUnknownFields)
  return {
    name: spec.name,
    spec,
    node,
    open: preserveUnknownFields,
    served: {
      group,
      version: spec.name,
      schema: types[0]!.name,
      type: types[0]!,
      types,
      revision: JSON.stringify([schema, spec.selectableFields, preserveUnknownFields]),
      refine,
      ...(deprecation !== undefined && { deprecation }),
    },
  }
}

/**
 * Brings a decoded object into its version's form: metadata typed, unknown fields out, defaults in. The
 * unknown fields' paths are answered as strict errors. Source: apiextensions-apiserver
 * customresource_handler.go unstructuredSchemaCoercer.
 */
function refineObject(
  object: JsonObject,
  node: Structural,
  open: boolean,
): Result<readonly string[], string> {
  const metadata = coerceMetadata(object)
  if (!metadata.ok) return err(metadata.error)
  const unknown = [...metadata.value]
  if (!open) {
    unknown.push(...pruneUnknown(object, node))
    pruneNulls(object, node)
  }
  const embedded = coerceEmbedded(object, node)
  if (!embedded.ok) return err(embedded.error)
  unknown.push(...embedded.value)
  applySchemaDefaults(object, node)
  return ok(unknown.map((path) => `unknown field "${path}"`))
}

/** The object in another version of its kind; what it came from is not changed. */
export function inOtherVersion(object: KubeObject, to: CustomVersion): KubeObject {
  const { group, version } = to.served
  const copy = cloneJson(object as unknown as Json) as unknown as KubeObject
  copy.apiVersion = `${group}/${version}`
  if (!to.open) {
    pruneUnknown(copy as unknown as JsonObject, to.node)
    pruneNulls(copy as unknown as Json, to.node)
  }
  return copy
}

const TEXT: Omit<FieldSchema, 'name'> = {
  value: { of: 'string' },
  number: 0,
  required: false,
  nullable: false,
  description: '',
}

function typesOf(
  crd: CustomResourceDefinition,
  spec: CustomResourceDefinitionVersion,
  node: Structural,
): TypeSchema[] {
  const { group, names, preserveUnknownFields = false } = crd.spec
  const { kind, plural } = names
  const listKind = names.listKind ?? `${kind}List`
  const name = modelName(group, spec.name, kind)
  const schema = spec.schema?.openAPIV3Schema
  const selectable = (spec.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, ''))
  const own: TypeSchema = {
    ...openType(name),
    merge: customMergeType(node),
    openApi: {
      definition: (dialect) =>
        customDefinition({ schema, preserveUnknown: preserveUnknownFields, selectable }, dialect),
      uses: () => [schemaOf(`${META}.ObjectMeta`)],
    },
  }
  const list: TypeSchema = {
    ...openType(modelName(group, spec.name, listKind)),
    openApi: {
      definition: (dialect) => customListDefinition({ item: name, listKind, kind, plural }, dialect),
      uses: () => [schemaOf(`${META}.ListMeta`), own],
    },
  }
  return [own, list]
}

/** A type that knows of apiVersion and kind, and keeps everything else. */
function openType(name: string): TypeSchema {
  const fields = ['apiVersion', 'kind'].map((field): FieldSchema => ({ ...TEXT, name: field }))
  return {
    name,
    description: '',
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    byNumber: new Map(),
    preserveUnknown: true,
  }
}
