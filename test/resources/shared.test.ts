import { describe, expect, test } from 'bun:test'
import { cidrErrors, isWithin, parseCidr, subnetText } from '../../src/resources/cidr.ts'
import { equal } from '../../src/resources/equal.ts'
import { at, atKey, where, whereKey } from '../../src/resources/field-path.ts'
import { ipText, parseIp } from '../../src/resources/ip.ts'
import {
  addAmounts,
  amountsOf,
  lacking,
  quantitiesOf,
  sameQuantity,
} from '../../src/resources/resource-list.ts'
import { tolerates, untolerated } from '../../src/resources/taint.ts'
import { unifiedDiff } from '../../src/resources/unified-diff.ts'

test('a path is written as upstream writes it', () => {
  const path = at(at(at(undefined, 'spec'), 'containers'), 2)
  expect(where(path)).toBe('spec.containers[2]')
  expect(where(path, 'env', 0, 'name')).toBe('spec.containers[2].env[0].name')
  expect(whereKey(at(undefined, 'data'), 'a.b')).toBe('data[a.b]')
  expect(where(atKey(at(undefined, 'hard'), 'cpu'))).toBe('hard[cpu]')
})

test.each([
  [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, true],
  [{ a: undefined }, {}, true],
  [{ a: 1 }, { a: 2 }, false],
  [[1, 2], [2, 1], false],
])('equal %j %j', (a, b, want) => {
  expect(equal(a, b)).toBe(want)
})

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['010.0.0.1', '10.0.0.1'],
  ['FD00::0:1', 'fd00::1'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['10.0.0', undefined],
  ['::1::', undefined],
])('address %s', (text, want) => {
  const ip = parseIp(text)
  expect(ip && ipText(ip)).toBe(want)
})

describe('subnets', () => {
  test('are cut to their prefix', () => {
    expect(subnetText(parseCidr('10.1.2.3/8')!)).toBe('10.0.0.0/8')
    expect(subnetText(parseCidr('fd00:1::5/16')!)).toBe('fd00::/16')
    expect(parseCidr('10.0.0.0/33')).toBeUndefined()
  })

  test('lie in larger ones', () => {
    const whole = parseCidr('10.0.0.0/8')!
    expect(isWithin(parseCidr('10.1.0.0/16')!, whole)).toBe(true)
    expect(isWithin(parseCidr('11.0.0.0/16')!, whole)).toBe(false)
    expect(isWithin(parseCidr('fd00::/16')!, whole)).toBe(false)
  })

  test('that were there before are not judged again', () => {
    expect(cidrErrors('f', '010.0.0.0/8')).toHaveLength(1)
    expect(cidrErrors('f', '010.0.0.0/8', ['010.0.0.0/8'])).toEqual([])
  })
})

describe('amounts', () => {
  test('are counted in thousandths for cpu, in whole units for the rest', () => {
    expect(amountsOf(quantitiesOf({ cpu: '1500m', memory: '1Ki', pods: '3' }))).toEqual({
      cpu: 1500,
      memory: 1024,
      pods: 3,
    })
  })

  test('are added and compared', () => {
    const free = { cpu: 1000, memory: 10 }
    addAmounts(free, { cpu: 400 }, -1)
    expect(free).toEqual({ cpu: 600, memory: 10 })
    expect(lacking({ cpu: 601, memory: 10, 'x.io/gpu': 1 }, free)).toEqual(['cpu', 'x.io/gpu'])
    expect(lacking({ cpu: 0, 'x.io/gpu': 0 }, {})).toEqual([])
    expect(sameQuantity('1000m', '1')).toBe(true)
    expect(sameQuantity(undefined, '0')).toBe(true)
  })
})

describe('taints', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoSchedule' }
  test.each([
    [{ key: 'k', value: 'v', effect: 'NoSchedule' }, true],
    [{ key: 'k', value: 'v' }, true],
    [{ key: 'k', operator: 'Exists' }, true],
    [{ operator: 'Exists' }, true],
    [{ key: 'k', value: 'other' }, false],
    [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }, false],
  ])('%j', (toleration, want) => {
    expect(tolerates(toleration, taint)).toBe(want)
  })

  test('of other effects do not matter', () => {
    expect(untolerated([taint], [], ['NoExecute'])).toBeUndefined()
    expect(untolerated([taint], undefined, ['NoSchedule'])).toBe(taint)
  })
})

test('a difference names what was and what is', () => {
  const text = unifiedDiff({ a: 1, b: 2 }, { a: 1, b: 3 })
  expect(text).toContain('- "b": 2')
  expect(text).toContain('+ "b": 3')
})
