import { err, ok, type Result } from '../../base/result.ts'
import type { GroupVersionKind } from '../../meta/kind.ts'
import { apiVersionOf } from '../../meta/kind.ts'
import type { Json, KubeObject } from '../../meta/object.ts'
import { prune } from '../../meta/prune.ts'
import type { ResourceDefinition, ServedVersion } from '../../resources/define.ts'
import { schemaFor } from '../../resources/schemas.ts'
import { decodeBody } from '../codec.ts'
import type { AdmissionRequest } from '../environment.ts'
import { kindOfRequest, type Version } from './subject.ts'

/** The request in the version that a rule asks for. */
export interface VersionedView {
  readonly kind: GroupVersionKind
  /** The object as that version shows it. */
  show(object: KubeObject): KubeObject
  /** Back into storage form: pruned, defaulted, converted. Errors are texts. */
  read(value: Json): Result<KubeObject, string>
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
    read: (value) => decodeBody({ definition, served, warnings: [] }, value, 'Ignore'),
  }
}

function foreign(kind: GroupVersionKind): VersionedView {
  return {
    kind,
    show: (object) => object,
    read(value) {
      const schema = schemaFor(kind)
      if (!schema) return err(`no kind ${kind.kind} is known`)
      const pruned = prune(schema, value)
      return pruned.ok ? ok(pruned.value.value as unknown as KubeObject) : pruned
    },
  }
}
