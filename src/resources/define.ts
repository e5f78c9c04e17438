import type { Instant } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { FieldError } from '../meta/field-error.ts'
import type { GroupVersion } from '../meta/kind.ts'
import type { KubeObject } from '../meta/object.ts'
import type { TypeSchema } from '../meta/schema.ts'
import type { Status } from '../meta/status.ts'
import type { TableColumnDefinition, TableRowCondition } from '../meta/table.ts'

/** What a decision needs and must not make itself. */
export interface Facts {
  /** Time of the request, milliseconds; also written as creationTimestamp. */
  readonly now: Instant
  readonly uid: () => string
  readonly suffix: () => string
  /** An integer in [0, below): addresses, ports. */
  readonly number: (below: number) => number
  readonly user: {
    readonly name: string
    readonly uid?: string
    readonly groups: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
}

/** One group and version a kind is served in. */
export interface ServedVersion {
  readonly group: string
  readonly version: string
  /** Name of its TypeSchema, `io.k8s.api.apps.v1.Deployment`. */
  readonly schema: string
  /** `Warning: 299` text of every request that uses this version. Source: lifecycle markers of k8s.io/api. */
  readonly deprecation?: string
  /** From this version to the storage version and back; left out for the storage version itself. */
  readonly toStorage?: (object: KubeObject) => KubeObject
  readonly fromStorage?: (object: KubeObject) => KubeObject
  /** The kind's type, where no built-in type describes it. */
  readonly type?: TypeSchema
  /** That type and those of its lists, for OpenAPI; `revision` changes when they do. */
  readonly types?: readonly TypeSchema[]
  readonly revision?: string
  /**
   * Brings an object that was decoded by its type into the version's form, in place: what a custom
   * resource's schema takes out and adds. Answers strict errors; the error is the text of a 400.
   */
  readonly refine?: (object: KubeObject) => Result<readonly string[], string>
}

/** Source: apiserver registry/rest; what /status does to an object. */
export interface StatusRules<O> {
  /** Takes from `before` what status may not change, on the fresh object. */
  prepare(object: O, before: O, facts: Facts): void
  validate(object: O, before: O, facts: Facts): FieldError[]
}

/** The scale subresource. Source: autoscaling/v1 Scale. */
export interface ScaleRules<O> {
  replicas(object: O): number
  observed(object: O): number
  /** Label selector text. */
  selector(object: O): string
  setReplicas(object: O, replicas: number): void
  /** Why the object has no scale, though its kind has. */
  missing?(object: O): string | undefined
  /** Where the replicas stand; left out: spec.replicas. */
  readonly replicasPath?: readonly string[]
}

/** Cells of one Table row, in the order of the columns. */
export type Cell = string | number | boolean | null

/**
 * Everything klio knows of one kind: its policy, without I/O. Shared code asks the definition and never
 * tests a kind's name. Objects given to `defaults` and `prepare*` are fresh and may be changed.
 */
export interface ResourceDefinition<O extends KubeObject = KubeObject> {
  /** Storage resource: key of views and events, `pods`, `deployments.apps`. */
  readonly resource: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  /** Kind of its lists; left out: the kind with `List` after it. */
  readonly listKind?: string
  /**
   * Described by a CustomResourceDefinition: has no protobuf form and no strategic merge patch, and items of
   * its lists say what they are.
   */
  readonly custom?: boolean
  /** Names of finalizers need no domain: kinds that are not validated by pkg/apis/core/validation. */
  readonly anyFinalizers?: boolean
  /** Not told of by discovery yet: its definition is not established. */
  readonly hidden?: boolean
  /** Its definition is being deleted: no new objects are made. */
  readonly ending?: boolean
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  /** Its objects are the namespaces themselves: what looks at an object's namespace looks at the object. */
  readonly isNamespace?: boolean
  /** The first is the storage version and the preferred one. */
  readonly served: readonly ServedVersion[]
  /** The version that objects are stored in, where that is not the first that is served. */
  readonly storage?: ServedVersion
  /**
   * Objects written before this revision may not have the form that their kind has now; `object` gives a
   * copy of the caller's that form.
   */
  readonly renew?: { readonly before: number; readonly object: (object: KubeObject) => KubeObject }
  /** Leaves out verbs the kind lacks (bindings have only create). Default: all. */
  readonly verbs?: readonly string[]
  /** Bodies are encrypted at rest and redacted in history. */
  readonly sensitive?: boolean
  /** Messages of what is wrong with a name; `prefix` for generateName. */
  readonly validateName: (name: string, prefix: boolean) => string[]
  /** Upstream's SetDefaults_* beyond the constants of the descriptors; runs on every decode. */
  readonly defaults?: (object: O) => void
  /** Strategy.PrepareForCreate: clears status, sets generation is done by shared code. */
  readonly prepareCreate?: (object: O, facts: Facts) => void
  /** Strategy.PrepareForUpdate: keeps status and what an update may not touch. */
  readonly prepareUpdate?: (object: O, before: O, facts: Facts) => void
  /** `via` is the version the request used where rules differ (Events); left out: the storage version. */
  readonly validate: (object: O, via?: GroupVersion) => FieldError[]
  readonly validateUpdate: (object: O, before: O, via?: GroupVersion) => FieldError[]
  /** `Warning: 299` texts. */
  readonly warnings?: (object: O, before: O | undefined) => string[]
  /**
   * metadata.generation counts changes of these top-level fields, `metadata.labels` and
   * `metadata.annotations` among them, or of all but the metadata; left out: no generation.
   */
  readonly generationOf?: readonly string[] | 'all'
  /** An update may create the object (Lease, Event, ...). Source: AllowCreateOnUpdate. */
  readonly createOnUpdate?: boolean
  /** An update without resourceVersion is allowed. Source: AllowUnconditionalUpdate; default true. */
  readonly unconditionalUpdate?: boolean
  /** Present when /status is served. */
  readonly status?: StatusRules<O>
  /** Further subresources that update a part of the object: `finalize`, `resize`, `ephemeralcontainers`. */
  readonly parts?: Readonly<Record<string, StatusRules<O>>>
  /** Creates on a subresource that change the object: `binding`. `object` is a fresh copy to change. */
  readonly actions?: Readonly<
    Record<string, (object: O, body: KubeObject, facts: Facts) => Status | undefined>
  >
  /** What else keeps a deleted object from vanishing, and what marking it deleted changes. */
  readonly deletion?: { held(object: O): boolean; mark(object: O): void }
  readonly scale?: ScaleRules<O>
  /** Further subresources and their verbs, for discovery: `log`, `exec`, `binding`, ... */
  readonly subresources?: Readonly<
    Record<string, { kind: string; verbs: readonly string[]; group?: string; version?: string }>
  >
  /** Seconds of grace for a delete, or undefined when the kind deletes at once. */
  readonly gracefulSeconds?: (object: O, asked: number | undefined) => number
  /** A DELETE that removes at once answers the object. Source: registry.Store ReturnDeletedObject. */
  readonly returnsDeleted?: boolean
  /** Default propagation when none is asked for. Source: DefaultGarbageCollectionPolicy. */
  readonly defaultPropagation?: 'Orphan' | 'Background'
  /** Selectable fields beyond metadata.name and metadata.namespace; all are indexed when `indexed`. */
  readonly fields?: Readonly<Record<string, (object: O) => string>>
  readonly indexed?: readonly string[]
  readonly columns: readonly TableColumnDefinition[]
  readonly cells: (object: O, now: Instant) => Cell[]
  /** Conditions of the object's Table row; kubectl greys out completed Pods. */
  readonly rowConditions?: (object: O) => TableRowCondition[]
}

/** The version that objects of a kind are stored in. */
export const storageOf = ({ storage, served }: ResourceDefinition): ServedVersion => storage ?? served[0]!

/**
 * Checks a definition against its kind's type, then forgets the type: the registry and shared code hold
 * definitions of any kind, and each only ever meets objects decoded by its own schema.
 */
export const define = <O extends KubeObject>(
  definition: ResourceDefinition<O>,
): ResourceDefinition => definition as unknown as ResourceDefinition
