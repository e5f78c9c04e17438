import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../commands/request-context.ts'
import { certifiedCaller, type CertifiedCaller } from './client-certificate.ts'
import type { ServiceAccountTokens } from './service-account-tokens.ts'

/** Tokens checked of late; a bound token may outlive its Pod by at most this long. */
const CHECKED_TOKENS_MAX = 5_000
const CHECKED_TOKEN_MS = 10_000

/** A token that is the same for the cluster's whole life, kept as its SHA-256. */
export interface StaticToken {
  readonly sha256: Buffer
  readonly caller: Caller
}

/** The token of a caller; only its hash is kept. */
export const staticToken = (token: string, caller: Caller): StaticToken => ({
  sha256: createHash('sha256').update(token).digest(),
  caller: { ...caller, groups: [...caller.groups, 'system:authenticated'] },
})

/** Who nobody is: only health and version are open to it. */
export const ANONYMOUS: Caller = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Tells who presents a bearer token: the cluster's own tokens first, then service-account tokens. */
export class Authenticator {
  readonly #static: readonly StaticToken[]
  readonly #accounts: ServiceAccountTokens
  readonly #certified = new WeakMap<Socket, CertifiedCaller | 'wrong' | 'none'>()
  readonly #checked = new LRUCache<string, Caller>({ max: CHECKED_TOKENS_MAX, ttl: CHECKED_TOKEN_MS })

  constructor(tokens: readonly StaticToken[], accounts: ServiceAccountTokens) {
    this.#static = tokens
    this.#accounts = accounts
  }

  /** Undefined when the credential is wrong; ANONYMOUS when there is none. A good certificate goes before a token. */
  async authenticate(authorization: string | undefined, socket?: Socket): Promise<Caller | undefined> {
    const certified = this.#ofCertificate(socket)
    if (certified && certified !== 'wrong') return certified
    if (authorization === undefined || authorization === '') return certified === 'wrong' ? undefined : ANONYMOUS
    if (!/^bearer /i.test(authorization)) return undefined
    const token = authorization.slice(7).trim()
    const known = this.#checked.get(token)
    if (known) return known
    const caller = this.#ofStatic(token) ?? (await this.#accounts.verify(token))?.caller
    if (caller) this.#checked.set(token, caller)
    return caller
  }

  /** A certificate is read once a connection; it may end while the connection lives. */
  #ofCertificate(socket: Socket | undefined): Caller | 'wrong' | undefined {
    if (!socket) return undefined
    let known = this.#certified.get(socket)
    if (known === undefined) this.#certified.set(socket, (known = certifiedCaller(socket) ?? 'none'))
    if (known === 'none') return undefined
    return known === 'wrong' || known.endsAt < Date.now() ? 'wrong' : known.caller
  }

  /** Every token is compared whole, in constant time. */
  #ofStatic(token: string): Caller | undefined {
    const digest = createHash('sha256').update(token).digest()
    let caller: Caller | undefined
    for (const candidate of this.#static)
      if (timingSafeEqual(candidate.sha256, digest)) caller = candidate.caller
    return caller
  }
}
