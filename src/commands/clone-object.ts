import { cloneJson } from '../meta/clone-json.ts'
import type { Json, KubeObject } from '../meta/object.ts'

/** A copy to change. Objects of the view are shared; numbers beyond 2^53 stay exact. */
export const cloneObject = (object: KubeObject): KubeObject =>
  cloneJson(object as unknown as Json) as unknown as KubeObject
