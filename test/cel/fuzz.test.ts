import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expressionCost, checkExpression, evaluate, instantiate, newBudget } from '../../src/cel/program.ts'
import { schemaRules, selfValue } from '../../src/cel/schema-environment.ts'
import { showValue } from './show-value.ts'

const SEED = 20261128
const schema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' }, name: { type: 'string' }, names: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } }, port: { 'x-kubernetes-int-or-string': true },
    spec: { type: 'object', properties: { name: { type: 'string' } } }, when: { type: 'string', format: 'date-time' },
  },
}
const rules = schemaRules(schema, { root: true, name: 'fuzz', expressions: 'stored' })!
const self = selfValue(rules, {
  replicas: 3, name: 'web', names: ['a', 'b'], labels: { a: 'b' }, port: 'http', spec: { name: 'x' }, when: '2023-01-01T00:00:00Z',
})

/** A generator of numbers below a bound. Source: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** Every expression of the goldens. */
const corpus: string[] = readdirSync(join(import.meta.dir, '../golden/cel')).flatMap((file) =>
  JSON.parse(readFileSync(join(import.meta.dir, '../golden/cel', file), 'utf8')).flatMap(
    ({ cases }: { cases: { expr: string }[] }) => cases.map(({ expr }) => expr),
  ),
)
const PIECES = [
  'self', '.name', '.names', '.labels', '.spec', '.replicas', '(', ')', '[', ']', '{', '}', ',', ':', '?', '.', '&&', '||', '!', '-', '+', ' in ', '==', '<', '1', '"a"', 'x',
  'dyn(', '.all(x, ', '.map(x, ', '.exists(k, v, ', '.orValue(', '.?', '[?', 'optional.of(', 'null', 'true', "'\\", '\u{1F600}', '\0', '`', '0x', '1e', 'cel.bind(x, ', '.format([', '%s', '/', '%', '//', '\n',
]

/** An expression with pieces cut, doubled, moved or put in. */
function mutated(random: (below: number) => number): string {
  let text = corpus[random(corpus.length)]!
  for (let i = random(4); i >= 0; i--) {
    const [at, to] = [random(text.length + 1), random(text.length + 1)]
    const [from, end] = [Math.min(at, to), Math.max(at, to)]
    switch (random(4)) {
      case 0: text = text.slice(0, from) + text.slice(Math.min(end, from + 6)); break
      case 1: text = text.slice(0, at) + PIECES[random(PIECES.length)]! + text.slice(at); break
      case 2: text = text.slice(0, end) + text.slice(from, end) + text.slice(end); break
      default: text = text.slice(0, at) + corpus[random(corpus.length)]!.slice(0, random(30)) + text.slice(at)
    }
  }
  return text.slice(0, 2000)
}

const noise = (random: (below: number) => number): string =>
  Array.from({ length: random(60) }, () => (random(3) ? String.fromCharCode(random(0x110)) : PIECES[random(PIECES.length)]!)).join('')

/** Compiles and evaluates: the answer is a value or an error, and costs no more than its limit allows. */
function run(text: string): 'refused' | 'failed' | 'done' {
  const expression = checkExpression(text, rules.environment)
  if (!expression.ok) {
    expect(expression.error.errors.length).toBeGreaterThan(0)
    expect(expression.error.message).toStartWith('ERROR: <input>:')
    return 'refused'
  }
  const { min, max } = expressionCost(expression.value)
  expect(min <= max).toBe(true)
  const program = instantiate(expression.value)
  if (!program.ok) return 'failed'
  const budget = newBudget(20_000)
  const result = evaluate(program.value, { self, oldSelf: self }, budget)
  const again = evaluate(program.value, { self, oldSelf: self }, newBudget(20_000))
  const shown = (of: typeof result): string => (of.ok ? showValue(of.value) : of.error.message)
  expect(shown(again)).toBe(shown(result))
  return result.ok ? 'done' : 'failed'
}

describe('anything may be asked', () => {
  test('noise is refused', () => {
    const random = randomFrom(SEED)
    for (let i = 0; i < 600; i++) run(noise(random))
  })

  test('changed expressions are refused, fail or evaluate, twice the same', () => {
    const random = randomFrom(SEED + 1)
    const seen = { refused: 0, failed: 0, done: 0 }
    for (let i = 0; i < 2500; i++) seen[run(mutated(random))]++
    expect(seen.refused).toBeGreaterThan(500)
    expect(seen.done).toBeGreaterThan(50)
    expect(seen.failed).toBeGreaterThan(30)
  })

  test.each([
    ['(', 5000], ['[', 5000], ['-', 5000], ['!', 5000], ['a.', 3000], ['1+', 3000], ['{1:', 3000], ['f(', 3000], ['a?b:', 3000], ['"', 2001], ['a&&', 3000], ['[1].map(x, ', 300], ['a[', 3000],
  ])('%s many times over', (piece, count) => {
    run(piece.repeat(count))
    run(`${piece.repeat(count)}1`)
  })

  const doubled = (start: string, next: (name: string) => string, result: string): string =>
    Array.from({ length: 40 }).reduce<string>(
      (inner, _, i) => `optional.of(${i === 39 ? start : next(`x${38 - i}`)}).optMap(x${39 - i}, ${inner}).value()`,
      result,
    )
  test.each([
    ['texts', doubled("'abcdefgh'", (x) => `${x} + ${x}`, 'x39.size() > 0')],
    ['bytes', doubled("b'abcdefgh'", (x) => `${x} + ${x}`, 'x39.size() > 0')],
    ['lists', doubled('[1, 2]', (x) => `${x} + ${x}`, 'x39.size() > 0')],
    ['lists within lists', doubled('dyn([1, 2])', (x) => `dyn([${x}, ${x}])`, 'x39 == x39')],
    ['lists within lists, walked', doubled('dyn([1, 2])', (x) => `dyn([${x}, ${x}])`, 'x39.min() == 1')],
    ['lists within lists, as text', doubled('dyn([1, 2])', (x) => `dyn([${x}, ${x}])`, "'%s'.format([x39]) == ''")],
    ['lists within lists, flat', doubled('dyn([1, 2])', (x) => `dyn([${x}, ${x}])`, 'x39.flatten(100).size() > 0')],
    ['many items', 'lists.range(900000).distinct().size() > 0'],
    ['long joins', `lists.range(60000).map(x, '${'a'.repeat(1900)}').join().size() > 0`],
  ])('%s that double do not fill the memory', (_, text) => {
    expect(run(text)).toBe('failed')
  })

  test('a pattern that backtracks elsewhere ends here', () => {
    const text = `'${'a'.repeat(5000)}!'.matches('^(a+)+$')`
    expect(run(text)).toBe('done')
  })
})
