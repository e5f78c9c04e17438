import type { Service, ServiceSpec } from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { ZoneIndex } from '../../../src/node/dns/zone-index.ts'
import { namespace, service, servicePort } from '../../support/builders.ts'
import { MemorySource } from '../proxy/view-source.ts'

const SLICES = 'endpointslices.discovery.k8s.io'

/** What the tests' zone is made from. */
export const zoneFacts = { domain: 'cluster.local', dnsAddress: '10.43.0.10', ranges: ['10.42.0.0/16', '10.43.0.0/16'] }

/** A source with namespace default and one Service of each kind. */
export function exampleSource(): MemorySource {
  const source = new MemorySource()
  for (const name of ['default', 'kube-system']) source.put('namespaces', namespace(name))
  source.put('services', named('web', { clusterIP: '10.43.0.20', ports: [servicePort(80, { name: 'http' }), servicePort(53, { name: 'dns', protocol: 'UDP' })] }))
  source.put('services', named('db', { clusterIP: 'None', ports: [servicePort(5432, { name: 'pg' })] }))
  source.put('services', named('empty', { clusterIP: 'None', ports: [] }))
  source.put('services', named('away', { type: 'ExternalName', externalName: 'foo.example.com', clusterIP: undefined }))
  source.put('services', named('near', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local', clusterIP: undefined }))
  source.put(SLICES, slice('db-1', 'db', [{ ip: '10.42.0.5', hostname: 'db-0' }, { ip: '10.42.0.6' }, { ip: '10.42.0.7', ready: false }]))
  source.put(SLICES, slice('web-1', 'web', [{ ip: '10.42.0.8' }]))
  return source
}

/** A Service without a selector. */
export const named = (name: string, spec: Partial<ServiceSpec>): Service =>
  service(name, { selector: undefined, clusterIPs: spec.clusterIP === undefined ? undefined : [spec.clusterIP], ...spec })

/** A slice with port pg of a Service in namespace default. */
export const slice = (
  name: string,
  of: string,
  endpoints: readonly { ip: string; hostname?: string; ready?: boolean }[],
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
  ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
  endpoints: endpoints.map(({ ip, hostname, ready = true }) => ({
    addresses: [ip], conditions: { ready }, ...(hostname !== undefined && { hostname }),
  })),
})

/** The zone over what a source holds. */
export function zoneOf(source: MemorySource): ZoneIndex {
  const zone = new ZoneIndex(source.view, zoneFacts)
  for (const resource of ['services', SLICES])
    for (const object of source.view.list(resource)) {
      const { namespace: ns = '', name = '' } = object.metadata
      zone.hear({ resource, namespace: ns, name, revision: 1, before: () => undefined, after: () => object })
    }
  source.subscribe(['services', SLICES], (changes) => changes.forEach((change) => zone.hear(change)))
  return zone
}
