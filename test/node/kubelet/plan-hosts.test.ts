import { describe, expect, test } from 'bun:test'
import { parseResolvConf, planHosts, planResolvConf } from '../../../src/node/kubelet/plan-hosts.ts'
import { isUnreachable, parseImage, pullPolicy, registryAuths } from '../../../src/node/kubelet/plan-image.ts'
import type { Pod, Secret } from '../../../src/resources/generated/core.gen.ts'
import { pod } from '../support/pods.ts'

describe('/etc/hosts', () => {
  test('managed', () => {
    const text = planHosts(pod({ hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] }), ['10.1.0.2'], '', 'c.l')
    expect(text).toBe(
      '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n' +
      'fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n10.1.0.2\tp\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n',
    )
  })
  test('with a domain', () => expect(planHosts(pod({ subdomain: 's' }), ['10.1.0.2'], '', 'c.l')).toContain('10.1.0.2\tp.s.ns.svc.c.l\tp\n'))
  test('of the host', () => expect(planHosts(pod({ hostNetwork: true }), [], '127.0.0.1 me\n', 'c.l')).toBe('# Kubernetes-managed hosts file (host network).\n127.0.0.1 me\n'))
})

describe('resolv.conf', () => {
  const host = parseResolvConf('# c\nnameserver 9.9.9.9\nsearch old\nsearch corp.example. .\noptions timeout:1\n')
  const text = (spec: Partial<Pod['spec']>) => planResolvConf(pod(spec), { clusterDomain: 'c.l', servers: ['10.96.0.10'], host }).text
  const cluster = 'search ns.svc.c.l svc.c.l c.l corp.example\nnameserver 10.96.0.10\noptions ndots:5\n'
  const own = 'search corp.example\nnameserver 9.9.9.9\noptions timeout:1\n'
  const rows: [string, Partial<Pod['spec']>, string][] = [
    ['the default', {}, cluster],
    ['Default', { dnsPolicy: 'Default' }, own],
    ['ClusterFirst on the host network', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, own],
    ['ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, cluster],
    ['None', { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } }, 'search x\nnameserver 1.1.1.1\noptions ndots:2 edns0\n'],
    ['merged', { dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x', 'c.l'], options: [{ name: 'ndots', value: '2' }] } }, 'search ns.svc.c.l svc.c.l c.l corp.example x\nnameserver 10.96.0.10\nnameserver 1.1.1.1\noptions ndots:2\n'],
  ]
  for (const [name, spec, wanted] of rows) test(name, () => expect(text(spec)).toBe(wanted))
  test('too many servers are left out and said', () => {
    const planned = planResolvConf(pod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['1', '2', '3', '4'] } }), { clusterDomain: 'c.l', servers: [], host })
    expect(planned.text).toBe('nameserver 1\nnameserver 2\nnameserver 3\n')
    expect(planned.warnings).toEqual(['Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 1 2 3'])
  })
})

describe('image references', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const rows: [string, string | false, string?][] = [
    ['nginx', 'docker.io/library/nginx', 'nginx:latest'], ['nginx:1', 'docker.io/library/nginx', 'nginx:1'], ['me/app', 'docker.io/me/app', 'me/app:latest'],
    ['registry.k8s.io/pause:3', 'registry.k8s.io/pause', 'registry.k8s.io/pause:3'], ['localhost/x', 'localhost/x', 'localhost/x:latest'],
    ['host:5000/x:1', 'host:5000/x', 'host:5000/x:1'], [`nginx@${digest}`, 'docker.io/library/nginx', `nginx@${digest}`], [`nginx:1@${digest}`, 'docker.io/library/nginx', `nginx:1@${digest}`],
    ['UPPER', false], ['a b', false], ['', false], ['nginx:', false], ['nginx@', false], ['x//y', false], ['-x', false], ['nginx:a b', false], ['http://x/y', false],
  ]
  for (const [text, where, full] of rows) {
    test(text, () => {
      const parsed = parseImage(text)
      expect(parsed.ok && `${parsed.value.registry}/${parsed.value.path}`).toBe(where)
      if (parsed.ok) expect(parsed.value.full).toBe(full!)
    })
  }
  test('the default policy', () => {
    expect(['x', 'x:latest', 'x:1', `x@${digest}`, 'h:5000/x'].map((i) => pullPolicy(undefined, i))).toEqual(['Always', 'Always', 'IfNotPresent', 'IfNotPresent', 'Always'])
    expect(pullPolicy('Never', 'x')).toBe('Never')
  })
  test('who did not answer and who said no', () => {
    expect(isUnreachable('Get "https://x/v2/": dial tcp: lookup x: no such host')).toBe(true)
    expect(isUnreachable('net/http: TLS handshake timeout')).toBe(true)
    expect(isUnreachable('pull access denied for x, repository does not exist')).toBe(false)
    expect(isUnreachable('manifest for x:1 not found: manifest unknown')).toBe(false)
  })
})

describe('credentials', () => {
  const secret = (auths: object): Secret => ({ apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } })
  const users = (auths: object, image: string) => {
    const parsed = parseImage(image)
    return parsed.ok ? registryAuths([secret(auths)], parsed.value).map((a) => a.username) : []
  }
  const auth = (user: string) => ({ auth: Buffer.from(`${user}:pw`).toString('base64') })
  const rows: [string, object, string, string[]][] = [
    ['host', { 'r.io': auth('a') }, 'r.io/x', ['a']], ['another host', { 'r.io': auth('a') }, 's.io/x', []],
    ['docker hub by its old name', { 'https://index.docker.io/v1/': auth('a') }, 'nginx', ['a']],
    ['a path', { 'r.io/team': auth('a') }, 'r.io/team/x', ['a']], ['another path', { 'r.io/team': auth('a') }, 'r.io/teams/x', []],
    ['a wildcard', { '*.r.io': auth('a') }, 'eu.r.io/x', ['a']], ['a wildcard is one part', { '*.r.io': auth('a') }, 'a.b.r.io/x', []],
    ['the longest first', { 'r.io': auth('a'), 'r.io/team': auth('b') }, 'r.io/team/x', ['b', 'a']],
  ]
  for (const [name, auths, image, wanted] of rows) test(name, () => expect(users(auths, image)).toEqual(wanted))
  test('nonsense is no credential', () => expect(registryAuths([{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { '.dockerconfigjson': 'e30' } }], { registry: 'r', path: 'x', full: 'r/x' })).toEqual([]))
})
