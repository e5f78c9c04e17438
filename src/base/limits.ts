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

// docker: the Engine API client
/** An ordinary call's answer; dockerd takes up to 4 s for a start on a loaded two-core machine. */
export const DOCKER_CALL_TIMEOUT_MS = 120_000
/** A probe of one socket while the endpoint is looked for. */
export const DOCKER_PROBE_TIMEOUT_MS = 2_000
/** A pull or upload without any sign of progress. Source: kubelet --image-pull-progress-deadline, 1 m. */
export const DOCKER_PULL_IDLE_MS = 60_000
/** Connections for ordinary calls: two cores are full with four starts at once (performance.md 3.3). */
export const DOCKER_CALL_CONNECTIONS_MAX = 16
/** Ordinary calls under way or waiting for a connection; more get kind `retry`. */
export const DOCKER_CALLS_MAX = 4_096
/** Long answers at once: waits, logs, stats, events; more get kind `retry`. */
export const DOCKER_STREAMS_MAX = 1_024
/** Hijacked connections (exec, attach) at once; more get kind `retry`. */
export const DOCKER_HIJACKS_MAX = 1_024
/** An idle connection is closed after this; the daemon itself keeps them open. */
export const DOCKER_KEEP_ALIVE_MS = 30_000
/** Largest JSON answer: a list of 10,000 containers is about 20 MB. */
export const DOCKER_ANSWER_BYTES_MAX = 256 * 1024 * 1024
/** Largest head of a hijacked answer. Source: Go's http.DefaultMaxHeaderBytes is 1 MiB; dockerd sends 200 bytes. */
export const DOCKER_HEAD_BYTES_MAX = 64 * 1024
/** Unread output of a hijacked stream before its socket is paused. */
export const DOCKER_UNREAD_BYTES_MAX = 256 * 1024
/** Writes of one hijacked stream that wait for the kernel; more get `false`: writers wait for each. */
export const DOCKER_UNSENT_WRITES_MAX = 1_024
/** One line of a JSON stream (events, pull progress, stats). */
export const DOCKER_LINE_BYTES_MAX = 1024 * 1024
/** One frame of container output is handed on in pieces of at most this; dockerd's own are 16 or 32 KiB. */
export const DOCKER_FRAME_BYTES_MAX = 64 * 1024
/** Silence on /events after which the daemon is asked for a sign of life: one ping, not a poll of state. */
export const DOCKER_HEARTBEAT_MS = 15_000
/** A ping that takes longer means that the daemon is frozen. */
export const DOCKER_HEARTBEAT_TIMEOUT_MS = 5_000
/** Shortest and longest wait before /events is opened again. */
export const DOCKER_RECONNECT_MS_MIN = 50
export const DOCKER_RECONNECT_MS_MAX = 5_000
/** Events remembered to drop repeats after a reconnect. Source: dockerd keeps 256 (daemon/events). */
export const DOCKER_EVENTS_REMEMBERED = 512
/** Encoded bytes of objects whose parsed value is kept; a parsed object takes about four times that. */
export const PARSED_BYTES_MAX = 16 * 1024 * 1024

// meta
/** Longest text of a quantity; upstream reads any, but an int64 or 256-bit amount needs under 100. */
export const QUANTITY_TEXT_BYTES_MAX = 1_000
/** Largest power of ten of a quantity: 10^exponent is computed, so it must stay small. */
export const QUANTITY_EXPONENT_MAX = 1_000
