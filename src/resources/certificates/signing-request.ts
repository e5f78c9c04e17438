import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { err, ok, type Result } from '../../base/result.ts'
import { derBits, derChildren, derOid, derValues, type DerValue } from './der.ts'
import { pemBlocks } from './pem-blocks.ts'

/** A PKCS#10 request, parsed. Source: RFC 2986. */
export interface SigningRequest {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly publicKey: KeyObject
  /** What the signature is over. */
  readonly info: Uint8Array
  readonly algorithm: string
  readonly signature: Uint8Array
}

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** Digests by signature algorithm, and what Go says of a signature that does not fit. */
const ALGORITHMS: Readonly<Record<string, readonly [digest: string | undefined, failure: string]>> = {
  '1.2.840.10045.4.3.2': ['sha256', 'x509: ECDSA verification failure'],
  '1.2.840.10045.4.3.3': ['sha384', 'x509: ECDSA verification failure'],
  '1.2.840.10045.4.3.4': ['sha512', 'x509: ECDSA verification failure'],
  '1.2.840.113549.1.1.11': ['sha256', 'crypto/rsa: verification error'],
  '1.2.840.113549.1.1.12': ['sha384', 'crypto/rsa: verification error'],
  '1.2.840.113549.1.1.13': ['sha512', 'crypto/rsa: verification error'],
  '1.3.101.112': [undefined, 'x509: Ed25519 verification failure'],
}

/** A request in PEM; the base64 of it is what the API carries. Source: pkg/apis/certificates ParseCSR. */
export function parseSigningRequest(base64: string): Result<SigningRequest, string> {
  const [block] = pemBlocks(Buffer.from(base64, 'base64').toString('latin1'))
  if (block?.type !== 'CERTIFICATE REQUEST') return err('PEM block type must be CERTIFICATE REQUEST')
  return parsePkcs10(block.bytes)
}

/** A request in DER. */
export function parsePkcs10(der: Uint8Array): Result<SigningRequest, string> {
  const [outer, ...rest] = derValues(der) ?? []
  const [info, algorithm, bits] = derChildren(outer) ?? []
  const [, subject, key] = derChildren(info) ?? []
  const signature = derBits(bits)
  const publicKey = key && keyOf(key.whole)
  const names = subject && attributesOf(subject)
  if (rest.length > 0 || !info || !algorithm || !signature || !publicKey || !names)
    return err('asn1: structure error: malformed certificate request')
  return ok({
    commonName: names.find(([oid]) => oid === COMMON_NAME)?.[1] ?? '',
    organizations: names.filter(([oid]) => oid === ORGANIZATION).map(([, text]) => text),
    publicKey, signature,
    info: info.whole,
    algorithm: derOid(derChildren(algorithm)?.[0]?.content ?? new Uint8Array()),
  })
}

/** What is wrong with a request's signature; undefined when who sent it holds the key. */
export function signatureProblem({ algorithm, info, signature, publicKey }: SigningRequest): string | undefined {
  const known = ALGORITHMS[algorithm]
  if (!known) return 'x509: cannot verify signature: algorithm unimplemented'
  const [digest, failure] = known
  try {
    return verify(digest, info, publicKey, signature) ? undefined : failure
  } catch {
    // The key is of another kind than the signature.
    return failure
  }
}

function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** Attributes of a name, `[oid, text]` in their order. */
function attributesOf(name: DerValue): (readonly [string, string])[] | undefined {
  const found: (readonly [string, string])[] = []
  for (const set of derChildren(name) ?? [])
    for (const attribute of derChildren(set) ?? []) {
      const [oid, text] = derChildren(attribute) ?? []
      if (!oid || !text) return undefined
      found.push([derOid(oid.content), new TextDecoder().decode(text.content)])
    }
  return found
}
