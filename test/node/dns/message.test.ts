import { describe, expect, test } from 'bun:test'
import { decode } from 'dns-packet'
import { readQuery, udpLimit, writeReply, type Query } from '../../../src/node/dns/message.ts'
import type { Answer, DnsRecord, RecordData } from '../../../src/node/dns/record.ts'
import { queryBytes } from './query.ts'

const answerOf = (answers: DnsRecord[], extra: Partial<Answer> = {}): Answer => ({
  code: 'NOERROR', authoritative: true, answers, authorities: [], additionals: [], ...extra,
})
const record = (name: string, data: RecordData): DnsRecord => ({ name, ttlSeconds: 5, data })
const read = (bytes: Uint8Array): Query => {
  const query = readQuery(bytes)
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  return query.value
}

describe('reading', () => {
  test('a query with and without EDNS', () => {
    const plain = read(queryBytes('Web.default.svc.cluster.local', 'A'))
    expect(plain).toEqual({ id: 7, question: { name: 'Web.default.svc.cluster.local', type: 'A' }, typeCode: 1, recursion: true, udpBytes: undefined })
    expect(udpLimit(plain)).toBe(512)
    expect(udpLimit(read(queryBytes('a', 'SRV', { edns: 4096 })))).toBe(1232)
    expect(udpLimit(read(queryBytes('a', 'SRV', { edns: 100 })))).toBe(512)
    expect(read(queryBytes('', 'A')).question.name).toBe('')
  })

  test.each([
    ['too short', Buffer.alloc(5), 'silence'],
    ['a reply', ((b) => ((b[2] = 0x81), b))(queryBytes('a', 'A')), 'silence'],
    ['an update', ((b) => ((b[2] = 0x28), b))(queryBytes('a', 'A')), { id: 7, code: 'NOTIMP' }],
    ['cut off', queryBytes('abc', 'A').subarray(0, 15), { id: 7, code: 'FORMERR' }],
    ['two questions', ((b) => ((b[5] = 2), Buffer.concat([b, b.subarray(12)])))(queryBytes('a', 'A')), { id: 7, code: 'FORMERR' }],
    ['class CH', ((b) => ((b[b.length - 1] = 3), b))(queryBytes('a', 'A')), { id: 7, code: 'REFUSED' }],
    ['a name that points at itself', Buffer.concat([queryBytes('', 'A').subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), { id: 7, code: 'FORMERR' }],
  ])('%s', (_name, bytes, expected) => {
    const query = readQuery(bytes)
    expect(query.ok ? 'read' : query.error).toEqual(expected as never)
  })
})

describe('writing', () => {
  test('every kind of record reads back as it was', () => {
    const query = read(queryBytes('x.cluster.local', 'A', { edns: 1232 }))
    const datas: RecordData[] = [
      { type: 'A', address: '10.43.0.20' },
      { type: 'AAAA', address: 'fd00::1' },
      { type: 'CNAME', target: 'y.cluster.local' },
      { type: 'SRV', priority: 0, weight: 50, port: 80, target: 'web.cluster.local' },
      { type: 'TXT', text: '1.1.0' },
      { type: 'PTR', target: 'x.cluster.local' },
    ]
    const soa = record('cluster.local', { type: 'SOA', primary: 'ns.dns.cluster.local', mailbox: 'h.cluster.local', serial: 4294967295, refresh: 1, retry: 2, expire: 3, minimum: 5 })
    const reply = decode(writeReply(query, answerOf(datas.map((data) => record('x.cluster.local', data)), { authorities: [soa] }), 65535))
    expect(reply.id).toBe(7)
    expect(reply.answers.map(({ type, data }) => [type, data])).toEqual([
      ['A', '10.43.0.20'], ['AAAA', 'fd00::1'], ['CNAME', 'y.cluster.local'],
      ['SRV', { priority: 0, weight: 50, port: 80, target: 'web.cluster.local' }],
      ['TXT', [Buffer.from('1.1.0')]], ['PTR', 'x.cluster.local'],
    ] as never)
    expect(reply.answers.every(({ ttl }) => ttl === 5)).toBe(true)
    expect(reply.authorities[0]!.data).toMatchObject({ mname: 'ns.dns.cluster.local', serial: 4294967295, minimum: 5 })
    expect(reply.additionals[0]).toMatchObject({ type: 'OPT', udpPayloadSize: 1232 })
    expect(reply).toMatchObject({ flag_aa: true, flag_ra: true, flag_rd: true, flag_tc: false, rcode: 'NOERROR' })
  })

  test('512 bytes hold 29 addresses; more are cut and marked', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => record('db.default.svc.cluster.local', { type: 'A', address: `10.42.${i >> 8}.${i & 255}` }))
    const query = read(queryBytes('db.default.svc.cluster.local', 'A'))
    expect(decode(writeReply(query, answerOf(many(29)), 512))).toMatchObject({ flag_tc: false })
    const cut = writeReply(query, answerOf(many(60)), 512)
    expect(cut.length).toBeLessThanOrEqual(512)
    expect(decode(cut).flag_tc).toBe(true)
    expect(decode(cut).answers).toHaveLength(29)
    expect(decode(writeReply(query, answerOf(many(1000)), 65535)).answers).toHaveLength(1000)
  })

  test('a type without a name in dns-packet is echoed by its number', () => {
    const bytes = queryBytes('x.cluster.local', 'NAPTR')
    const reply = writeReply(read(bytes), answerOf([]), 512)
    expect(reply.subarray(12)).toEqual(bytes.subarray(12))
  })
})
