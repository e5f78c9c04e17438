import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly privateKey: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
/** The authority outlives what it signs. */
const AUTHORITY_DAYS = 3650
const SERVING_DAYS = 365
/** Clocks of clients may run behind ours. */
const BACKDATE_MS = 3_600_000

/** A new certificate authority of a cluster. */
export async function makeAuthority(clusterName: string, now: number): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=klio ${clusterName}`,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), privateKey: await privatePem(keys.privateKey) }
}

/** A serving certificate for DNS names and addresses. */
export async function makeServing(
  authority: KeyPair,
  names: readonly string[],
  now: number,
): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const signingKey = await importPrivate(authority.privateKey)
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=klio-apiserver',
    issuer: issuer.subject,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + SERVING_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { certificate: certificate.toString('pem'), privateKey: await privatePem(keys.privateKey) }
}

const alternativeName = (name: string): x509.JsonGeneralName =>
  /^[0-9.]+$|:/.test(name) ? { type: 'ip', value: name } : { type: 'dns', value: name }

/** Key that signs service-account tokens, out of its PKCS#8 PEM. */
export async function signingKeys(
  privateKey: string,
): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey; keyId: string }> {
  const key = await importPrivate(privateKey)
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const publicJwk = { kty: jwk.kty!, crv: jwk.crv!, x: jwk.x!, y: jwk.y! }
  const publicKey = await crypto.subtle.importKey('jwk', publicJwk, ALGORITHM, true, ['verify'])
  const spki = await crypto.subtle.exportKey('spki', publicKey)
  const digest = await crypto.subtle.digest('SHA-256', spki)
  return { privateKey: key, publicKey, keyId: Buffer.from(digest).toString('base64url') }
}

/** A new private key as PKCS#8 PEM. */
export async function makeSigningKey(): Promise<string> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  return privatePem(keys.privateKey)
}

async function privatePem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function importPrivate(pem: string): Promise<CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  return crypto.subtle.importKey('pkcs8', der!, ALGORITHM, true, ['sign'])
}
