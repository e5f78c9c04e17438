/** What klio uses of dns-packet 5.6, which carries no types: reading messages. */
declare module 'dns-packet' {
  interface Question {
    readonly name: string
    readonly type: string
    readonly class: string
  }
  interface Resource {
    readonly name: string
    readonly type: string
    readonly ttl?: number
    readonly data?: unknown
    readonly udpPayloadSize?: number
  }
  interface Message {
    readonly id: number
    readonly type: 'query' | 'response'
    readonly opcode: string
    readonly rcode: string
    readonly flag_tc: boolean
    readonly flag_rd: boolean
    readonly questions: readonly Question[]
    readonly answers: readonly Resource[]
    readonly authorities: readonly Resource[]
    readonly additionals: readonly Resource[]
  }
  export function decode(bytes: Uint8Array, offset?: number): Message
}
