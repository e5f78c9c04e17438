import { describe, expect, test } from 'bun:test'
import { expand } from '../../../src/node/kubelet/expansion.ts'
import { fieldValue, formatMap, resourceValue } from '../../../src/node/kubelet/field-value.ts'
import { planEnv, type Sources } from '../../../src/node/kubelet/plan-env.ts'
import { serviceEnv } from '../../../src/node/kubelet/service-env.ts'
import type { Container, EnvVar, Service } from '../../../src/resources/generated/core.gen.ts'
import { container, pod } from '../support/pods.ts'

const base64 = (s: string) => Buffer.from(s).toString('base64')
const sources: Sources = {
  podIps: ['10.1.0.2'], hostIps: ['192.0.2.1'], allocatable: { cpu: '2', memory: '1Gi' },
  configMap: (_, name) => name === 'cm' ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { k: 'v', k2: 'v2' } } : undefined,
  secret: (_, name) => name === 's' ? { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { k: base64('hidden') } } : undefined,
  services: () => [],
  volumeFile: (volume, path) => volume === 'v' && path === 'env' ? "# c\nA=1\nB='two'\n" : undefined,
}

describe('expand', () => {
  const rows: [string, string][] = [
    ['plain', 'plain'], ['$(A)', 'a'], ['$(A)$(A)', 'aa'], ['x$(A)y', 'xay'], ['$(NOPE)', '$(NOPE)'], ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'], ['$$$$(A)', '$$(A)'], ['$(A', '$(A'], ['$A', '$A'], ['end$', 'end$'], ['$()', '$()'], ['$(E)', ''], ['$$', '$'],
    ['$((A))', '$((A))'],
  ]
  const known: Record<string, string> = { A: 'a', E: '' }
  for (const [text, wanted] of rows) test(text, () => expect(expand(text, (n) => known[n])).toBe(wanted))
})

describe('fieldRef', () => {
  const p = pod({ nodeName: 'n', serviceAccountName: 'sa' }, { labels: { b: '2', a: '1' }, annotations: { 'x/y': 'l1\n"q"' } })
  const rows: [string, string][] = [
    ['metadata.name', 'p'], ['metadata.namespace', 'ns'], ['metadata.uid', 'u'], ['spec.nodeName', 'n'], ['spec.serviceAccountName', 'sa'],
    ['status.podIP', '10.1.0.2'], ['status.podIPs', '10.1.0.2'], ['status.hostIP', '192.0.2.1'], ['status.hostIPs', '192.0.2.1'],
    ["metadata.labels['a']", '1'], ["metadata.annotations['x/y']", 'l1\n"q"'], ["metadata.labels['none']", ''],
    ['metadata.labels', 'a="1"\nb="2"'], ['metadata.annotations', 'x/y="l1\\n\\"q\\""'],
  ]
  for (const [path, wanted] of rows) {
    test(path, () => expect(fieldValue({ fieldPath: path }, p, sources)).toEqual({ ok: true, value: wanted }))
  }
  test('unknown', () => expect(fieldValue({ fieldPath: 'spec.x' }, p, sources)).toEqual({ ok: false, error: 'unsupported fieldPath: spec.x' }))
  test('an empty map', () => expect(formatMap({})).toBe(''))
})

describe('resourceFieldRef', () => {
  const c = container('c', { resources: { limits: { cpu: '1500m', memory: '64Mi', 'ephemeral-storage': '1Gi' }, requests: { cpu: '250m' } } })
  const rows: [string, string | undefined, string][] = [
    ['limits.cpu', undefined, '2'], ['limits.cpu', '1m', '1500'], ['limits.memory', undefined, '67108864'], ['limits.memory', '1Mi', '64'],
    ['requests.cpu', '1m', '250'], ['requests.memory', undefined, '0'], ['limits.ephemeral-storage', '1Mi', '1024'], ['limits.cpu', '0', '2'],
  ]
  for (const [resource, divisor, wanted] of rows) {
    test(`${resource} / ${divisor}`, () =>
      expect(resourceValue({ resource, ...(divisor && { divisor }) }, pod({ containers: [c] }), c, {})).toEqual({ ok: true, value: wanted }))
  }
  test('a limit that is not set is what the node has', () =>
    expect(resourceValue({ resource: 'limits.memory', divisor: '1Mi' }, pod(), container('c'), { memory: '1Gi' })).toEqual({ ok: true, value: '1024' }))
  test('of another container', () =>
    expect(resourceValue({ resource: 'limits.cpu', containerName: 'd' }, pod({ containers: [c, container('d', { resources: { limits: { cpu: '3' } } })] }), c, {})).toEqual({ ok: true, value: '3' }))
  test('unknown', () => expect(resourceValue({ resource: 'limits.gpu' }, pod(), c, {}).ok).toBe(false))
})

describe('variables of services', () => {
  const service = (name: string, namespace: string, clusterIP: string, ports: object[]): Service =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { clusterIP, ports: ports as [] } })
  const list = [
    service('kubernetes', 'default', '10.0.0.1', [{ name: 'https', port: 443 }]),
    service('my-db', 'ns', '10.0.0.2', [{ port: 80 }, { name: 'q-p', port: 53, protocol: 'UDP' }]),
    service('headless', 'ns', 'None', [{ port: 80 }]), service('other', 'elsewhere', '10.0.0.3', [{ port: 80 }]),
  ]
  test('with links', () => expect(Object.fromEntries(serviceEnv(list, 'ns', true))).toMatchObject({
    KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443', KUBERNETES_SERVICE_PORT_HTTPS: '443',
    KUBERNETES_PORT: 'tcp://10.0.0.1:443', MY_DB_SERVICE_HOST: '10.0.0.2', MY_DB_SERVICE_PORT: '80', MY_DB_SERVICE_PORT_Q_P: '53',
    MY_DB_PORT: 'tcp://10.0.0.2:80', MY_DB_PORT_53_UDP: 'udp://10.0.0.2:53', MY_DB_PORT_53_UDP_PROTO: 'udp', MY_DB_PORT_53_UDP_PORT: '53', MY_DB_PORT_53_UDP_ADDR: '10.0.0.2',
  }))
  test('others are left out', () => expect([...serviceEnv(list, 'ns', true).keys()].some((k) => /OTHER|HEADLESS/.test(k))).toBe(false))
  test('without links only kubernetes', () => expect([...serviceEnv(list, 'ns', false).keys()].every((k) => k.startsWith('KUBERNETES_'))).toBe(true))
})

describe('planEnv', () => {
  const env = (c: Partial<Container>) => {
    const planned = planEnv(pod({ enableServiceLinks: false }), container('c', c), sources)
    return planned.ok ? Object.fromEntries(planned.value) : planned.error
  }
  const one = (v: Omit<EnvVar, 'name'>) => env({ env: [{ name: 'X', ...v }] })
  const rows: [string, object | string, object | string][] = [
    ['value', one({ value: 'v' }), { X: 'v' }],
    ['empty', one({}), { X: '' }],
    ['configMap key', one({ valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }), { X: 'v' }],
    ['configMap without the key', one({ valueFrom: { configMapKeyRef: { name: 'cm', key: 'z' } } }), "couldn't find key z in ConfigMap ns/cm"],
    ['no configMap', one({ valueFrom: { configMapKeyRef: { name: 'no', key: 'z' } } }), 'configmap "no" not found'],
    ['optional', one({ valueFrom: { configMapKeyRef: { name: 'no', key: 'z', optional: true } } }), {}],
    ['secret key', one({ valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }), { X: 'hidden' }],
    ['secret without the key', one({ valueFrom: { secretKeyRef: { name: 's', key: 'z' } } }), "couldn't find key z in Secret ns/s"],
    ['no secret', one({ valueFrom: { secretKeyRef: { name: 'no', key: 'z' } } }), 'secret "no" not found'],
    ['a file', one({ valueFrom: { fileKeyRef: { volumeName: 'v', path: 'env', key: 'B' } } }), { X: 'two' }],
    ['a file without the key', one({ valueFrom: { fileKeyRef: { volumeName: 'v', path: 'env', key: 'C' } } }), 'environment variable key "C" not found in file "env"'],
    ['envFrom with a prefix', env({ envFrom: [{ prefix: 'P_', configMapRef: { name: 'cm' } }, { secretRef: { name: 's' } }] }), { P_k: 'v', P_k2: 'v2', k: 'hidden' }],
    ['envFrom without its source', env({ envFrom: [{ secretRef: { name: 'no' } }] }), 'secret "no" not found'],
    ['envFrom optional', env({ envFrom: [{ secretRef: { name: 'no', optional: true } }] }), {}],
    ['env over envFrom, expansion sees both', env({ envFrom: [{ configMapRef: { name: 'cm' } }], env: [{ name: 'k', value: 'new' }, { name: 'Y', value: '$(k)-$(k2)-$(Z)' }] }), { k: 'new', k2: 'v2', Y: 'new-v2-$(Z)' }],
    ['a later variable is not seen earlier', env({ env: [{ name: 'A', value: '$(B)' }, { name: 'B', value: 'b' }] }), { A: '$(B)', B: 'b' }],
  ]
  for (const [name, given, wanted] of rows) test(name, () => expect(given).toEqual(wanted))
})
