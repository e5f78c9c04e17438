import { decode } from 'dns-packet'
import { DNS_UDP_BYTES, DNS_UDP_BYTES_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { MessageWriter } from './message-writer.ts'
import type { Answer, DnsRecord, Question, ResponseCode } from './record.ts'

/** A query as it came. */
export interface Query {
  readonly id: number
  readonly question: Question
  /** Number of the question's type: dns-packet has no name for some. */
  readonly typeCode: number
  /** Whether the client asks us to ask others. */
  readonly recursion: boolean
  /** Bytes that the client takes in one datagram; undefined without EDNS. */
  readonly udpBytes: number | undefined
}

/** Why a message gets no ordinary answer: no answer at all, or this code. */
export type BadQuery = { readonly id: number; readonly code: ResponseCode } | 'silence'

const HEADER_BYTES = 12

/** Reads a query. Replies and fragments get silence, so that two servers never answer each other for ever. */
export function readQuery(bytes: Uint8Array): Result<Query, BadQuery> {
  if (bytes.length < HEADER_BYTES || (bytes[2]! & 0x80) !== 0) return err('silence')
  const id = bytes[0]! * 256 + bytes[1]!
  if (((bytes[2]! >> 3) & 0xf) !== 0) return err({ id, code: 'NOTIMP' })
  try {
    const message = decode(bytes)
    const [question, ...more] = message.questions
    if (!question || more.length > 0) return err({ id, code: 'FORMERR' })
    if (question.class !== 'IN') return err({ id, code: 'REFUSED' })
    const typeCode = typeCodeOf(bytes)
    if (typeCode === undefined) return err({ id, code: 'FORMERR' })
    const edns = message.additionals.find(({ type }) => type === 'OPT')
    return ok({
      id,
      question: { name: question.name === '.' ? '' : question.name, type: question.type },
      typeCode,
      recursion: message.flag_rd,
      udpBytes: edns && Math.max(DNS_UDP_BYTES, edns.udpPayloadSize ?? 0),
    })
  } catch {
    return err({ id, code: 'FORMERR' })
  }
}

/** The type behind the first question's name; undefined when that name points elsewhere, which no client does. */
function typeCodeOf(bytes: Uint8Array): number | undefined {
  let at = HEADER_BYTES
  for (let length = bytes[at]!; length > 0; length = bytes[at]!) {
    if (length > 63) return undefined
    at += length + 1
  }
  return bytes[at + 1]! * 256 + bytes[at + 2]!
}

/** Bytes that one reply may have over UDP. Source: RFC 6891; above 1,232 fragments get lost. */
export const udpLimit = ({ udpBytes }: Query): number => Math.min(udpBytes ?? DNS_UDP_BYTES, DNS_UDP_BYTES_MAX)

/**
 * The reply's bytes. Answers that do not fit are left out and the reply is marked as cut, so that the
 * client asks again over TCP; additional records are left out silently. Source: RFC 1035 4.1, RFC 2181 9.
 */
export function writeReply(query: Query, answer: Answer, limitBytes: number): Buffer {
  const edns = query.udpBytes === undefined ? 0 : EDNS_BYTES
  const writer = new MessageWriter(limitBytes - edns)
  writer.question(query.question.name, query.typeCode)
  const answers = writeAll(writer, answer.answers)
  const authorities = answers.cut ? NONE : writeAll(writer, answer.authorities)
  const additionals = answers.cut || authorities.cut ? NONE : writeAll(writer, answer.additionals)
  if (edns > 0) writer.edns(DNS_UDP_BYTES_MAX)
  return writer.finish({
    id: query.id,
    code: answer.code,
    authoritative: answer.authoritative,
    cut: answers.cut || authorities.cut,
    recursion: query.recursion,
    counts: [answers.count, authorities.count, additionals.count + (edns > 0 ? 1 : 0)],
  })
}

/** A reply to what could not be read: the header alone. */
export function writeRefusal(id: number, code: ResponseCode): Buffer {
  const writer = new MessageWriter(HEADER_BYTES)
  return writer.finish({ id, code, authoritative: false, cut: false, recursion: false, counts: [0, 0, 0] })
}

const EDNS_BYTES = 11
const NONE = { count: 0, cut: false }

function writeAll(writer: MessageWriter, records: readonly DnsRecord[]): { count: number; cut: boolean } {
  let count = 0
  for (const record of records) {
    if (!writer.record(record)) return { count, cut: true }
    count++
  }
  return { count, cut: false }
}

/** Records of another server's reply that an alias leads to; others and broken replies give none. */
export function addressRecords(reply: Uint8Array): DnsRecord[] {
  try {
    return decode(reply).answers.flatMap(({ name, type, ttl = 0, data }): DnsRecord[] => {
      if (typeof data !== 'string') return []
      if (type === 'A' || type === 'AAAA') return [{ name, ttlSeconds: ttl, data: { type, address: data } }]
      return type === 'CNAME' ? [{ name, ttlSeconds: ttl, data: { type, target: data } }] : []
    })
  } catch {
    return []
  }
}
