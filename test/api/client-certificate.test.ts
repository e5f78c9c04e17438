import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { connect } from 'node:tls'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { makeAuthority, type KeyPair } from '../../src/api/certificates.ts'
import { sharedKeys, testApi, type TestApi } from '../support/api.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const CLIENT = '1.3.6.1.5.5.7.3.2'
const DAY_MS = 86_400_000

let api: TestApi
let port = 0
let authority: KeyPair
beforeAll(async () => {
  api = await testApi()
  authority = (await sharedKeys()).authority
  port = await freePort()
  await api.api.listen(port, '127.0.0.1', true)
})
afterAll(() => api.close())

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number }
      server.close(() => resolve(free))
    })
  })

/** A certificate of this subject, signed by the authority. */
async function signed(subject: string, by = authority, usage = CLIENT): Promise<KeyPair> {
  const keys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair
  const [der] = x509.PemConverter.decode(by.privateKey)
  const signingKey = await crypto.subtle.importKey('pkcs8', der!, ALGORITHM, true, ['sign'])
  const made = await x509.X509CertificateGenerator.create({
    subject, issuer: new x509.X509Certificate(by.certificate).subject, publicKey: keys.publicKey, signingKey,
    notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS), signingAlgorithm: ALGORITHM,
    extensions: [new x509.ExtendedKeyUsageExtension([usage])],
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: made.toString('pem'), privateKey: x509.PemConverter.encode(key, 'PRIVATE KEY') }
}

/** Status code and body of one request over a connection of its own. */
function ask(to: number, pair: KeyPair | undefined, path: string, token?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({
      host: '127.0.0.1', port: to, rejectUnauthorized: false,
      ...(pair && { cert: pair.certificate, key: pair.privateKey }),
    })
    socket.on('secureConnect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${token ? `authorization: Bearer ${token}\r\n` : ''}\r\n`),
    )
    socket.on('data', (bytes) => (text += String(bytes)))
    socket.on('error', reject)
    socket.on('close', () => resolve(`${text.split(' ')[1]} ${text.slice(text.indexOf('\r\n\r\n') + 4)}`))
  })
}

const PODS = '/api/v1/namespaces/default/pods'

describe('a client certificate', () => {
  test('of masters may all', async () => {
    expect(await ask(port, await signed('CN=boss, O=system:masters'), PODS)).toStartWith('200 ')
  })

  test('names its user, who has his own rights', async () => {
    expect(await ask(port, await signed('CN=bob, O=dev'), PODS)).toContain('User \\"bob\\" cannot list resource')
  })

  test('goes before a token', async () => {
    expect(await ask(port, await signed('CN=bob'), PODS, api.identity.adminToken)).toStartWith('403 ')
  })

  test('is not needed where there is a token', async () => {
    expect(await ask(port, undefined, PODS, api.identity.adminToken)).toStartWith('200 ')
  })

  test.each<[string, () => Promise<KeyPair | undefined>]>([
    ['none', async () => undefined],
    ['one of another authority', async () => signed('CN=boss, O=system:masters', await makeAuthority('other', Date.now()))],
    ['one for servers', () => signed('CN=boss, O=system:masters', authority, '1.3.6.1.5.5.7.3.1')],
    ['one that names nobody', () => signed('O=system:masters')],
  ])('%s is nobody', async (_, pair) => {
    expect(await ask(port, await pair(), PODS)).toStartWith('401 ')
  })

  test('counts on its own port alone', async () => {
    expect(await ask(api.port, await signed('CN=boss, O=system:masters'), PODS)).toStartWith('401 ')
  })
})
