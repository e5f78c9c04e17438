import { PROXY_AFFINITY_MAX } from '../../base/limits.ts'
import { affinitySet, countSet, FAMILIES, slotMap, type Need, type SlotFamily } from './plan-elements.ts'

/** What the table is made from beside Services. */
export interface TableFacts {
  readonly table: string
  readonly podCidr: string
  readonly serviceCidr: string
  readonly loadBalancerCidr: string
  /**
   * Whether frames between pods of this node pass netfilter. If not, a reply from one pod to another would
   * bypass the translation, so pods of this node are masqueraded as well.
   */
  readonly bridgeFiltered: boolean
}

/** Says in each table which ranges its cluster uses, cheaply to read. */
export const RANGES_SET = 'ranges'

const TRANSPORT = 'meta l4proto { tcp, udp, sctp }'
const FRONTEND_TYPE = 'type ipv4_addr . inet_proto . inet_service'
const PORT_TYPE = 'type inet_proto . inet_service'
const ENDPOINT_TYPE = 'ipv4_addr . inet_service'
/** A connection's first destination, before translation. */
const FIRST = 'ct original ip daddr . meta l4proto . ct original proto-dst'
const FIRST_PORT = 'meta l4proto . ct original proto-dst'

const keyOf = ({ nodePort }: SlotFamily): string =>
  nodePort ? 'meta l4proto . th dport' : 'ip daddr . meta l4proto . th dport'

/** Priorities just before Docker's own nat chains, which also look at local addresses. */
const DNAT = -105
const SNAT = 95

/**
 * The table without any Service, replacing whatever had its name. The connection tracker remembers where
 * a connection went first, so no packet mark is needed, and none of anyone else's is touched.
 */
export function tableScript(facts: TableFacts): string {
  const { table } = facts
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
${sets(facts)}
${dispatchChains(facts)}
${sourceChains(facts)}
${refusalChains(facts)}
${affinityChains()}
}
`
}

/**
 * Asks the kernel for everything a table may need, in one transaction that ends with nothing: what is
 * there goes on serving until the rules are known.
 */
export function trialScript(facts: TableFacts): string {
  const family = FAMILIES[0]!
  const slots = needScript(facts.table, { kind: 'slots', family, count: 2, sticky: true }, new Set())
  const affinity = needScript(facts.table, { kind: 'affinity', family, count: 60, sticky: true }, new Set())
  return `${tableScript(facts)}${slots}${affinity}delete table ip ${facts.table}\n`
}

function sets({ podCidr, serviceCidr, loadBalancerCidr }: TableFacts): string {
  const plain = ['services', 'node-ports'].flatMap((kind) =>
    ['masquerade-all', 'masquerade-node', 'reject', 'drop'].map(
      (name) => `  set ${name}-${kind} { ${kind === 'services' ? FRONTEND_TYPE : PORT_TYPE}; }`,
    ),
  )
  return `${plain.join('\n')}
  set ${RANGES_SET} { type ipv4_addr; flags interval; elements = { ${podCidr}, ${serviceCidr}, ${loadBalancerCidr} }; }
  set guarded-services { ${FRONTEND_TYPE}; }
  set allowed-sources { type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags interval; }
  set local-endpoints { type ipv4_addr . ipv4_addr; }
  map affinity { type ipv4_addr . ipv4_addr . inet_proto . inet_service : ${ENDPOINT_TYPE}; flags dynamic,timeout; size ${PROXY_AFFINITY_MAX}; }`
}

/** Finds the frontend: rules for each number of endpoints are added to the four last chains. */
function dispatchChains({ podCidr, serviceCidr, loadBalancerCidr }: TableFacts): string {
  // Settles what is left for our ranges, so that Docker's chains do not take it for a published port.
  const settled = `ip daddr { ${serviceCidr}, ${loadBalancerCidr} } dnat to ip daddr`
  const elsewhere = `fib daddr type local ip daddr != { 127.0.0.0/8, ${serviceCidr}, ${loadBalancerCidr} }`
  return `${FAMILIES.map(({ dispatch }) => `  chain ${dispatch} { }`).join('\n')}
  chain dispatch {
    ip saddr ${podCidr} jump inside-services
    ip saddr != ${podCidr} fib saddr type local jump inside-services
    jump services
    ${elsewhere} jump local-ports
    ${settled}
  }
  chain local-ports {
    ip saddr ${podCidr} jump inside-node-ports
    ip saddr != ${podCidr} fib saddr type local jump inside-node-ports
    jump node-ports
  }
  chain nat-prerouting { type nat hook prerouting priority ${DNAT}; ${TRANSPORT} jump dispatch; }
  chain nat-output { type nat hook output priority ${DNAT}; ${TRANSPORT} jump dispatch; }`
}

/** Replaces source addresses. Source: nftables/proxier.go masqueradingChain, hairpinConnectionsSet. */
function sourceChains({ podCidr, serviceCidr, bridgeFiltered }: TableFacts): string {
  const unfiltered = bridgeFiltered ? '' : `\n    ct original ip daddr ${serviceCidr} masquerade fully-random`
  return `  chain source {
    ip saddr . ip daddr @local-endpoints masquerade fully-random
    ct original ip daddr ${serviceCidr} ip saddr != ${podCidr} masquerade fully-random${unfiltered}
    ${TRANSPORT} ${FIRST} @masquerade-all-services masquerade fully-random
    ${TRANSPORT} ${FIRST_PORT} @masquerade-all-node-ports masquerade fully-random
    ${TRANSPORT} ${FIRST} @masquerade-node-services fib saddr type local masquerade fully-random
    ${TRANSPORT} ${FIRST_PORT} @masquerade-node-node-ports fib saddr type local masquerade fully-random
  }
  chain nat-postrouting { type nat hook postrouting priority ${SNAT}; ct status dnat jump source; }`
}

/** What is left for a service address after translation has no endpoint: answered, never sent on. */
function refusalChains({ podCidr, serviceCidr, loadBalancerCidr }: TableFacts): string {
  const key = 'ip daddr . meta l4proto . th dport'
  return `  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain refuse-services {
    ${key} @drop-services drop
    ${key} @reject-services goto refuse
    ip daddr { ${serviceCidr}, ${loadBalancerCidr} } goto refuse
  }
  chain refuse-node-ports {
    ip daddr 127.0.0.0/8 return
    meta l4proto . th dport @drop-node-ports drop
    meta l4proto . th dport @reject-node-ports goto refuse
  }
  chain filter-input {
    type filter hook input priority 0;
    ip daddr { ${serviceCidr}, ${loadBalancerCidr} } ct state invalid drop
    ct state new jump refuse-services
    ct state new jump refuse-node-ports
  }
  chain filter-forward {
    type filter hook forward priority 0;
    ip saddr ${podCidr} ct state invalid drop
    ct state new jump refuse-services
  }
  chain filter-output { type filter hook output priority 0; ct state new jump refuse-services; }
  chain guard {
    ${key} @guarded-services ip saddr . ip daddr . meta l4proto . th dport != @allowed-sources drop
  }
  chain guard-prerouting { type filter hook prerouting priority ${DNAT - 10}; ct state new jump guard; }
  chain guard-output { type filter hook output priority ${DNAT - 10}; ct state new jump guard; }`
}

/** Remembers, once an endpoint is chosen, who was sent where; before the source is replaced. */
function affinityChains(): string {
  return `  chain remember { }
  chain remember-postrouting { type filter hook postrouting priority ${SNAT - 45}; ct state new ct status dnat ${TRANSPORT} jump remember; }
  chain remember-input { type filter hook input priority 10; ct state new ct status dnat ${TRANSPORT} jump remember; }`
}

/** Commands that make what a need names and `made` does not hold yet; adds the names to `made`. */
export function needScript(table: string, need: Need, made: Set<string>): string {
  const { family, count } = need
  const fresh = (name: string): boolean => !made.has(name) && made.add(name) !== undefined
  if (need.kind === 'affinity') {
    const name = affinitySet(family.nodePort, count)
    return fresh(name) ? affinityScript(table, family, name, count) : ''
  }
  const pick = countSet(family, count, false)
  const stick = countSet(family, count, true)
  // The usual case: so many endpoints were there before, and so their slots are.
  if (made.has(pick) && (!need.sticky || made.has(stick))) return ''
  let script = ''
  for (let slot = 0; slot < count; slot++) {
    const name = slotMap(family, slot)
    if (fresh(name)) script += slotScript(table, family, name)
  }
  if (fresh(pick)) script += pickScript(table, family, pick, count)
  if (need.sticky && fresh(stick)) script += stickScript(table, family, stick, pick)
  return script
}

const typeOf = ({ nodePort }: SlotFamily): string => (nodePort ? PORT_TYPE : FRONTEND_TYPE)

const slotScript = (table: string, family: SlotFamily, name: string): string =>
  `add map ip ${table} ${name} { ${typeOf(family)} : ${ENDPOINT_TYPE}; }
add chain ip ${table} ${name}
add rule ip ${table} ${name} ${TRANSPORT} dnat ip addr . port to ${keyOf(family)} map @${name}
`

function pickScript(table: string, family: SlotFamily, name: string, count: number): string {
  const slots = Array.from({ length: count }, (_, slot) => `${slot} : goto ${slotMap(family, slot)}`)
  const choose = count === 1 ? `goto ${slotMap(family, 0)}` : `numgen random mod ${count} vmap { ${slots.join(', ')} }`
  return `add set ip ${table} ${name} { ${typeOf(family)}; }
add chain ip ${table} ${name}
add rule ip ${table} ${name} ${choose}
add rule ip ${table} ${family.dispatch} ${keyOf(family)} @${name} goto ${name}
`
}

const stickScript = (table: string, family: SlotFamily, name: string, pick: string): string =>
  `add set ip ${table} ${name} { ${typeOf(family)}; }
add chain ip ${table} ${name}
add rule ip ${table} ${name} ${TRANSPORT} dnat ip addr . port to ip saddr . ip daddr . meta l4proto . th dport map @affinity
add rule ip ${table} ${name} goto ${pick}
add rule ip ${table} ${family.dispatch} ${keyOf(family)} @${name} goto ${name}
`

function affinityScript(table: string, { nodePort }: SlotFamily, name: string, seconds: number): string {
  const client = `ct original ip saddr . ${FIRST}`
  return `add set ip ${table} ${name} { ${nodePort ? PORT_TYPE : FRONTEND_TYPE}; }
add rule ip ${table} remember ${TRANSPORT} ${nodePort ? FIRST_PORT : FIRST} @${name} update @affinity { ${client} timeout ${seconds}s : ip daddr . th dport }
`
}
