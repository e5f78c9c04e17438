import type { Frontend } from './rules.ts'

const PORT = 53

/** The cluster DNS at its Service address, before any Service object exists: to the server on this node. */
export const dnsFrontends = (address: string, server: string): Frontend[] =>
  (['udp', 'tcp'] as const).map((protocol) => ({
    service: 'kube-system/kube-dns:dns',
    protocol,
    address,
    port: PORT,
    targets: [`${server}:${PORT}`],
    refusal: 'reject',
    masquerade: 'off-pod',
  }))
