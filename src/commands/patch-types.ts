import { err, ok, type Result } from '../base/result.ts'
import { invalid } from '../meta/field-error.ts'
import { goText } from '../meta/go-text.ts'
import { applyJsonPatch } from '../meta/json-patch.ts'
import { mergePatch } from '../meta/merge-patch.ts'
import type { Json, JsonObject } from '../meta/object.ts'
import { isJsonObject } from '../meta/own-property.ts'
import { badRequest, invalidObject, type Status } from '../meta/status.ts'
import { strategicMergePatch } from '../meta/strategic-patch.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'

/** Type of what /scale shows and takes. */
export const SCALE_SCHEMA = 'io.k8s.api.autoscaling.v1.Scale'

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
      if (patch === null) return ok(document)
      if (!isJsonObject(patch)) return err(notAMap(patch))
      const schema = wish.subresource === 'scale' ? SCALE_SCHEMA : frame.served.schema
      return strategicMergePatch(document as JsonObject, patch, schemaOf(schema))
    }
    case 'apply':
      return err(badRequest('an apply is no patch of a document'))
  }
}

/** Go's maps are written in order. */
const inOrder = (value: Json): Json =>
  isJsonObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]!])) : value

/** Source: encoding/json, of a patch that is to be a map. */
const notAMap = (patch: Json): Status =>
  badRequest(
    `json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch} into Go value of type map[string]interface {}`,
  )

/**
 * 422 for a patch that makes something else than an object of the kind. Upstream shows what was patched,
 * a strategic patch in Go's form of a map. Source: apiserver handlers/patch.go.
 */
export function badPatch({ patchType, patch }: Pick<PatchWish, 'patchType' | 'patch'>, patched: Json, why: string): Status {
  const shown = patchType === 'strategic' ? goText(patch) : JSON.stringify(inOrder(patched))
  return invalidObject('', '', '', [invalid('patch', shown, why)])
}
