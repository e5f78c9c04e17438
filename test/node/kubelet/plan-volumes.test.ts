import { describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAtomically } from '../../../src/node/kubelet/atomic-writer.ts'
import { planMounts } from '../../../src/node/kubelet/plan-mounts.ts'
import { fsUser, planVolume, tokenWishes, type VolumeSources } from '../../../src/node/kubelet/plan-volumes.ts'
import { subPathProblem } from '../../../src/node/kubelet/subpath.ts'
import type { Volume, VolumeMount } from '../../../src/resources/generated/core.gen.ts'
import { container, pod } from '../support/pods.ts'

const base64 = (s: string) => Buffer.from(s).toString('base64')
const sources: VolumeSources = {
  podIps: [], hostIps: [], allocatable: {}, services: () => [],
  configMap: (_, name) => name === 'cm' ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: '1', b: '2' }, binaryData: { bin: base64('\u0001') } } : undefined,
  secret: (_, name) => name === 's' ? { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { k: base64('v') } } : undefined,
  token: (_, { audience }) => (audience === 'late' ? undefined : `token-${audience ?? ''}`),
}

/** Files in words: `path=text mode [uid]`. */
function files(volume: Omit<Volume, 'name'>, p = pod()): string[] | string {
  const plan = planVolume(p, { name: 'v', ...volume }, sources)
  if (!plan.ok) return plan.error
  if (plan.value.kind !== 'files') return JSON.stringify(plan.value)
  return plan.value.files.map((f) => `${f.path}=${Buffer.from(f.bytes)} ${f.mode.toString(8)}${f.uid === undefined ? '' : ` ${f.uid}`}`)
}

describe('planVolume', () => {
  const run1000 = pod({ securityContext: { runAsUser: 1000 } })
  const rows: [string, string[] | string, string[] | string][] = [
    ['configMap, all keys', files({ configMap: { name: 'cm' } }), ['a=1 644', 'b=2 644', 'bin=\u0001 644']],
    ['items, modes', files({ configMap: { name: 'cm', defaultMode: 0o600, items: [{ key: 'a', path: 'd/x' }, { key: 'b', path: 'y', mode: 0o400 }] } }), ['d/x=1 600', 'y=2 400']],
    ['missing key', files({ configMap: { name: 'cm', items: [{ key: 'z', path: 'z' }] } }), 'references non-existent config key: z'],
    ['missing key, optional', files({ configMap: { name: 'cm', optional: true, items: [{ key: 'z', path: 'z' }] } }), []],
    ['missing', files({ configMap: { name: 'no' } }), 'configmap "no" not found'],
    ['missing, optional', files({ configMap: { name: 'no', optional: true } }), []],
    ['secret', files({ secret: { secretName: 's' } }), ['k=v 644']],
    ['secret, missing', files({ secret: { secretName: 'no' } }), 'secret "no" not found'],
    ['secret, missing key', files({ secret: { secretName: 's', items: [{ key: 'z', path: 'z' }] } }), 'references non-existent secret key: z'],
    ['downward', files({ downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' }, mode: 0o400 }] } }), ['n=p 400']],
    ['projected', files({ projected: { defaultMode: 0o640, sources: [{ configMap: { name: 'cm', items: [{ key: 'a', path: 'a' }] } }, { secret: { name: 's' } }, { serviceAccountToken: { path: 't', audience: 'x' } }] } }), ['a=1 640', 'k=v 640', 't=token-x 640']],
    ['a later source wins', files({ projected: { sources: [{ configMap: { name: 'cm', items: [{ key: 'a', path: 'k' }] } }, { secret: { name: 's' } }] } }), ['k=v 644']],
    ['a token belongs to the one user', files({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }, run1000), ['t=token- 600 1000']],
    ['a token with a group', files({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }, pod({ securityContext: { fsGroup: 5 } })), ['t=token- 600']],
    ['a token that is not there yet', files({ projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'late' } }] } }), 'failed to fetch token: it was not issued yet'],
    ['emptyDir', files({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }), '{"kind":"emptyDir","memory":true,"sizeBytes":1048576}'],
    ['hostPath', files({ hostPath: { path: '/x', type: 'File' } }), '{"kind":"hostPath","path":"/x","type":"File"}'],
    ['what this kubelet does not mount', files({ nfs: { server: 's', path: '/' } }), 'no volume plugin matched name: nfs'],
  ]
  for (const [name, given, wanted] of rows) test(name, () => expect(given).toEqual(wanted))

  test('token wishes', () => {
    const volumes = [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { secret: {} }] } }]
    expect(tokenWishes(pod({ volumes }))).toEqual([{ path: 't' }])
  })
  test('fsUser is the user of all containers or nobody', () => {
    expect(fsUser(run1000)).toBe(1000)
    expect(fsUser(pod({ securityContext: { runAsUser: 1 }, containers: [container('c'), container('d', { securityContext: { runAsUser: 2 } })] }))).toBeUndefined()
  })
})

describe('mounts', () => {
  const env = new Map([['A', 'a'], ['E', '']])
  const mounts = (m: Partial<VolumeMount>) => planMounts(container('c', { volumeMounts: [{ name: 'v', mountPath: '/m', ...m }] }), env)
  const sub = (m: Partial<VolumeMount>) => {
    const planned = mounts(m)
    return planned.ok ? planned.value[0]!.subPath : planned.error
  }
  test('subPathExpr', () => {
    expect(sub({ subPathExpr: '$(A)/x' })).toBe('a/x')
    expect(sub({ subPathExpr: '$(E)/$(Z)' })).toBe('missing value for E, Z')
    expect(sub({ subPath: 's' })).toBe('s')
  })
  test('propagation and read-only', () => {
    const planned = mounts({ readOnly: true, mountPropagation: 'Bidirectional', mountPath: 'rel' })
    expect(planned.ok && planned.value[0]).toMatchObject({ readOnly: true, propagation: 'rshared', target: '/rel' })
  })
  test('paths that are refused before anything is touched', () => {
    expect(subPathProblem('/abs')).toBe('error SubPath `/abs` must not be an absolute path')
    expect(subPathProblem('a/../b')).toBe("unable to provision SubPath `a/../b`: must not contain '..'")
    expect(subPathProblem('a..b/c')).toBeUndefined()
  })
})

describe('writeAtomically', () => {
  const file = (path: string, text: string, mode = 0o644) => ({ path, bytes: Buffer.from(text), mode })
  const dir = mkdtempSync(join(tmpdir(), 'klio-atomic-'))

  test('writes, leaves what is the same, swaps what changed, drops what is gone', () => {
    expect(writeAtomically(dir, [file('a', '1'), file('d/b', '2', 0o400)], undefined)).toBe(true)
    expect(readFileSync(join(dir, 'd/b'), 'utf8')).toBe('2')
    expect(statSync(join(dir, 'd/b')).mode & 0o777).toBe(0o400)
    expect(writeAtomically(dir, [file('a', '1'), file('d/b', '2', 0o400)], undefined)).toBe(false)
    expect(writeAtomically(dir, [file('a', 'new')], undefined)).toBe(true)
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('new')
    expect(existsSync(join(dir, 'd'))).toBe(false)
    expect(readdirSync(dir).filter((n) => n.startsWith('..klio_')).length).toBe(1)
    expect(writeAtomically(dir, [], undefined)).toBe(true)
    expect(readdirSync(dir).filter((n) => !n.startsWith('..'))).toEqual([])
    rmSync(dir, { recursive: true })
  })
})
