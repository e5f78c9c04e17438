/**
 * Storage resources that a running cluster writes without anybody meaning anything: leases are
 * renewed and Events told all the time. History leaves them out unless it is asked for all.
 */
export const NOISE: readonly string[] = ['leases.coordination.k8s.io', 'events']

/** Users that klio's own components work as, as SQL LIKE patterns (commands/request-context.ts isComponent). */
export const COMPONENT_USERS: readonly string[] = [
  'system:serviceaccount:kube-system:%',
  'system:node:%',
  'system:kube-scheduler',
  'system:apiserver',
]

/** Paths of an object that change by themselves while nothing happens. */
const HEARTBEATS = /(^|\.)(lastHeartbeatTime|lastProbeTime|renewTime)$/

/** Whether a changed path tells only that somebody is alive. */
export const isHeartbeat = (path: string): boolean => HEARTBEATS.test(path)
