import type { Frontend } from './rules.ts'

/** A client that is kept at its endpoint. */
export interface Affinity {
  /** Client, frontend's address, protocol and port, as the map's key is written. */
  readonly key: string
  readonly address: string
  readonly protocol: string
  readonly port: number
  /** `10.42.0.7:80`. */
  readonly target: string
  /** `timeout 3h expires 2h59m`, as nftables prints it. */
  readonly times: string
}

const IP = '\\d+\\.\\d+\\.\\d+\\.\\d+'
const LINE = new RegExp(
  `(${IP} \\. (${IP}) \\. (tcp|udp|sctp) \\. (\\d+)) ((?:timeout|expires) [0-9a-z ]+?) : (${IP}) \\. (\\d+)`,
  'g',
)

/** Reads what `list map` prints. */
export function parseAffinities(listing: string): Affinity[] {
  return [...listing.matchAll(LINE)].map(([, key, address, protocol, port, times, ip, targetPort]) => ({
    key: key!, address: address!, protocol: protocol!, port: Number(port), times: times!,
    target: `${ip}:${targetPort}`,
  }))
}

/** Whether the client's endpoint still serves the frontend it came through. */
export function isHeld(
  { address, protocol, port, target }: Affinity,
  frontendOf: (key: string) => Frontend | undefined,
): boolean {
  const frontend = frontendOf(`${protocol} ${address} ${port}`) ?? frontendOf(`${protocol} * ${port}`)
  if (frontend?.affinitySeconds === undefined) return false
  return frontend.targets.includes(target) || (frontend.inside?.includes(target) ?? false)
}
