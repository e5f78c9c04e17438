/** What a record says, by type. Names are without their final dot. */
export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'PTR' | 'NS'; readonly target: string }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  | { readonly type: 'TXT'; readonly text: string }
  | {
      readonly type: 'SOA'
      readonly primary: string
      readonly mailbox: string
      readonly serial: number
      readonly refresh: number
      readonly retry: number
      readonly expire: number
      readonly minimum: number
    }

/** One resource record. Source: RFC 1035, RFC 2782 (SRV). */
export interface DnsRecord {
  readonly name: string
  readonly ttlSeconds: number
  readonly data: RecordData
}

/** What a reply says of the whole. Source: RFC 1035 4.1.1. */
export type ResponseCode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED'

/** What is answered. */
export interface Answer {
  readonly code: ResponseCode
  readonly authoritative: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

/** What is asked; the name as it was written, without its final dot. */
export interface Question {
  readonly name: string
  readonly type: string
}
