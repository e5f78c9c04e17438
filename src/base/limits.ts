/**
 * Every cap of klio in one place. A name ends in its unit; a comment names the source or the reason.
 * What happens when a cap is hit is said where it is enforced.
 */

// api: bodies and requests
/** Largest request body. Source: kube-apiserver MaxRequestBodyBytes, 3 MiB. */
export const REQUEST_BODY_BYTES_MAX = 3 * 1024 * 1024
/** Deepest nesting of a JSON or YAML body; Go's encoding/json refuses at 10,000. */
export const BODY_DEPTH_MAX = 10_000
/** Most operations of one JSON patch. Source: kube-apiserver patch.go maxJSONPatchOperations. */
export const JSON_PATCH_OPERATIONS_MAX = 10_000
/** Ordinary requests end with 504 after this long. Source: kube-apiserver RequestTimeout. */
export const REQUEST_TIMEOUT_MS = 60_000
/** A watch without timeoutSeconds lives between this and twice this. Source: MinRequestTimeout. */
export const WATCH_TIMEOUT_MIN_MS = 1_800_000
/** Time between bookmarks of a watch that asked for them. Source: cacher.go, about a minute. */
export const BOOKMARK_INTERVAL_MS = 60_000
/** Unsent bytes of one watcher before it is ended: a client that never reads costs at most this. */
export const WATCHER_BACKLOG_BYTES_MAX = 4 * 1024 * 1024
/** A continue token and the snapshot behind it expire together. Source: etcd compaction interval. */
export const CONTINUE_TOKEN_MS = 300_000

// events: the sequencer
/** Most proposals of one batch: keeps one transaction near 30 ms. */
export const BATCH_PROPOSALS_MAX = 512
/** Most body bytes of one batch. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024
/** Proposals waiting for a batch; more are refused with 429 and Retry-After. */
export const SEQUENCER_QUEUE_MAX = 20_000
/** A read or a no-op is answered only when the lock was confirmed within this time (design 2). */
export const LEADER_CONFIRMED_MS_MAX = 2_000

// projections
/** Changes kept in memory per resource for watches that resume; or twice the live objects. */
export const WATCH_WINDOW_EVENTS_MIN = 10_000
