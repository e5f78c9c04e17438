import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Caller } from '../commands/request-context.ts'

/** Who a certificate names, and until when (milliseconds). */
export interface CertifiedCaller {
  readonly caller: Caller
  readonly endsAt: number
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/**
 * Who a connection's certificate names: its CN is the user, each O a group. Undefined when it has none; `wrong`
 * when it has one that the cluster's authority did not sign for clients, or that names nobody.
 * Source: apiserver authentication/request/x509 CommonNameUserConversion.
 */
export function certifiedCaller(socket: Socket | undefined): CertifiedCaller | 'wrong' | undefined {
  const tls = socket as Partial<TLSSocket> | undefined
  if (typeof tls?.getPeerCertificate !== 'function') return undefined
  const certificate = tls.getPeerCertificate()
  if (!certificate || Object.keys(certificate).length === 0) return undefined
  const { subject, ext_key_usage: usages = [], fingerprint256 = '', valid_to: until } = certificate
  const [name = ''] = listOf(subject?.CN)
  if (tls.authorized !== true || name === '' || !usages.includes(CLIENT_AUTH)) return 'wrong'
  const id = `X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`
  return {
    caller: {
      name,
      groups: [...listOf(subject?.O), 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [id] },
    },
    endsAt: Date.parse(until),
  }
}

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat())
