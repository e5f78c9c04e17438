import type { Service } from '../../generated/core.gen.ts'

/** `80/TCP,443:30443/TCP`. Source: printers.go makePortString. */
export const portsCell = ({ spec }: Service): string =>
  (spec?.ports ?? [])
    .map(({ port, nodePort, protocol }) => `${port}${nodePort && nodePort > 0 ? `:${nodePort}` : ''}/${protocol}`)
    .join(',')

/** Source: printers.go getServiceExternalIP, in its wide form: kubectl cuts nothing either. */
export function externalIpCell(service: Service): string {
  const { type, externalIPs = [], externalName = '' } = service.spec ?? {}
  switch (type) {
    case 'ClusterIP':
    case 'NodePort':
      return externalIPs.length > 0 ? externalIPs.join(',') : '<none>'
    case 'LoadBalancer': {
      const all = [...balancerAddresses(service), ...externalIPs]
      return all.length > 0 ? all.join(',') : '<pending>'
    }
    case 'ExternalName':
      return externalName
    default:
      return '<unknown>'
  }
}

const balancerAddresses = ({ status }: Service): string[] =>
  [
    ...new Set(
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''),
    ),
  ]
    .filter((text) => text !== '')
    .sort()
