import { parseRange, type Ipv4Range } from './ipv4.ts'
import { planElements, type Element, type Planned } from './plan-elements.ts'
import { arrangeSlots } from './plan-slots.ts'
import { needScript, tableScript, type TableFacts } from './plan-table.ts'
import { frontendKey, type Frontend, type RuleChange } from './rules.ts'

/**
 * What the table holds, and the text that takes it further. A script is taken for applied when it is made:
 * whoever fails to run one starts over with `begin`, which replaces the table as a whole.
 */
export class NftState {
  readonly #facts: TableFacts
  readonly #own: readonly Ipv4Range[]
  readonly #made = new Set<string>()
  readonly #frontends = new Map<string, Frontend>()
  #local = new Set<string>()

  constructor(facts: TableFacts) {
    this.#facts = facts
    this.#own = [facts.serviceCidr, facts.loadBalancerCidr]
      .map(parseRange)
      .filter((range) => range !== undefined)
  }

  /** The script that makes the table anew, without any Service. */
  begin(): string {
    this.#made.clear()
    this.#frontends.clear()
    this.#local = new Set()
    return tableScript(this.#facts)
  }

  /** The script of some steps; empty when they change nothing in the table. */
  apply(changes: readonly RuleChange[], local: Iterable<string>): string {
    const gone = new Grouped()
    const come = new Grouped()
    let needs = ''
    for (const { key, after } of changes) {
      const before = this.#frontends.get(key)
      const next = after && arranged(after, before)
      if (next) this.#frontends.set(key, next)
      else this.#frontends.delete(key)
      const planned = planElements(next, this.#own)
      for (const need of planned.needs) needs += needScript(this.#facts.table, need, this.#made)
      compare(planElements(before, this.#own), planned, gone, come)
    }
    this.#compareLocal(new Set(local), gone, come)
    const { table } = this.#facts
    return needs + gone.script('delete', table) + come.script('add', table)
  }

  /** The frontend as it stands in the table, with its targets in slot order. */
  frontend(key: string): Frontend | undefined {
    return this.#frontends.get(key)
  }

  #compareLocal(now: ReadonlySet<string>, gone: Grouped, come: Grouped): void {
    for (const ip of this.#local) if (!now.has(ip)) gone.add(localElement(ip))
    for (const ip of now) if (!this.#local.has(ip)) come.add(localElement(ip))
    this.#local = new Set(now)
  }
}

const localElement = (ip: string): Element => ({ in: 'local-endpoints', key: `${ip} . ${ip}`, value: '' })

function arranged(after: Frontend, before: Frontend | undefined): Frontend {
  if (!before || frontendKey(before) !== frontendKey(after)) return after
  return {
    ...after,
    targets: arrangeSlots(before.targets, after.targets),
    ...(after.inside && { inside: arrangeSlots(before.inside ?? [], after.inside) }),
  }
}

function compare(before: Planned, after: Planned, gone: Grouped, come: Grouped): void {
  if (before.elements.length === 0) return after.elements.forEach((element) => come.add(element))
  const old = new Map(before.elements.map((element) => [`${element.in} ${element.key}`, element]))
  for (const element of after.elements) {
    const path = `${element.in} ${element.key}`
    const known = old.get(path)
    old.delete(path)
    if (known?.value === element.value) continue
    if (known) gone.add(known)
    come.add(element)
  }
  for (const element of old.values()) gone.add(element)
}

/** Elements by set, so that a script has one command a set. */
class Grouped {
  readonly #bySet = new Map<string, string[]>()

  add(element: Element): void {
    const { key, value } = element
    const text = value === '' ? key : `${key} : ${value}`
    const list = this.#bySet.get(element.in)
    if (list) list.push(text)
    else this.#bySet.set(element.in, [text])
  }

  script(verb: 'add' | 'delete', table: string): string {
    let script = ''
    for (const [set, texts] of this.#bySet)
      script += `${verb} element ip ${table} ${set} { ${texts.join(', ')} }\n`
    return script
  }
}
