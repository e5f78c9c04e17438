import { describe, expect, test } from 'bun:test'
import { isHeld, parseAffinities } from '../../../src/node/proxy/affinity.ts'
import { isStale } from '../../../src/node/proxy/conntrack.ts'
import { inRange, isIpv4, parseRange, rangeText } from '../../../src/node/proxy/ipv4.ts'
import { attribute, attributes } from '../../../src/node/proxy/netlink.ts'
import type { Frontend } from '../../../src/node/proxy/rules.ts'

const frontend = (extra: Partial<Frontend> = {}): Frontend => ({
  service: 'default/web:', protocol: 'udp', address: '10.43.0.20', port: 53,
  targets: ['10.42.0.1:53'], refusal: 'reject', masquerade: 'off-pod', ...extra,
})

const LISTING = `table ip klio-x {
	map affinity {
		type ipv4_addr . ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
		size 262144
		flags dynamic,timeout
		elements = { 10.42.0.13 . 10.43.0.20 . tcp . 80 timeout 3h expires 2h59m59s776ms : 10.42.0.12 . 80,
			     192.168.77.2 . 192.168.77.1 . tcp . 30080 timeout 10s expires 9s : 10.42.0.11 . 8080 }
	}
}`

test('clients are read from what nftables lists', () => {
  expect(parseAffinities(LISTING)).toEqual([
    { key: '10.42.0.13 . 10.43.0.20 . tcp . 80', address: '10.43.0.20', protocol: 'tcp', port: 80, times: 'timeout 3h expires 2h59m59s776ms', target: '10.42.0.12:80' },
    { key: '192.168.77.2 . 192.168.77.1 . tcp . 30080', address: '192.168.77.1', protocol: 'tcp', port: 30080, times: 'timeout 10s expires 9s', target: '10.42.0.11:8080' },
  ])
  expect(parseAffinities('')).toEqual([])
})

test('a client is held by the frontend it came through, node ports included', () => {
  const [first, second] = parseAffinities(LISTING)
  const sticky = frontend({ protocol: 'tcp', affinitySeconds: 5, targets: ['10.42.0.12:80'], inside: ['10.42.0.11:8080'] })
  const of = (key: string, value: Frontend) => (asked: string) => (asked === key ? value : undefined)
  expect(isHeld(first!, of('tcp 10.43.0.20 80', sticky))).toBe(true)
  expect(isHeld(first!, of('tcp 10.43.0.20 80', { ...sticky, targets: [] }))).toBe(false)
  expect(isHeld(first!, of('tcp 10.43.0.20 80', { ...sticky, affinitySeconds: undefined }))).toBe(false)
  expect(isHeld(first!, of('tcp 10.43.0.21 80', sticky))).toBe(false)
  expect(isHeld(second!, of('tcp * 30080', sticky))).toBe(true)
})

describe('UDP flows', () => {
  const to = { address: '10.43.0.20', port: 53 }
  const changed = new Map([['udp 10.43.0.20 53', frontend()], ['udp * 30053', undefined]])
  const node = new Set(['192.168.77.1'])
  test.each([
    ['its endpoint still serves', to, '10.42.0.1:53', false],
    ['its endpoint is gone', to, '10.42.0.9:53', true],
    ['it began before there was an endpoint', to, '10.43.0.20:53', true],
    ['another address', { ...to, address: '10.43.0.21' }, '10.42.0.9:53', false],
    ['another port', { ...to, port: 54 }, '10.42.0.9:53', false],
    ['a node port that is gone', { address: '192.168.77.1', port: 30053 }, '10.42.0.1:53', true],
    ['the same port of another machine', { address: '8.8.8.8', port: 30053 }, '8.8.8.8:30053', false],
  ])('%s', (_name, flowTo, target, expected) => {
    const [address = '', port] = target.split(':')
    expect(isStale({ to: flowTo, from: { address, port: Number(port) } }, changed, node)).toBe(expected)
  })
})

test('attributes of netlink read back, nested ones too, and broken ones end the reading', () => {
  const inner = attribute(3, Buffer.from([7]))
  const bytes = Buffer.concat([attribute(1, Buffer.from('abcde')), attribute(2 | 0x8000, inner)])
  expect(attributes(bytes).get(1)!.toString()).toBe('abcde')
  expect(attributes(attributes(bytes).get(2)!).get(3)![0]).toBe(7)
  expect(attributes(Buffer.from([2, 0, 1, 0, 9]))).toEqual(new Map())
})

describe('ranges', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'], ['0.0.0.0/0', '0.0.0.0/0'], ['255.255.255.255/32', '255.255.255.255/32'],
    ['10.0.0.0', undefined], ['10.0.0.0/33', undefined], ['10.0.0/8', undefined], ['010.0.0.0/8', undefined], ['fd00::/8', undefined],
  ])('%s is %p', (text, expected) => {
    const range = parseRange(text)
    expect(range && rangeText(range)).toBe(expected as never)
  })

  test('membership and addresses', () => {
    expect(inRange(parseRange('10.43.0.0/16')!, '10.43.255.255')).toBe(true)
    expect(inRange(parseRange('10.43.0.0/16')!, '10.44.0.0')).toBe(false)
    expect(['1.2.3.4', '256.1.1.1', '01.2.3.4', '1.2.3', '1.2.3.4 }'].map(isIpv4)).toEqual([true, false, false, false, false])
  })
})
