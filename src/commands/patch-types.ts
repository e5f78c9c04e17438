import { err, type Result } from '../base/result.ts'
import { applyJsonPatch } from '../meta/json-patch.ts'
import { mergePatch } from '../meta/merge-patch.ts'
import type { Json, JsonObject } from '../meta/object.ts'
import { isJsonObject } from '../meta/own-property.ts'
import { badRequest, type Status } from '../meta/status.ts'
import { strategicMergePatch } from '../meta/strategic-patch.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'

const SCALE_SCHEMA = 'io.k8s.api.autoscaling.v1.Scale'

/** The document after the patch; neither is changed. Source: apiserver handlers/patch.go. */
export function patchedBy(
  frame: Frame,
  wish: Pick<PatchWish, 'patchType' | 'patch' | 'subresource'>,
  document: Json,
): Result<Json, Status> {
  const { patch } = wish
  switch (wish.patchType) {
    case 'json':
      return applyJsonPatch(document, patch)
    case 'merge':
      return mergePatch(document as JsonObject, patch)
    case 'strategic': {
      if (!isJsonObject(patch)) return err(badRequest('Invalid JSON Patch'))
      const schema = wish.subresource === 'scale' ? SCALE_SCHEMA : frame.served.schema
      return strategicMergePatch(document as JsonObject, patch, schemaOf(schema))
    }
    case 'apply':
      return err(badRequest('an apply is no patch of a document'))
  }
}
