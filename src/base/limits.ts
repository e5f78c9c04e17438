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
/** Bytes of decided bodies waiting for a batch; more are refused with 429: bounds the overlay's memory. */
export const SEQUENCER_QUEUE_BYTES_MAX = 256 * 1024 * 1024
/** A proposal that PostgreSQL refuses for want of room, rights or connection fails after this long. */
export const SEQUENCER_RETRY_MS_MAX = 10_000
/** First and longest pause between attempts to reach PostgreSQL: a killed one is back in 0.2 s. */
export const SEQUENCER_BACKOFF_MS_MIN = 20
export const SEQUENCER_BACKOFF_MS_MAX = 100
/** How often proposals that wait while nothing moves are looked at for their time-out. */
export const SEQUENCER_SWEEP_MS = 1_000
/** Events read at once while catching up: 500 bodies of 3 kB are 1.5 MB. */
export const CATCH_UP_EVENTS_MAX = 500
/** How often the leader looks whether a range of revisions is full and due to be signed. */
export const ROOT_CHECK_MS = 2_000
/** Events of one page of a scan: 30 MB of 3 kB bodies, 0.2 s of a transaction. */
export const SCAN_EVENTS_MAX = 10_000
/** A heartbeat keeps the lock's session alive; silence of three ends it (design 2). */
export const LOCK_HEARTBEAT_MS = 1_000
export const LOCK_SESSION_IDLE_MS = 3_000
/** How often a process that waits for the lock asks for it. */
export const LOCK_ATTEMPT_MS = 200
/** A follower reads at least this often: one notification in five was lost over kills (design 4). */
export const TAIL_POLL_MS = 500
/** Events that a follower reads at once. */
export const TAIL_EVENTS_MAX = 1_000
/** Notes of reads are written once in this time. */
export const NOTE_FLUSH_MS = 1_000
/** Different notes waiting to be written; more are counted as dropped. */
export const NOTE_ROWS_MAX = 10_000
/** Keys of sensitive objects kept in memory: 32 bytes each. */
export const DATA_KEYS_CACHED_MAX = 10_000
/** Actors (user, groups, agent, address) whose row this process knows to be there. */
export const ACTORS_CACHED_MAX = 10_000
/** PostgreSQL ends an append that takes longer; its own frozen backend is given up a little later. */
export const APPEND_STATEMENT_MS_MAX = 10_000
export const APPEND_ANSWER_MS_MAX = 15_000
/** Seconds that a backend gets to end after its append was given up; then the caller tries again. */
export const APPEND_GHOST_ATTEMPTS_MAX = 5
/** Readers of history page by revision in transactions no longer than this (design 2). */
export const HISTORY_STATEMENT_MS_MAX = 5_000
/** Revisions of one partition of events and bodies: about 1.4 GB and 12 GB of 2.4 kB bodies. */
export const PARTITION_REVISIONS = 4_194_304
/** A partition is made when fewer revisions than this are left: minutes at the fastest rate. */
export const PARTITION_AHEAD_REVISIONS = 2_097_152
/** How often the leader looks whether partitions are due; PARTITION_AHEAD_REVISIONS last four minutes. */
export const PARTITION_CHECK_MS = 60_000
/** Revisions under one signed root (design 2). */
export const MERKLE_REVISIONS = 4_096
/** A read or a no-op is answered only when the lock was confirmed within this time (design 2). */
export const LEADER_CONFIRMED_MS_MAX = 2_000

// db: PostgreSQL, own or given
/** postgres.js waits 30 s for a connection by default; a socket on this machine answers in 5 ms. */
export const CONNECT_TIMEOUT_S = 2
/** Connections of the general pool: history reads and notes; the append has its own. */
export const POOL_CONNECTIONS_MAX = 4
/** Crash recovery of 1 GiB of WAL, or old backends that have to end first. */
export const POSTGRES_START_MS_MAX = 60_000
/** A fast shutdown writes a checkpoint of at most 32 MB of buffers. */
export const POSTGRES_STOP_MS_MAX = 30_000
/** How often the own PostgreSQL is looked at; a killed one is started again at the next look. */
export const POSTGRES_WATCH_MS = 200
/** PostgreSQL's own messages; the file is cut at the next start when it is larger. */
export const POSTGRES_LOG_BYTES_MAX = 10 * 1024 * 1024
/** One heartbeat a second through LISTEN; two missed ones end the connection (reliability 5). */
export const LISTEN_HEARTBEAT_MS = 1_000
export const LISTEN_HEARTBEATS_MISSED_MAX = 2
/** A migration waits this long for another process that migrates. */
export const MIGRATE_LOCK_MS_MAX = 60_000

// projections
/** Changes kept in memory per resource for watches that resume; or twice the live objects. */
export const WATCH_WINDOW_EVENTS_MIN = 10_000
/** Bytes of replaced objects in one resource's window (measured: Pods of 28 kB filled 280 MB without it). */
export const WATCH_WINDOW_BYTES_MAX = 32 * 1024 * 1024

/** Keys of one resource that wait for their place in key order; a run of them takes about a millisecond. */
export const UNORDERED_KEYS_MAX = 1_024

// docker: the Engine API client
/** An ordinary call's answer; dockerd takes up to 4 s for a start on a loaded two-core machine. */
export const DOCKER_CALL_TIMEOUT_MS = 120_000
/** A probe of one socket while the endpoint is looked for. */
export const DOCKER_PROBE_TIMEOUT_MS = 2_000
/** A pull or upload without any sign of progress. Source: kubelet --image-pull-progress-deadline, 1 m. */
export const DOCKER_PULL_IDLE_MS = 60_000
/** Sending a tar and waiting for what the daemon makes of it: 10 GB at 20 MB/s. */
export const DOCKER_UPLOAD_TIMEOUT_MS = 600_000
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
/** Most places of one diff: more than a person reads, less than would hurt. */
export const DIFF_VALUES_MAX = 10_000
/** Annotations of one object, keys and values. Source: apimachinery TotalAnnotationSizeLimitB. */
export const METADATA_ANNOTATIONS_BYTES_MAX = 256 * 1024
/** A field manager's name. Source: apimachinery FieldManagerMaxLength. */
export const FIELD_MANAGER_BYTES_MAX = 128
/** A subresource's name in managedFields. Source: apimachinery MaxSubresourceNameLength. */
export const MANAGED_FIELDS_SUBRESOURCE_BYTES_MAX = 256
/** Bytes that the copies of one JSON patch may add. Source: apiserver, MaxRequestBodyBytes. */
export const JSON_PATCH_COPY_BYTES_MAX = 3 * 1024 * 1024

// reconcilers
/** Longest sleep of one timer: setTimeout counts in 32 bits; longer delays sleep again. */
export const TIMER_MS_MAX = 2_000_000_000
/** Main-thread time of one turn of all reconcilers before the event loop runs again (design 4: 10 ms). */
export const RECONCILE_SLICE_MS = 5
/** A single decision longer than this is reported by name (design 4). */
export const RECONCILE_SLOW_MS = 10
/** Keys of one reconciler decided at once when it names no number: each waits for a commit or two. */
export const RECONCILE_WORKERS = 16
/** Changes kept as the cause of one decision (design 2). */
export const CAUSE_TRIGGERS_MAX = 8
/** Commands of one plan in flight at once: a tenth of a batch (BATCH_PROPOSALS_MAX). */
export const PLAN_COMMANDS_IN_FLIGHT_MAX = 50
/** The same while no client waits: half a batch, so that PostgreSQL writes one half while the other is decided. */
export const PLAN_COMMANDS_ALONE_MAX = 256
/** Retry after a stale view or a busy server. Source: client-go DefaultTypedControllerRateLimiter. */
export const RETRY_MS_MIN = 5
export const RETRY_MS_MAX = 1_000_000
/** A stale view becomes current within a batch: its retries stay short. */
export const STALE_RETRY_MS_MAX = 1_000
/** Retry after a refusal for good (Invalid, Forbidden): only people or quota can change that. */
export const REFUSED_RETRY_MS_MIN = 1_000
/** How often a key that waits for the view is looked at when no change wakes it. */
export const FRESHNESS_POLL_MS = 20
/** Share of the main thread for reconcilers while client requests queue (issue 1, speed). */
export const RECONCILER_SHARE = 0.1
/** What one command costs the main thread when nobody measured it (design 2: 92 us with TLS). */
export const COMMAND_COST_MS = 0.1
/** Longest pause of reconcilers between two looks at whether clients still wait. */
export const BUDGET_PAUSE_MS_MAX = 50
/** Events remembered by the recorder per table. Source: client-go maxLruCacheEntries. */
export const EVENT_MEMORY_MAX = 4_096
/** Similar Events about one object before they are written as one. Source: events_cache.go. */
export const EVENT_SIMILAR_MAX = 10
/** Similar Events further apart than this start anew, milliseconds. Source: events_cache.go. */
export const EVENT_SIMILAR_MS = 600_000
/** Events about one object in a row, then one each EVENT_SPAM_REFILL_MS. Source: events_cache.go. */
export const EVENT_SPAM_BURST = 25
export const EVENT_SPAM_REFILL_MS = 300_000
/** Tries to write one Event while the server is busy; then it is dropped and counted. */
export const EVENT_TRIES_MAX = 5
/** Longest text of an Event. Source: client-go events noteLengthLimit and core validation. */
export const EVENT_MESSAGE_CHARS_MAX = 1_024

// resources
/** Most bytes of data in one ConfigMap or Secret. Source: core/v1 MaxSecretSize, 1 MiB. */
export const CONFIG_DATA_BYTES_MAX = 1024 * 1024
/** Endpoints of one EndpointSlice. Source: discovery/validation maxEndpoints. */
export const SLICE_ENDPOINTS_MAX = 1_000
/** Ports of one EndpointSlice. Source: discovery/validation maxPorts. */
export const SLICE_PORTS_MAX = 20_000
/** Addresses of one endpoint. Source: discovery/validation maxAddresses. */
export const ENDPOINT_ADDRESSES_MAX = 100
/** Zone hints, and node hints, of one endpoint. Source: discovery/validation maxZoneHints. */
export const ENDPOINT_HINTS_MAX = 8
/** Parameters of a class of storage, and their bytes. Source: storage/validation maxProvisionerParameter*. */
export const STORAGE_PARAMETERS_MAX = 512
export const STORAGE_PARAMETERS_BYTES_MAX = 256 * 1024
/** Bytes of an attached volume's metadata and of an attach error. Source: storage/validation. */
export const ATTACHMENT_METADATA_BYTES_MAX = 256 * 1024
export const ATTACHMENT_ERROR_BYTES_MAX = 1024
/** Longest id of a node in a storage system. Source: storage/validation csiNodeIDMaxLength. */
export const CSI_NODE_ID_BYTES_MAX = 256
/** Longest name of an Ingress controller. Source: networking/validation maxLenIngressClassController. */
export const INGRESS_CONTROLLER_BYTES_MAX = 250
/** Longest reason and message of a condition. Source: meta/v1/validation maxReasonLen, maxMessageLen. */
export const CONDITION_REASON_BYTES_MAX = 1024
export const CONDITION_MESSAGE_BYTES_MAX = 32 * 1024

// node: the kubelet
/** First pause before a crashed container starts again. Source: kubelet.go backOffPeriod. */
export const CRASH_BACKOFF_MS_MIN = 10_000
/** Longest such pause. Source: kubelet.go MaxCrashLoopBackOff. */
export const CRASH_BACKOFF_MS_MAX = 300_000
/** First and longest pause between failed pulls of an image. Source: kubelet.go imageBackOff. */
export const IMAGE_BACKOFF_MS_MIN = 10_000
export const IMAGE_BACKOFF_MS_MAX = 300_000
/** A registry without a connection after this long counts as unreachable (issue 4). */
export const REGISTRY_CONNECT_MS_MAX = 2_000
/** How long an unreachable registry is remembered. */
export const REGISTRY_REMEMBERED_MS = 60_000
/** Pulls under way at once; more wait their turn. */
export const IMAGE_PULLS_MAX = 4
/** Pause before a step that failed without a reason of its own is tried again. */
export const POD_RETRY_MS_MIN = 1_000
export const POD_RETRY_MS_MAX = 60_000
/** Repair: Docker's containers are listed again this often (events are what drives). */
export const RELIST_MS = 60_000
/** Shortest grace that is left when a preStop hook took its time. Source: minimumGracePeriodInSeconds. */
export const GRACE_SECONDS_MIN = 2
/** Bytes of one container's termination message. Source: MaxContainerTerminationMessageLength. */
export const TERMINATION_MESSAGE_BYTES_MAX = 4_096
/** Bytes of all termination messages of a Pod. Source: MaxPodTerminationMessageLogLength. */
export const POD_MESSAGES_BYTES_MAX = 12_288
/** Bytes and lines of a log that stand in for a termination message. */
export const MESSAGE_LOG_BYTES_MAX = 2_048
export const MESSAGE_LOG_LINES_MAX = 80
/** Bytes of a probe's or hook's answer that are read. Source: pkg/probe maxRespBodyLength. */
export const PROBE_ANSWER_BYTES_MAX = 10_240
/** Redirects that a probe follows on its host. */
export const PROBE_REDIRECTS_MAX = 10
/** Name servers and search domains of a resolv.conf. Source: core validation MaxDNSNameservers. */
export const DNS_SERVERS_MAX = 3
export const DNS_SEARCHES_MAX = 32
export const DNS_SEARCH_CHARS_MAX = 2_048
/** Probes of all Pods under way at once; more wait their turn. */
export const PROBES_MAX = 64
/** Steps of all Pods that talk to Docker at once: two cores are full at four starts. */
export const POD_STEPS_MAX = 8
/** Sandboxes that wait for Pods on one node: each is a process and a shim (issue 4). */
export const WARM_SANDBOXES_MAX = 8
/** A container that ran before its start was asked for again passes a gate within this time, or has. */
export const GATE_AGAIN_MS = 5_000
/** New ones are made only after this long without a start: two cores are full with one start. */
export const WARM_QUIET_MS = 400
/** Log lines kept with the observation of an exit. */
export const EXIT_LOG_LINES_MAX = 20
/** Characters of those lines. */
export const EXIT_LOG_CHARS_MAX = 4_096
/** Observations waiting for the sink; the oldest go first and the loss is counted. */
export const OBSERVATIONS_QUEUE_MAX = 10_000
export const OBSERVATIONS_BATCH_MAX = 500
export const OBSERVATIONS_FLUSH_MS = 200
/** Renewal of a node's Lease. Source: kubelet nodeLeaseDurationSeconds 40 times 0.25. */
export const NODE_LEASE_RENEW_MS = 10_000
export const NODE_LEASE_SECONDS = 40
/** A node's status is written at least this often. Source: nodeStatusReportFrequency. */
export const NODE_STATUS_MS = 300_000
/** How often a node looks at itself. Source: nodeStatusUpdateFrequency. */
export const NODE_STATUS_CHECK_MS = 10_000
/** How long a daemon's description and list of images are believed: both cost it work. */
export const DAEMON_FACTS_MS = 60_000
/** Images named in a node's status. Source: nodeStatusMaxImages. */
export const NODE_IMAGES_MAX = 50
/** Names of one image in a node's status. Source: MaxNamesPerImageInNodeStatus. */
export const NODE_IMAGE_NAMES_MAX = 5
/** Pods of one node. Source: kubelet maxPods. */
export const KUBELET_PODS_MAX = 110
/** A token is asked for anew when this share of its life is over. Source: token_manager.go. */
export const TOKEN_REFRESH_SHARE = 0.8
/** Pods made or deleted by one decision of a pod set. Source: replica_set.go BurstReplicas. */
export const POD_SET_BURST = 500

// meta: decoding
/** Unknown and duplicate fields reported for one body. Source: sigs.k8s.io/json saveStrictError. */
export const STRICT_ERRORS_MAX = 100
/** Nodes read through YAML aliases in one body. Source: go.yaml.in/yaml/v2 allows about 400,000. */
export const YAML_ALIAS_NODES_MAX = 100_000
/** One read of a log file. */
export const LOG_READ_BYTES = 64 * 1024
/**
 * One entry of a log file: 16 KiB of output, every byte of it escaped (`\u0000`). Source: moby
 * daemon/logger/copier.go.
 */
export const LOG_ENTRY_BYTES_MAX = 256 * 1024
/** A followed log is looked at again after this, should inotify have lost something (its queue is bounded). */
export const LOG_REPAIR_MS = 5_000
/** Rotated files of one log. Source: kubelet containerLogMaxFiles is 5; dockerd has no cap. */
export const LOG_FILES_MAX = 100

// meta: managed fields
/**
 * Managers kept apart on one object for writes that are no apply; older ones share an entry.
 * Source: DefaultMaxUpdateManagers.
 */
export const MANAGED_UPDATERS_MAX = 10
/** Endpoints of one slice. Source: kube-controller-manager --max-endpoints-per-slice. */
export const ENDPOINTS_PER_SLICE_MAX = 100
/** A range of service addresses goes this long after its last address. Source: servicecidrs_controller.go. */
export const CIDR_DELETION_GRACE_MS = 10_000
/** A pod that was said to go counts as gone this long. Source: disruption.go DeletionTimeout. */
export const DISRUPTION_CONFIRM_MS = 2 * 60_000
/** Addresses of one subset that are mirrored. Source: --mirroring-max-endpoints-per-subset. */
export const MIRRORED_ENDPOINTS_PER_SUBSET_MAX = 1_000
/** Addresses of one Endpoints object; more are cut and annotated. Source: endpoints_controller.go maxCapacity. */
export const ENDPOINTS_ADDRESSES_MAX = 1_000
/** A pod on a node that is not known yet is looked at again after this long. */
export const MISSING_NODE_RETRY_MS = 5_000
/** Objects of an ending namespace deleted by one decision. */
export const NAMESPACE_DELETES_MAX = 500
/** Bytes of a webhook's answer that are read; upstream has no bound here. */
export const WEBHOOK_ANSWER_BYTES_MAX = 16 * 1024 * 1024
/** Webhooks whose connections are kept, and connections to each. */
export const WEBHOOK_AGENTS_MAX = 256
export const WEBHOOK_SOCKETS_MAX = 64
/** Objects of an ending CustomResourceDefinition deleted by one decision. */
export const CRD_INSTANCE_DELETES_MAX = 500
/** Such a definition is looked at again after this long. Source: crd_finalizer.go polls each 5 s. */
export const CRD_INSTANCE_WAIT_MS = 5_000
/** Dependents of an orphaning owner let go by one decision. */
export const ORPHANED_MAX = 500
/** Containers that wait behind their gates at once. Source: DOORS in src/docker/elf/gatekeeper.c. */
export const GATES_MAX = 256
/** The gatekeeper's first sign of life: it is a static program of 3 kB. */
export const GATEKEEPER_START_MS = 5_000
/** Time before a gatekeeper that died is started again. */
export const GATEKEEPER_RESTART_MS = 200
/** Messages inside messages of a protobuf body; real objects stay below 100. */
export const PROTOBUF_DEPTH_MAX = 500
/** Pods bound or told by one decision of the scheduler: about 5 ms of the main thread. */
export const SCHEDULE_PODS_MAX = 200
/** Nodes looked at by one decision of the scheduler: filtering and scoring one takes about 1 us. */
export const SCHEDULE_EVALUATIONS_MAX = 5_000
/**
 * Pods that do not fit are tried again after this long even if nothing changed. Source:
 * scheduling_queue.go DefaultPodMaxInUnschedulablePodsDuration.
 */
export const UNSCHEDULABLE_RETRY_MS = 300_000
/** With more pending pods than this, one that was told why is not told again when only the wording changes. */
export const PENDING_REFRESH_MAX = 1_000
/** Nodes that fit before the search stops, at least. Source: schedule_one.go minFeasibleNodesToFind. */
export const FEASIBLE_NODES_MIN = 100
/** Nodes tried for preemption before the best so far is taken. Source: DefaultPreemptionArgs. */
export const PREEMPTION_CANDIDATES_MAX = 100

// api: streams
/** One message of a WebSocket client; kubectl sends at most 32 KiB. */
export const WEBSOCKET_MESSAGE_BYTES_MAX = 1024 * 1024
/** One SPDY frame; the protocol allows 16 MiB, Kubernetes' clients stay near 64 KiB. */
export const SPDY_FRAME_BYTES_MAX = 4 * 1024 * 1024
/** Streams of one SPDY connection: a port-forward opens two for each connection it carries. */
export const SPDY_STREAMS_MAX = 10_000

// node: service proxy
/**
 * Endpoints of one Service port that a node sends to; of more it takes a subset of its own. Each
 * costs a map of the table.
 */
export const PROXY_SLOTS_MAX = 256
/** External addresses of one kind that one Service may bring. */
export const EXTERNAL_ADDRESSES_MAX = 64
/** Clients remembered for session affinity, over all Services: about 100 bytes of kernel memory each. */
export const PROXY_AFFINITY_MAX = 262_144
/** Scripts that libnftables runs in process, about 1,000 elements or 5 ms; larger ones go to the nft command. */
export const NFT_INPROCESS_BYTES_MAX = 48 * 1024
/** An nft command that takes longer is ended: 30,000 Services load in about a second. */
export const NFT_COMMAND_MS_MAX = 30_000
/** One read of netlink: the kernel sends dumps in pieces of at most 32 KiB. */
export const NETLINK_ANSWER_BYTES = 64 * 1024
/** Messages of one netlink answer that are kept: more UDP flows than this wait for their time-out. */
export const NETLINK_MESSAGES_MAX = 100_000
/**
 * A node that did not report for so long is Unknown. Source: nodelifecycle config
 * NodeMonitorGracePeriod (v1.37: 50 s).
 */
export const NODE_GRACE_MS = 50_000
/** The same for a node that has never reported. Source: nodelifecycle config NodeStartupGracePeriod. */
export const NODE_STARTUP_GRACE_MS = 60_000
/** How often a node that is not ready is looked at. Source: nodelifecycle config NodeMonitorPeriod. */
export const NODE_MONITOR_MS = 5_000
/** Pods of one node told or evicted by one decision. */
export const NODE_PODS_PER_PLAN_MAX = 500
/** Finished pods kept. Source: podgc config TerminatedPodGCThreshold. */
export const TERMINATED_PODS_MAX = 12_500
/** Pods that pod GC deletes by one decision. */
export const POD_GC_DELETES_MAX = 500
/** Core Events live so long after their last change. Source: kube-apiserver --event-ttl. */
export const EVENT_TTL_MS = 3_600_000
/** A Service that finds no free address is looked at again after this long. */
export const LOAD_BALANCER_RETRY_MS = 30_000
/** Userspace forwarder: connections of one frontend; more wait in the kernel's backlog. */
export const USERSPACE_CONNECTIONS_MAX = 4_096
/** Clients remembered for one frontend's session affinity. */
export const USERSPACE_AFFINITY_MAX = 10_000
/** Endpoints tried for one connection, and how long each. Source: kube-proxy userspace endpointDialTimeouts. */
export const USERSPACE_TARGETS_TRIED_MAX = 4
export const USERSPACE_CONNECT_MS = 2_000
/**
 * UDP clients of one frontend, and how long a silent one is kept. Source: kube-proxy --udp-timeout
 * 250 ms was too short for DNS.
 */
export const USERSPACE_UDP_FLOWS_MAX = 4_096
export const USERSPACE_UDP_IDLE_MS = 30_000
/** How often the proxy looks whether its rules are still there. Source: kube-proxy --iptables-sync-period. */
export const PROXY_REPAIR_MS = 30_000
/** Pause after rules could not be applied, doubled up to the second. */
export const PROXY_RETRY_MS = 250
export const PROXY_RETRY_MS_MAX = 15_000
/** Services planned in one go before others get their turn: about 3 ms. */
export const PROXY_PLANNED_AT_ONCE = 200

// node: cluster DNS
/** How long answers about the cluster are remembered. Source: CoreDNS kubernetes plugin's default. */
export const DNS_TTL_SECONDS = 5
/** A reply over UDP to a client without EDNS. Source: RFC 1035 2.3.4. */
export const DNS_UDP_BYTES = 512
/** A reply over UDP in any case. Source: DNS flag day 2020; larger ones are fragmented and lost. */
export const DNS_UDP_BYTES_MAX = 1_232
/** A message over TCP: its length has two bytes. */
export const DNS_TCP_BYTES_MAX = 65_535
/** TCP connections open at once; more are closed at once. */
export const DNS_TCP_CONNECTIONS_MAX = 512
/** A TCP connection on which nothing is asked is closed. Source: RFC 7766 6.2.3 wants a few seconds. */
export const DNS_TCP_IDLE_MS = 10_000
/** Questions forwarded at once; more get SERVFAIL. Source: kubeadm's CoreDNS, forward max_concurrent 1000. */
export const DNS_FORWARDS_MAX = 1_000
/**
 * How long one upstream server may take, and how many are asked. Source: resolv.conf(5) timeout 5,
 * attempts 2; clients give up after 5 s.
 */
export const DNS_FORWARD_MS = 2_000
export const DNS_FORWARD_TRIES_MAX = 2
/** An upstream that failed this often in a row is left alone for a while. Source: CoreDNS forward max_fails 2. */
export const DNS_UPSTREAM_FAILURES_MAX = 2
export const DNS_UPSTREAM_REST_MS = 5_000
/** Replies of others kept, and for how long at most. */
export const DNS_CACHE_REPLIES_MAX = 2_000
export const DNS_CACHE_SECONDS_MAX = 30
/** Names that an alias may lead through. */
export const DNS_ALIASES_MAX = 8
/** How often resolv.conf is looked at for changes. */
export const DNS_RESOLV_CHECK_MS = 5_000
/** Pause before an address that could not be listened on is tried again, up to the second. */
export const DNS_LISTEN_RETRY_MS = 100
export const DNS_LISTEN_RETRY_MS_MAX = 5_000

// history: what happened, diff, verify, replay
/** Change sets or requests of one answer when none is asked for: what a person reads. */
export const HISTORY_ANSWERS_DEFAULT = 100
/** Most change sets or requests of one answer: about 5 MB. */
export const HISTORY_ANSWERS_MAX = 10_000
/** Events or requests that a question reads at once, without bodies: 0.3 MB, 2 ms. */
export const HISTORY_PAGE = 1_000
/** Most requests of the change sets of one answer; what lies beyond is left out of the oldest set. */
export const HISTORY_SET_EVENTS_MAX = 20_000
/** More changed objects of one resource than this, and a diff reads the whole resource instead. */
export const DIFF_OBJECTS_ONE_BY_ONE_MAX = 20
/** Longest stretch of the main thread that hashing the view takes at once. */
export const DIGEST_SLICE_MS = 4
/** Most problems of one projection that verify names. */
export const VERIFY_DIFFERENCES_MAX = 100
/** Most differences that a shadow replay lists; all are counted. */
export const SHADOW_DIFFERENCES_MAX = 1_000
/** Process starts kept in the data dir: a replay makes the reconcilers of each anew. */
export const RUNS_KEPT_MAX = 10_000

// admission webhooks
/** How often webhooks are asked again because what they were asked about had changed; a patch upstream gives up after 5. */
export const CONSULT_ROUNDS_MAX = 8

// quotas
/** A quota's status is looked at this often though nothing changed. Source: --resource-quota-sync-period. */
export const QUOTA_RESYNC_MS = 300_000

// pod security
/** Pods looked at when a namespace enforces a stricter profile. Source: pod-security-admission admission.go. */
export const POD_SECURITY_PODS_MAX = 3_000

// cel
/** Longest expression. Source: cel-go parser/options.go expressionSizeCodePointLimit. */
export const CEL_EXPRESSION_CHARACTERS_MAX = 100_000
/** Deepest nesting of one rule of the grammar. Source: cel-go parser/options.go maxRecursionDepth. */
export const CEL_NESTING_MAX = 250
/** Cost of one evaluation that ends it. Source: apiserver pkg/apis/cel PerCallLimit. */
export const CEL_CALL_COST_MAX = 1_000_000
/** Cost of all rules of one object. Source: apiserver pkg/apis/cel RuntimeCELCostBudget. */
export const CEL_OBJECT_COST_MAX = 10_000_000
/** Bytes of what a message expression says. Source: MaxEvaluatedMessageExpressionSizeBytes. */
export const CEL_MESSAGE_BYTES_MAX = 5 * 1024
/** Estimated cost of one rule of a definition, and of all of a schema. Source: apiextensions/validation. */
export const CEL_RULE_COST_MAX = 10_000_000
export const CEL_DEFINITION_COST_MAX = 100_000_000
/** Cost of all expressions of a policy for one binding and parameter. Source: RuntimeCELCostBudget. */
export const CEL_POLICY_COST_MAX = 10_000_000
/** Cost of the match conditions of one webhook or policy. Source: RuntimeCELCostBudgetMatchConditions. */
export const CEL_CONDITIONS_COST_MAX = 2_500_000
/** Largest request, which bounds the sizes of objects in estimates. Source: MaxRequestSizeBytes. */
export const CEL_REQUEST_BYTES_MAX = 3 * 1024 * 1024
/** Longest list that lists.range makes. Source: cel-go ext/lists.go defaultMaxRangeSize. */
export const CEL_RANGE_ITEMS_MAX = 1_000_000
/** Longest text and list that an expression makes: what is longer costs more than any evaluation may. */
export const CEL_TEXT_CHARACTERS_MAX = 16_000_000
export const CEL_LIST_ITEMS_MAX = 10_000_000
/** Most values that one comparison or traversal looks at; lists that hold a list many times grow fast. */
export const CEL_VISITED_VALUES_MAX = 10_000_000
/** Syntax errors of an expression, recoveries, and tokens that one of them skips. Source: cel-go parser/parser.go. */
export const CEL_SYNTAX_ERRORS_MAX = 100
export const CEL_RECOVERIES_MAX = 30
export const CEL_RECOVERY_TOKENS_MAX = 256
/** Steps of the simulation that finds the words for a wrong expression; what is longer gets the errors found so far. */
export const CEL_SYNTAX_STEPS_MAX = 600_000
/** Compiled patterns kept for expressions that compute theirs. */
export const CEL_PATTERNS_KEPT_MAX = 256

// cli
/** A question about the past that takes longer is given up by the command line. */
export const API_ANSWER_MS_MAX = 120_000
/** `klio down` waits this long for a process to end before it kills it: a drain takes at most 5 s. */
export const DOWN_PATIENCE_MS = 10_000
/** How often `klio down` looks whether the process has ended. */
export const DOWN_POLL_MS = 20
/** Kinds of requests that metrics tell apart: every verb of every kind, and room for custom ones. */
export const METRIC_SERIES_MAX = 5_000
/** Requests handled at once, over all levels. Source: --max-requests-inflight, --max-mutating-requests-inflight. */
export const FAIRNESS_SERVER_SEATS = 600
/** How long a request waits for a seat: a quarter of its time. Source: apf_controller.go. */
export const FAIRNESS_WAIT_MS = 15_000
/** Seats of the widest request, and objects that a list reads for each. Source: flowcontrol/request/config.go. */
export const FAIRNESS_SEATS_MAX = 10
export const FAIRNESS_LIST_OBJECTS_PER_SEAT = 100
/** Kinds of requests of one caller whose flow is remembered. */
export const FAIRNESS_FLOWS_MAX = 2_000
/** Seconds after which who was turned away may try again. Source: priority-and-fairness.go. */
export const FAIRNESS_RETRY_SECONDS = 1
/** Answers above this are zipped for who takes that. Source: responsewriters/writers.go defaultGzipThresholdBytes. */
export const GZIP_BYTES_MIN = 128 * 1024
