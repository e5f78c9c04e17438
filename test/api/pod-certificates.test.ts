import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { testApi, type Answer, type TestApi } from '../support/api.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const PATH = '/apis/certificates.k8s.io/v1/namespaces/default/podcertificaterequests'
const HOUR_MS = 3_600_000

let api: TestApi
let keys: CryptoKeyPair
let stub = ''
beforeAll(async () => {
  api = await testApi()
  keys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair
  stub = await requestOf(keys)
})
afterAll(() => api.close())

const requestOf = async (pair: CryptoKeyPair, algorithm: object = ALGORITHM): Promise<string> => {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ keys: pair, signingAlgorithm: algorithm as typeof ALGORITHM })
  return Buffer.from(request.rawData).toString('base64')
}

/** A certificate for the key, of these times. */
async function chain(from: number, to: number, pair = keys): Promise<string> {
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=pod', notBefore: new Date(from), notAfter: new Date(to), signingAlgorithm: ALGORITHM, keys: pair,
  })
  return `${made.toString('pem')}\n`
}

const create = (name: string, spec: object = {}): Promise<Answer> =>
  api.call('POST', PATH, {
    apiVersion: 'certificates.k8s.io/v1', kind: 'PodCertificateRequest', metadata: { name },
    spec: {
      signerName: 'example.com/s', podName: 'p', podUID: 'pu', serviceAccountName: 'sa', serviceAccountUID: 'su',
      nodeName: 'n', nodeUID: 'nu', stubPKCS10Request: stub, ...spec,
    },
  })
const shown = ({ code, json }: Answer): string => `${code} ${String(json['message'])}`
const condition = (type: string, status = 'True') => ({
  type, status, reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z',
})
const patch = (name: string, status: object, more = {}) => api.call('PATCH', `${PATH}/${name}/status`, { status }, more)
const second = (ms: number): number => Math.floor(ms / 1000) * 1000
const text = (ms: number): string => new Date(ms).toISOString().replace('.000', '')

describe('what a pod asks a certificate with', () => {
  test('has a day unless it says otherwise, and no status of its own', async () => {
    const answer = await create('plain')
    expect(answer.code).toBe(201)
    expect(answer.json['spec']).toMatchObject({ maxExpirationSeconds: 86_400 })
  })

  test.each<[string, () => object | Promise<object>, string]>([
    ['too long for Kubernetes', () => ({ signerName: 'kubernetes.io/s', maxExpirationSeconds: 86_401 }), 'must be in the range [3600, 86400]'],
    ['too long for anybody', () => ({ maxExpirationSeconds: 7_862_401 }), 'must be in the range [3600, 7862400]'],
    ['no uid', () => ({ podUID: '' }), 'spec.podUID: Invalid value: "": must not be empty'],
    ['no request', () => ({ stubPKCS10Request: '' }), 'spec: Invalid value: exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set'],
    ['a broken request', () => ({ stubPKCS10Request: 'AAAA' }), 'spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR'],
    ['a short RSA key', async () => {
      const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
      const pair = (await crypto.subtle.generateKey(rsa, true, ['sign', 'verify'])) as CryptoKeyPair
      return { stubPKCS10Request: await requestOf(pair, rsa) }
    }, 'spec.stubPKCS10Request: Invalid value: "2048-bit modulus": RSA keys must have modulus size 3072 or 4096'],
  ])('%s is refused', async (_, spec, message) => {
    expect(shown(await create('wrong', await spec()))).toContain(message)
  })

  test('does not change', async () => {
    await create('fixed')
    expect(shown(await api.call('PATCH', `${PATH}/fixed`, { spec: { podName: 'other' } }))).toContain('field is immutable')
  })
})

describe('its end', () => {
  const from = second(Date.now())
  const to = from + 2 * HOUR_MS
  const issued = async (over: object = {}) => ({
    conditions: [condition('Issued')], certificateChain: await chain(from, to),
    notBefore: text(from), notAfter: text(to), beginRefreshAt: text(from + HOUR_MS), ...over,
  })

  test('is a certificate for its key', async () => {
    await create('issued')
    expect(shown(await patch('issued', await issued()))).toBe('200 undefined')
    expect(shown(await patch('issued', { conditions: [condition('Issued'), condition('Failed')] }))).toContain('There may be at most one condition')
    expect(shown(await patch('issued', { beginRefreshAt: text(from + HOUR_MS + 1000) }))).toContain(
      'status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed',
    )
  })

  test('is a refusal, with nothing beside it', async () => {
    await create('denied')
    expect(shown(await patch('denied', { conditions: [condition('Denied')], notBefore: text(from) }))).toContain('non-condition status fields must be empty')
    expect(shown(await patch('denied', { conditions: [condition('Denied')] }))).toBe('200 undefined')
  })

  test.each<[string, () => Promise<object>, string]>([
    ['no state', async () => ({ notBefore: text(from) }), 'status is immutable unless transitioning to "Issued", "Denied", or "Failed"'],
    ['an unknown state', async () => ({ conditions: [condition('Lost')] }), 'status.conditions.[0].type: Unsupported value: "Lost"'],
    ['a state that is not so', async () => ({ conditions: [condition('Denied', 'False')] }), 'status.conditions.[0].status: Unsupported value: "False": supported values: "True"'],
    ['no certificate', () => issued({ certificateChain: '' }), 'issued certificate chain must contain at least one certificate'],
    ['no times', () => issued({ notBefore: null, notAfter: null, beginRefreshAt: null }), 'status.notAfter: Required value: must be present and consistent with the issued certificate'],
    ['another time', () => issued({ notAfter: text(to + 1000) }), 'must be set to the NotAfter time encoded in the leaf certificate'],
    ['an early refresh', () => issued({ beginRefreshAt: text(from + 60_000) }), 'must be at least 10 minutes after status.notBefore'],
    ['a late refresh', () => issued({ beginRefreshAt: text(to - 60_000) }), 'must be at least 10 minutes before status.notAfter'],
    ['a short life', async () => issued({ certificateChain: await chain(from, from + HOUR_MS / 2), notAfter: text(from + HOUR_MS / 2) }), 'Invalid value: "30m0s": leaf certificate lifetime must be >= 1 hour'],
    ['a long life', async () => issued({ certificateChain: await chain(from, from + 48 * HOUR_MS), notAfter: text(from + 48 * HOUR_MS) }), 'leaf certificate lifetime must be <= spec.maxExpirationSeconds (86400)'],
    ['an old one', async () => issued({ certificateChain: await chain(from - HOUR_MS, to), notBefore: text(from - HOUR_MS) }), "must be set to within 5 minutes of kube-apiserver's current time"],
    ['another key', async () => {
      const other = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair
      return issued({ certificateChain: await chain(from, to, other) })
    }, 'leaf certificate was not issued to the requested public key'],
  ])('%s is refused', async (_, status, message) => {
    await create('open')
    expect(shown(await patch('open', await status()))).toContain(message)
  })

  test('needs the right to sign for the signer', async () => {
    await create('guarded')
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const apiVersion = 'rbac.authorization.k8s.io/v1'
    const rules = [{ verbs: ['patch'], apiGroups: ['certificates.k8s.io'], resources: ['podcertificaterequests/status'] }]
    await api.call('POST', `${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata: { name: 'pcr' }, rules })
    await api.call('POST', `${rbac}/clusterrolebindings`, {
      apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'pcr' }, subjects: [{ kind: 'User', name: 'bob' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'pcr' },
    })
    const answer = await patch('guarded', { conditions: [condition('Denied')] }, { headers: { 'impersonate-user': 'bob' } })
    expect(shown(answer)).toContain('spec.signerName: Forbidden: User "bob" is not permitted to "sign" for signer "example.com/s"')
  })
})
