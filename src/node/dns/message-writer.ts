import { parseIp } from '../../resources/ip.ts'
import type { DnsRecord, RecordData, ResponseCode } from './record.ts'

const TYPES: Readonly<Record<RecordData['type'], number>> = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33,
}
const TYPE_OPT = 41
const CODES: Readonly<Record<ResponseCode, number>> = {
  NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5,
}
const CLASS_IN = 1
const HEADER_BYTES = 12
/** Offsets that a compression pointer can name. Source: RFC 1035 4.1.4. */
const POINTER_MAX = 0x3fff

/** What the header of a reply says. */
export interface ReplyHeader {
  readonly id: number
  readonly code: ResponseCode
  readonly authoritative: boolean
  readonly cut: boolean
  readonly recursion: boolean
  /** Answers, authorities, additionals. */
  readonly counts: readonly [number, number, number]
}

/**
 * Writes one reply within a limit. Names are compressed: 512 bytes hold 29 addresses instead of 9, which
 * matters to resolvers without TCP (musl before 1.2.4); dns-packet writes none.
 */
export class MessageWriter {
  #bytes = Buffer.alloc(512)
  #at = HEADER_BYTES
  #questions = 0
  readonly #limit: number
  readonly #names = new Map<string, number>()

  constructor(limitBytes: number) {
    this.#limit = limitBytes
  }

  question(name: string, typeCode: number): void {
    this.#name(name)
    this.#u16(typeCode)
    this.#u16(CLASS_IN)
    this.#questions = 1
  }

  /** False, with nothing written, when the record does not fit. */
  record({ name, ttlSeconds, data }: DnsRecord): boolean {
    const start = this.#at
    this.#name(name)
    this.#u16(TYPES[data.type])
    this.#u16(CLASS_IN)
    this.#u32(ttlSeconds)
    const length = this.#at
    this.#u16(0)
    this.#data(data)
    this.#bytes.writeUInt16BE(this.#at - length - 2, length)
    if (this.#at <= this.#limit) return true
    this.#at = start
    for (const [known, offset] of this.#names) if (offset >= start) this.#names.delete(known)
    return false
  }

  /** The pseudo record of EDNS0. Source: RFC 6891 6.1.2. */
  edns(udpBytes: number): void {
    this.#u8(0)
    this.#u16(TYPE_OPT)
    this.#u16(udpBytes)
    this.#u32(0)
    this.#u16(0)
  }

  finish({ id, code, authoritative, cut, recursion, counts }: ReplyHeader): Buffer {
    const flags = 0x8000 | (authoritative ? 0x0400 : 0) | (cut ? 0x0200 : 0) | (recursion ? 0x0100 : 0) | 0x0080
    this.#bytes.writeUInt16BE(id, 0)
    this.#bytes.writeUInt16BE(flags | CODES[code], 2)
    this.#bytes.writeUInt16BE(this.#questions, 4)
    counts.forEach((count, i) => this.#bytes.writeUInt16BE(count, 6 + 2 * i))
    return this.#bytes.subarray(0, this.#at)
  }

  #data(data: RecordData): void {
    switch (data.type) {
      case 'A':
      case 'AAAA':
        return (parseIp(data.address)?.bytes ?? []).forEach((byte) => this.#u8(byte))
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return this.#name(data.target)
      case 'SRV':
        this.#u16(data.priority)
        this.#u16(data.weight)
        this.#u16(data.port)
        // Targets of SRV are not compressed. Source: RFC 2782.
        return this.#name(data.target, false)
      case 'TXT':
        return this.#label(data.text)
      case 'SOA':
        this.#name(data.primary)
        this.#name(data.mailbox)
        for (const value of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) this.#u32(value)
    }
  }

  #name(name: string, compress = true): void {
    const labels = name === '' ? [] : name.split('.')
    for (let i = 0; i < labels.length; i++) {
      const rest = labels.slice(i).join('.').toLowerCase()
      const known = compress ? this.#names.get(rest) : undefined
      if (known !== undefined) return this.#u16(0xc000 | known)
      if (!this.#names.has(rest) && this.#at <= POINTER_MAX) this.#names.set(rest, this.#at)
      this.#label(labels[i]!)
    }
    this.#u8(0)
  }

  #label(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.#u8(bytes.length)
    this.#room(bytes.length)
    bytes.copy(this.#bytes, this.#at)
    this.#at += bytes.length
  }

  #u8(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  #u16(value: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16BE(value, this.#at)
  }

  #u32(value: number): void {
    this.#room(4)
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.alloc(this.#bytes.length * 2 + bytes)
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}
