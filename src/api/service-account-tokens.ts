import { exportJWK, SignJWT, jwtVerify, type CryptoKey, type JWK } from 'jose'
import type { Caller } from '../commands/request-context.ts'
import { parseTime } from '../meta/timestamp.ts'
import type { View } from '../projections/view.ts'

/** What a token may be bound to besides its account. Source: authentication/v1 BoundObjectReference. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node'
  readonly name: string
  readonly uid: string
}

/** A token to make. */
export interface TokenWish {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
  readonly bound?: BoundObject
  readonly nodeName?: { name: string; uid: string }
  readonly now: number
}

/** Source: serviceaccount/claims.go, private claims under `kubernetes.io`. */
interface KubernetesClaim {
  namespace: string
  serviceaccount: Ref
  pod?: Ref
  secret?: Ref
  node?: Ref
}

interface Ref {
  readonly name: string
  readonly uid: string
}

/** A token outlives the deletion of what it is bound to by this. Source: go-jose jwt.DefaultLeeway. */
const DELETED_LEEWAY_MS = 60_000

/** Issuer of tokens and their first audience; reachable from Pods. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local'

const ALGORITHM = 'ES256'

/** Makes and checks service-account tokens: JWTs bound to the live account, and to a Pod when asked. */
export class ServiceAccountTokens {
  readonly #privateKey: CryptoKey
  readonly #publicKey: CryptoKey
  readonly #keyId: string
  readonly #view: View

  constructor(keys: { privateKey: CryptoKey; publicKey: CryptoKey; keyId: string }, view: View) {
    this.#privateKey = keys.privateKey
    this.#publicKey = keys.publicKey
    this.#keyId = keys.keyId
    this.#view = view
  }

  /** A signed token and when it ends, in milliseconds. */
  async make(wish: TokenWish): Promise<{ token: string; expiresAt: number }> {
    const claim: KubernetesClaim = {
      namespace: wish.namespace,
      serviceaccount: { name: wish.name, uid: wish.uid },
    }
    if (wish.bound) {
      const { name, uid } = wish.bound
      claim[wish.bound.kind.toLowerCase() as 'pod' | 'secret' | 'node'] = { name, uid }
    }
    if (wish.nodeName) claim.node = wish.nodeName
    const issued = Math.floor(wish.now / 1000)
    const token = await new SignJWT({ 'kubernetes.io': claim })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#keyId })
      .setIssuer(ISSUER)
      .setSubject(`system:serviceaccount:${wish.namespace}:${wish.name}`)
      .setAudience([...wish.audiences])
      .setIssuedAt(issued)
      .setNotBefore(issued)
      .setExpirationTime(issued + wish.expirationSeconds)
      .setJti(crypto.randomUUID())
      .sign(this.#privateKey)
    return { token, expiresAt: (issued + wish.expirationSeconds) * 1000 }
  }

  /** Who a token is, when it was signed here, has not ended and what it is bound to still lives. */
  async verify(
    token: string,
    audiences: readonly string[] = [ISSUER],
  ): Promise<{ caller: Caller; audiences: string[] } | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#publicKey, {
        issuer: ISSUER, audience: [...audiences], algorithms: [ALGORITHM],
      })
      const claim = payload['kubernetes.io'] as KubernetesClaim | undefined
      if (!claim || !this.#alive(claim, Date.now())) return undefined
      return { caller: callerOf(claim, payload.jti), audiences: [payload.aud ?? []].flat() }
    } catch {
      // jose throws for every wrong signature, form, audience and time: the credential is not valid.
      return undefined
    }
  }

  /** The public keys, as /openid/v1/jwks serves them. */
  async jwks(): Promise<{ keys: JWK[] }> {
    const jwk = await exportJWK(this.#publicKey)
    return { keys: [{ ...jwk, use: 'sig', alg: ALGORITHM, kid: this.#keyId }] }
  }

  /** Every object the token is bound to still lives; a Pod's node is only told. Source: serviceaccount/claims.go. */
  #alive({ namespace, serviceaccount, pod, secret, node }: KubernetesClaim, now: number): boolean {
    const lives = (resource: string, inside: string, ref: Ref | undefined): boolean => {
      if (!ref) return true
      const metadata = this.#view.get(resource, inside, ref.name)?.metadata
      if (metadata?.uid !== ref.uid) return false
      const gone = metadata.deletionTimestamp === undefined ? undefined : parseTime(metadata.deletionTimestamp)
      return gone === undefined || gone >= now - DELETED_LEEWAY_MS
    }
    return (
      lives('serviceaccounts', namespace, serviceaccount) &&
      lives('pods', namespace, pod) &&
      lives('secrets', namespace, secret) &&
      (pod !== undefined || lives('nodes', '', node))
    )
  }
}

function callerOf(claim: KubernetesClaim, tokenId: string | undefined): Caller {
  const { namespace, serviceaccount, pod, node } = claim
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      ...(pod && {
        'authentication.kubernetes.io/pod-name': [pod.name],
        'authentication.kubernetes.io/pod-uid': [pod.uid],
      }),
      ...(node && {
        'authentication.kubernetes.io/node-name': [node.name],
        'authentication.kubernetes.io/node-uid': [node.uid],
      }),
      ...(tokenId && { 'authentication.kubernetes.io/credential-id': [`JTI=${tokenId}`] }),
    },
  }
}
