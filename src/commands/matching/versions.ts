import { err, ok, type Result } from '../../base/result.ts'
import type { GroupVersionKind } from '../../meta/kind.ts'
import { apiVersionOf } from '../../meta/kind.ts'
import type { Json, KubeObject } from '../../meta/object.ts'
import { prune } from '../../meta/prune.ts'
import type { ResourceDefinition, ServedVersion } from '../../resources/define.ts'
import type { TypeSchema } from '../../meta/schema.ts'
import { schemaFor, typeOfVersion } from '../../resources/schemas.ts'
import { decodeBody } from '../codec.ts'
import type { AdmissionRequest } from '../environment.ts'
import { kindOfRequest, type Version } from './subject.ts'

/** The request in the version that a rule asks for. */
export interface VersionedView {
  readonly kind: GroupVersionKind
  /** The object as that version shows it. */
  show(object: KubeObject): KubeObject
  /** Back into storage form: pruned (or refused, where it must be strict), defaulted, converted. Errors are texts. */
  read(value: Json, strict?: boolean): Result<KubeObject, string>
  /** The type of the shown object; undefined when nothing is known of it. */
  readonly schema: TypeSchema | undefined
}

/** How objects of a request are seen in a version; bodies of another kind are in one version alone. */
export function versionedView(request: AdmissionRequest, version: Version): VersionedView {
  const { definition } = request
  const own = kindOfRequest(request)
  if (own.kind !== definition.kind) return foreign(own)
  const served = definition.served.find((one) => one.group === version.group && one.version === version.version)
  return ofVersion(definition, served ?? request.served)
}

function ofVersion(definition: ResourceDefinition, served: ServedVersion): VersionedView {
  const kind = { group: served.group, version: served.version, kind: definition.kind }
  return {
    kind,
    show: (object) => ({
      ...(served.fromStorage ? served.fromStorage(object) : object), apiVersion: apiVersionOf(kind), kind: kind.kind,
    }),
    read: (value, strict) => decodeBody({ definition, served, warnings: [] }, value, strict ? 'Strict' : 'Ignore'),
    get schema() {
      return typeOfVersion(served)
    },
  }
}

function foreign(kind: GroupVersionKind): VersionedView {
  return {
    kind,
    show: (object) => object,
    schema: schemaFor(kind),
    read(value) {
      const schema = schemaFor(kind)
      if (!schema) return err(`no kind ${kind.kind} is known`)
      const pruned = prune(schema, value)
      return pruned.ok ? ok(pruned.value.value as unknown as KubeObject) : pruned
    },
  }
}
