import type { Filter, Rejection } from './filter.ts'

const TAKEN: Rejection = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  resolvable: true,
}
const ALL = '0.0.0.0'

/** Host ports must be free; the address of all conflicts with each. Source: nodeports. */
export const ports: Filter = ({ hostPorts }, node) => {
  for (const { ip, protocol, port } of hostPorts) {
    const holders = node.ports.get(`${protocol}/${port}`)
    if (holders?.some((holder) => holder === ip || holder === ALL || ip === ALL)) return TAKEN
  }
  return undefined
}
