import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { makeAuthority } from '../../src/api/certificates.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import { testApi, type Answer, type TestApi } from '../support/api.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } as const
const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function pkcs10(name: string, algorithm: typeof ECDSA | typeof RSA = ECDSA): Promise<string> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })
  return `${request.toString('pem')}\n`
}

/** The request with one byte of its signature changed. */
function spoilt(pem: string): string {
  const der = Buffer.from(pem.replace(/-----[^\n]*/g, '').replace(/\s/g, ''), 'base64')
  der[der.length - 2] = der[der.length - 2]! ^ 1
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
}

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const BUNDLES = '/apis/certificates.k8s.io/v1/clustertrustbundles'

let api: TestApi
let pem = ''
let authority = ''
beforeAll(async () => {
  api = await testApi()
  pem = await pkcs10('CN=tester, O=system:masters')
  authority = (await makeAuthority('other', Date.now())).certificate
})
afterAll(() => api.close())

const request = (name: string, spec: object = {}): object => ({
  apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name },
  spec: { request: base64(pem), signerName: 'example.com/s', usages: ['client auth'], ...spec },
})
const create = (name: string, spec: object = {}) => api.call('POST', PATH, request(name, spec))
const part = (name: string, subresource: string, patch: object, as?: string): Promise<Answer> =>
  api.call('PATCH', `${PATH}/${name}/${subresource}`, patch, as === undefined ? {} : { headers: { 'impersonate-user': as } })
const condition = (type: string, more: object = {}) => ({ status: { conditions: [{ type, status: 'True', ...more }] } })
const messageOf = ({ code, json }: Answer): string => `${code} ${String(json['message'])}`

/** Rights for one user, by a role of his own. */
async function grant(user: string, rules: object[]): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const metadata = { name: `for-${user}` }
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  await api.call('POST', `${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata, rules })
  await api.call('POST', `${rbac}/clusterrolebindings`, {
    apiVersion, kind: 'ClusterRoleBinding', metadata, subjects: [{ kind: 'User', name: user }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
  })
}

describe('a request for a certificate', () => {
  test('is of who sent it, whatever it says', async () => {
    const answer = await create('mine', { username: 'eve', groups: ['x'], uid: 'y', extra: { a: ['b'] } })
    expect(answer.code).toBe(201)
    expect(answer.json['spec']).toMatchObject({ username: 'admin', groups: ['system:masters', 'system:authenticated'] })
    expect(answer.json['spec']).not.toHaveProperty('uid')
    expect(answer.json['status'] ?? {}).toEqual({})
  })

  test.each<[string, () => Promise<object> | object, string]>([
    ['no PEM', () => ({ request: base64('x') }), 'PEM block type must be CERTIFICATE REQUEST'],
    ['another block', () => ({ request: base64(authority) }), 'PEM block type must be CERTIFICATE REQUEST'],
    ['a spoilt signature', () => ({ request: base64(spoilt(pem)) }), 'x509: ECDSA verification failure'],
    ['a spoilt RSA signature', async () => ({ request: base64(spoilt(await pkcs10('CN=x', RSA))) }), 'crypto/rsa: verification error'],
    ['no usages', () => ({ usages: [] }), 'spec.usages: Required value'],
    ['an unknown usage', () => ({ usages: ['x'] }), 'spec.usages[0]: Unsupported value: "x": supported values: "any", "cert sign", '],
    ['a usage twice', () => ({ usages: ['any', 'any'] }), 'spec.usages[1]: Duplicate value: "any"'],
    ['the legacy signer', () => ({ signerName: 'kubernetes.io/legacy-unknown' }), 'the legacy signerName is not allowed via this API version'],
    ['a moment', () => ({ expirationSeconds: 599 }), 'may not specify a duration less than 600 seconds (10 minutes)'],
    ['masters of the client signer', () => ({ signerName: 'kubernetes.io/kube-apiserver-client' }), 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'],
  ])('%s is refused', async (_, spec, message) => {
    expect(messageOf(await create('wrong', await spec()))).toContain(message)
  })

  test('of an RSA key is as good', async () => {
    expect((await create('rsa', { request: base64(await pkcs10('CN=x', RSA)) })).code).toBe(201)
  })

  test('is approved on its own path, once and for all, and gets its times', async () => {
    await create('approved')
    const answer = await part('approved', 'approval', condition('Approved', { reason: 'r' }))
    expect(answer.code).toBe(200)
    const [first] = (answer.json['status'] as JsonObject)['conditions'] as JsonObject[]
    expect(first?.['lastUpdateTime']).toBeString()
    expect(first?.['lastTransitionTime']).toBe(first?.['lastUpdateTime'])
    expect(messageOf(await part('approved', 'approval', { status: { conditions: [] } }))).toContain(
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    )
    const both = { status: { conditions: [first!, { type: 'Denied', status: 'True' }] } }
    expect(messageOf(await part('approved', 'approval', both))).toContain('Approved and Denied conditions are mutually exclusive')
    const table = await api.call('GET', `${PATH}/approved`, undefined, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } })
    expect(((table.json['rows'] as JsonObject[])[0]!['cells'] as string[]).at(-1)).toBe('Approved')
  })

  test('is signed on the status, which cannot approve it', async () => {
    await create('signed')
    expect(messageOf(await part('signed', 'status', condition('Approved')))).toContain(
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    )
    expect(messageOf(await part('signed', 'status', { status: { certificate: base64('x') } }))).toContain(
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    )
    const signed = await part('signed', 'status', { status: { certificate: base64(authority) } })
    expect(signed.code).toBe(200)
    const other = base64((await makeAuthority('third', Date.now())).certificate)
    expect(messageOf(await part('signed', 'status', { status: { certificate: other } }))).toContain(
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    )
    const kept = await part('signed', 'approval', { status: { certificate: other } })
    expect((kept.json['status'] as JsonObject)['certificate']).toBe(base64(authority))
  })

  test('needs the signer\'s right beside the path\'s', async () => {
    await create('guarded')
    const both = ['certificatesigningrequests/approval', 'certificatesigningrequests/status']
    await grant('path', [{ verbs: ['patch'], apiGroups: ['certificates.k8s.io'], resources: both }])
    await grant('domain', [
      { verbs: ['patch'], apiGroups: ['certificates.k8s.io'], resources: both },
      { verbs: ['approve', 'sign'], apiGroups: ['certificates.k8s.io'], resources: ['signers'], resourceNames: ['example.com/*'] },
    ])
    expect(messageOf(await part('guarded', 'approval', condition('Approved'), 'path'))).toBe(
      '403 certificatesigningrequests.certificates.k8s.io "guarded" is forbidden: user not permitted to approve requests with signerName "example.com/s"',
    )
    expect(messageOf(await part('guarded', 'status', condition('Failed'), 'path'))).toBe(
      '403 certificatesigningrequests.certificates.k8s.io "guarded" is forbidden: user not permitted to sign requests with signerName "example.com/s"',
    )
    expect((await part('guarded', 'approval', condition('Approved'), 'domain')).code).toBe(200)
    expect((await part('guarded', 'status', { status: { certificate: base64(authority) } }, 'domain')).code).toBe(200)
  })

  test('is found by its signer', async () => {
    const found = await api.call('GET', `${PATH}?fieldSelector=spec.signerName%3Dexample.com%2Fs`)
    expect((found.json['items'] as unknown[]).length).toBeGreaterThan(2)
    const none = await api.call('GET', `${PATH}?fieldSelector=spec.signerName%3Dexample.com%2Fother`)
    expect(none.json['items']).toEqual([])
  })
})

describe('a bundle of trust', () => {
  const bundle = (name: string, signerName: string | undefined, trustBundle: string): object => ({
    apiVersion: 'certificates.k8s.io/v1', kind: 'ClusterTrustBundle', metadata: { name },
    spec: { ...(signerName && { signerName }), trustBundle },
  })

  test.each<[string, string | undefined, () => string, string]>([
    ['plain', undefined, () => authority, '201 undefined'],
    ['example.com:s:one', 'example.com/s', () => `text\n${authority}`, '201 undefined'],
    ['a:b', undefined, () => authority, 'ClusterTrustBundle without signer name must not have ":" in its name'],
    ['one', 'example.com/s', () => authority, 'ClusterTrustBundle for signerName example.com/s must be named with prefix example.com:s:'],
    ['empty', undefined, () => 'x', 'spec.trustBundle: Invalid value: "<value omitted>": at least one trust anchor must be provided'],
    ['twice', undefined, () => `${authority}\n${authority}`, 'duplicate trust anchor (indices [0 1])'],
    ['other', undefined, () => pem, 'entry 0 has bad block type: CERTIFICATE REQUEST'],
    ['headers', undefined, () => authority.replace('-----\n', '-----\na: b\n\n'), 'entry 0 has PEM block headers'],
    ['damaged', undefined, () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'entry 0 does not parse as X.509'],
  ])('%s of %p', async (name, signer, text, message) => {
    expect(messageOf(await api.call('POST', BUNDLES, bundle(name, signer, text())))).toContain(message)
  })

  test('of a signer is made by who may attest', async () => {
    await grant('attester', [{ verbs: ['create'], apiGroups: ['certificates.k8s.io'], resources: ['clustertrustbundles'] }])
    const as = { headers: { 'impersonate-user': 'attester' } }
    expect(messageOf(await api.call('POST', BUNDLES, bundle('example.com:s:two', 'example.com/s', authority), as))).toBe(
      '403 clustertrustbundles.certificates.k8s.io "example.com:s:two" is forbidden: user not permitted to attest for signerName "example.com/s"',
    )
    expect((await api.call('POST', BUNDLES, bundle('mine', undefined, authority), as)).code).toBe(201)
  })
})
