import type { Json, KubeObject } from '../meta/object.ts'

/** Source: meta/v1 DeleteOptions. */
export interface DeleteOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  orphanDependents?: boolean
  preconditions?: { uid?: string; resourceVersion?: string }
}

/** What all wishes share. `resource` is a storage resource: `pods`, `deployments.apps`. */
interface Wish {
  readonly resource: string
  readonly namespace: string
  /** Empty for a create by generateName. */
  readonly name: string
  /** `status`, `scale`, `binding`, `eviction`, `ephemeralcontainers`, `resize`, `token`; '' is the object. */
  readonly subresource?: string
  readonly dryRun?: boolean
  readonly fieldManager?: string
  /** Served group and version the body is written in; the storage version when left out. */
  readonly apiVersion?: string
  /** Why, in one sentence, for the recorded cause: "scaled up to 3". */
  readonly why?: string
}

/** A wish for a change. Binding and eviction are creates on a subresource, as on the wire. */
export type Command =
  | (Wish & { readonly verb: 'create'; readonly object: KubeObject })
  | (Wish & { readonly verb: 'update'; readonly object: KubeObject })
  | (Wish & {
      readonly verb: 'patch'
      readonly patchType: 'json' | 'merge' | 'strategic' | 'apply'
      readonly patch: Json
      readonly force?: boolean
      /** The patch must meet this uid or it is a conflict. */
      readonly uid?: string
    })
  | (Wish & {
      readonly verb: 'delete'
      readonly options?: DeleteOptions
      /** One of a collection that is deleted: admission is not told its name. */
      readonly ofCollection?: boolean
    })
