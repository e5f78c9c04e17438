/** Protocols of ports, sorted as messages show them. Source: core/v1 Protocol. */
export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP']
