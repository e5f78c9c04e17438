import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { NftState } from '../../../src/node/proxy/nft-state.ts'
import { arrangeSlots } from '../../../src/node/proxy/plan-slots.ts'
import { ruleBook } from '../../../src/node/proxy/rule-book.ts'
import { frontendKey, type Frontend, type RuleChange } from '../../../src/node/proxy/rules.ts'

const facts = { table: 'klio-test', podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16', loadBalancerCidr: '10.44.0.0/24', bridgeFiltered: true }

const frontend = (extra: Partial<Frontend> = {}): Frontend => ({
  service: 'default/web:', protocol: 'tcp', address: '10.43.0.20', port: 80,
  targets: ['10.42.0.1:80', '10.42.0.2:80'], refusal: 'reject', masquerade: 'off-pod', ...extra,
})
const step = (after: Frontend | undefined, before?: Frontend): RuleChange => ({ key: frontendKey((after ?? before)!), before, after })
const elements = (script: string): string[] => script.split('\n').filter((line) => line.includes(' element '))

describe('a step in the table', () => {
  test('a new Service is one element and one for each endpoint', () => {
    const state = new NftState(facts)
    state.begin()
    expect(elements(state.apply([step(frontend())], []))).toEqual([
      'add element ip klio-test s-pick-2 { 10.43.0.20 . tcp . 80 }',
      'add element ip klio-test s-slot-0 { 10.43.0.20 . tcp . 80 : 10.42.0.1 . 80 }',
      'add element ip klio-test s-slot-1 { 10.43.0.20 . tcp . 80 : 10.42.0.2 . 80 }',
    ])
  })

  test('an endpoint that goes costs its slot alone, and chains are made once', () => {
    const state = new NftState(facts)
    const three = frontend({ targets: ['10.42.0.1:80', '10.42.0.2:80', '10.42.0.3:80'] })
    state.begin()
    state.apply([step(three)], [])
    const script = state.apply([step(frontend({ targets: ['10.42.0.2:80', '10.42.0.3:80'] }), three)], [])
    expect(elements(script)).toEqual([
      'delete element ip klio-test s-slot-0 { 10.43.0.20 . tcp . 80 : 10.42.0.1 . 80 }',
      'delete element ip klio-test s-pick-3 { 10.43.0.20 . tcp . 80 }',
      'delete element ip klio-test s-slot-2 { 10.43.0.20 . tcp . 80 : 10.42.0.3 . 80 }',
      'add element ip klio-test s-pick-2 { 10.43.0.20 . tcp . 80 }',
      'add element ip klio-test s-slot-0 { 10.43.0.20 . tcp . 80 : 10.42.0.3 . 80 }',
    ])
    expect(script).not.toContain('add map')
    expect(state.frontend(frontendKey(three))!.targets).toEqual(['10.42.0.3:80', '10.42.0.2:80'])
  })

  test('what changes nothing in the table is no transaction', () => {
    const state = new NftState(facts)
    state.begin()
    state.apply([step(frontend())], ['10.42.0.1'])
    expect(state.apply([step(frontend({ service: 'default/other:' }), frontend())], ['10.42.0.1'])).toBe('')
  })

  test.each<[string, Partial<Frontend>, readonly string[]]>([
    ['a cluster address without endpoints is refused by its range', { targets: [] }, []],
    ['an external one by its element', { address: '198.51.100.7', targets: [], masquerade: 'all' }, ['add element ip klio-test reject-services { 198.51.100.7 . tcp . 80 }']],
    ['policy Local without a local endpoint drops', { targets: [], refusal: 'drop' }, ['add element ip klio-test drop-services { 10.43.0.20 . tcp . 80 }']],
    ['a node port', { address: undefined, port: 30080, targets: ['10.42.0.1:80'], masquerade: 'all' }, [
      'add element ip klio-test n-pick-1 { tcp . 30080 }',
      'add element ip klio-test n-slot-0 { tcp . 30080 : 10.42.0.1 . 80 }',
      'add element ip klio-test masquerade-all-node-ports { tcp . 30080 }',
    ]],
    ['policy Local', { address: undefined, port: 30080, targets: [], inside: ['10.42.0.1:80'], refusal: 'drop', masquerade: 'node' }, [
      'add element ip klio-test in-pick-1 { tcp . 30080 }',
      'add element ip klio-test in-slot-0 { tcp . 30080 : 10.42.0.1 . 80 }',
      'add element ip klio-test masquerade-node-node-ports { tcp . 30080 }',
      'add element ip klio-test drop-node-ports { tcp . 30080 }',
    ]],
    ['affinity', { targets: ['10.42.0.1:80'], affinitySeconds: 60 }, [
      'add element ip klio-test s-stick-1 { 10.43.0.20 . tcp . 80 }',
      'add element ip klio-test s-slot-0 { 10.43.0.20 . tcp . 80 : 10.42.0.1 . 80 }',
      'add element ip klio-test s-affinity-60 { 10.43.0.20 . tcp . 80 }',
    ]],
  ])('%s', (_name, extra, expected) => {
    const state = new NftState(facts)
    state.begin()
    expect(elements(state.apply([step(frontend(extra))], []))).toEqual([...expected])
  })

  test('any way to a state is the same elements as loading it', () => {
    const targets = fc.uniqueArray(fc.integer({ min: 1, max: 6 }).map((n) => `10.42.0.${n}:80`), { maxLength: 5 })
    const rules = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), targets, fc.boolean()), { minLength: 1, maxLength: 12 })
    fc.assert(fc.property(rules, (steps) => {
      const state = new NftState(facts)
      const held = new Map<string, string>()
      state.begin()
      const now = new Map<string, Frontend>()
      for (const [service, list, sticky] of steps) {
        const next = frontend({ address: `10.43.0.${service}`, targets: list, ...(sticky && { affinitySeconds: 10 }) })
        play(held, state.apply([step(next, now.get(frontendKey(next)))], []))
        now.set(frontendKey(next), next)
      }
      const slots = (all: Map<string, string>) => [...all].filter(([path]) => path.includes('-slot-')).map(([path, value]) => `${path.replace(/-slot-\d+/, '')} ${value}`).sort()
      const others = (all: Map<string, string>) => [...all.keys()].filter((path) => !path.includes('-slot-')).sort()
      const fresh = new Map<string, string>()
      play(fresh, new NftState(facts).apply([...now.values()].map((each) => step(each)), []))
      expect(others(held)).toEqual(others(fresh))
      expect(slots(held)).toEqual(slots(fresh))
    }), { seed: 4, numRuns: 300 })
  })
})

/** Runs a script's element commands the way the kernel does: an error for what is twice or not there. */
function play(held: Map<string, string>, script: string): void {
  for (const line of elements(script)) {
    const [, verb, set, list = ''] = /^(add|delete) element ip klio-test (\S+) \{ (.*) \}$/.exec(line)!
    for (const text of list.split(', ')) {
      const [key, value = ''] = text.split(' : ')
      const path = `${set} ${key}`
      if (verb === 'delete') expect(held.delete(path)).toBe(true)
      else {
        expect(held.has(path)).toBe(false)
        held.set(path, value)
      }
    }
  }
}

describe('slots', () => {
  test.each<[string, string, string]>([
    ['', 'a b', 'a b'],
    ['a b c', 'a b c', 'a b c'],
    ['a b c', 'a c', 'a c'],
    ['a b c', 'b c', 'c b'],
    ['a b', 'a b c', 'a b c'],
    ['a b', 'c d', 'c d'],
    ['a b c', 'c', 'c'],
    ['a b c', '', ''],
  ])('%s then %s: %s', (before, now, expected) => {
    const words = (text: string) => (text === '' ? [] : text.split(' '))
    expect(arrangeSlots(words(before), words(now))).toEqual(words(expected))
  })
})

describe('the rule book', () => {
  const rules = (frontends: Frontend[], localAddresses: string[] = []) => ({ frontends, localAddresses })

  test('of two claims to an address the first by name has it, and the other follows', () => {
    const book = ruleBook()
    const [a, b] = [frontend({ service: 'default/a:' }), frontend({ service: 'default/b:' })]
    expect(book.put('default/b', rules([b])).map(({ after }) => after?.service)).toEqual(['default/b:'])
    expect(book.put('default/a', rules([a])).map(({ after }) => after?.service)).toEqual(['default/a:'])
    expect(book.put('default/b', rules([b]))).toEqual([])
    expect(book.put('default/a', undefined).map(({ after }) => after?.service)).toEqual(['default/b:'])
    expect(book.put('default/b', undefined).map(({ after }) => after)).toEqual([undefined])
    expect(book.rules.size).toBe(0)
  })

  test('what is built in stands until a Service claims it, and again after', () => {
    const builtIn = frontend({ service: 'built-in', targets: ['10.42.0.1:53'] })
    const book = ruleBook([builtIn])
    expect([...book.rules.values()]).toEqual([builtIn])
    expect(book.put('kube-system/kube-dns', rules([frontend()]))[0]!.after!.service).toBe('default/web:')
    expect(book.put('kube-system/kube-dns', undefined)[0]!.after).toEqual(builtIn)
  })

  test('local addresses are counted over Services', () => {
    const book = ruleBook()
    book.put('a', rules([], ['10.42.0.1', '10.42.0.2']))
    book.put('b', rules([], ['10.42.0.1']))
    book.put('a', rules([], ['10.42.0.2']))
    expect([...book.localAddresses()].sort()).toEqual(['10.42.0.1', '10.42.0.2'])
    book.put('b', undefined)
    expect([...book.localAddresses()]).toEqual(['10.42.0.2'])
  })
})
