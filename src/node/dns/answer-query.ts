import { DNS_ALIASES_MAX, DNS_TCP_BYTES_MAX } from '../../base/limits.ts'
import type { Carrier } from './exchange.ts'
import type { Forwarder } from './forward.ts'
import { addressRecords, readQuery, udpLimit, writeRefusal, writeReply, type Query } from './message.ts'
import { planAnswer } from './plan-answer.ts'
import type { Answer, DnsRecord, ResponseCode } from './record.ts'
import type { Zone } from './zone.ts'

/** What answering needs. */
export interface Answering {
  readonly zone: Zone
  readonly forwarder: Forwarder
  /** Whether the zone is known; before, names of the cluster cannot be denied. */
  isSynced(): boolean
  /** Whether a query from this address must not be forwarded, because it would come back. */
  isUpstream(address: string): boolean
  /** Rises with each answer: addresses take turns at the first place. */
  turn(): number
}

/** The reply to one message, or undefined for silence. */
export async function answerQuery(
  bytes: Uint8Array,
  carrier: Carrier,
  from: string,
  answering: Answering,
): Promise<Buffer | undefined> {
  const read = readQuery(bytes)
  if (!read.ok) return read.error === 'silence' ? undefined : writeRefusal(read.error.id, read.error.code)
  const query = read.value
  const limit = carrier === 'udp' ? udpLimit(query) : DNS_TCP_BYTES_MAX
  const planned = planAnswer(query.question, answering.zone)
  const failure = (code: ResponseCode): Buffer => writeReply(query, failed(code), limit)
  if (planned.kind === 'forward') {
    if (answering.isUpstream(from)) return failure('SERVFAIL')
    return (await answering.forwarder.forward(bytes, carrier)) ?? failure('SERVFAIL')
  }
  if (!answering.isSynced()) return failure('SERVFAIL')
  if (planned.kind === 'answer') return writeReply(query, rotated(planned.answer, answering.turn()), limit)
  const rest = await followAlias(query, planned.target, from, answering)
  return writeReply(query, { ...planned.answer, answers: [...planned.answer.answers, ...rest] }, limit)
}

/** What an alias leads to: in the cluster, or by the machine's resolvers. Nothing found is no error. */
async function followAlias(query: Query, target: string, from: string, answering: Answering): Promise<DnsRecord[]> {
  const found: DnsRecord[] = []
  let name = target
  for (let i = 0; i < DNS_ALIASES_MAX; i++) {
    const planned = planAnswer({ ...query.question, name }, answering.zone)
    if (planned.kind === 'forward') {
      if (answering.isUpstream(from)) return found
      const asked = writeQuestion(query, name)
      const reply = await answering.forwarder.forward(asked, 'udp')
      return [...found, ...(reply ? addressRecords(reply) : [])]
    }
    found.push(...planned.answer.answers)
    if (planned.kind === 'answer') return found
    name = planned.target
  }
  return found
}

const QUERY_FLAGS = 0x0100

/** The same question about another name; a reply's first bytes without the mark of a reply. */
function writeQuestion(query: Query, name: string): Buffer {
  const question = { ...query, question: { ...query.question, name }, udpBytes: undefined }
  const bytes = writeReply(question, failed('NOERROR'), DNS_TCP_BYTES_MAX)
  bytes.writeUInt16BE(QUERY_FLAGS, 2)
  return bytes
}

const failed = (code: ResponseCode): Answer => ({
  code, authoritative: false, answers: [], authorities: [], additionals: [],
})

/** Clients that take the first address spread over all. */
function rotated(answer: Answer, turn: number): Answer {
  const { answers } = answer
  if (answers.length < 2) return answer
  const start = turn % answers.length
  return { ...answer, answers: [...answers.slice(start), ...answers.slice(0, start)] }
}
