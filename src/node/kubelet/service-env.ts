import type { Service, ServicePort } from '../../resources/generated/core.gen.ts'

/**
 * Variables that tell a container of the services of its namespace, and always of `kubernetes`.
 * Source: kubelet_pods.go getServiceEnvVarMap, kubelet/envvars/envvars.go.
 */
export function serviceEnv(
  services: readonly Service[],
  namespace: string,
  links: boolean,
): Map<string, string> {
  const chosen = new Map<string, Service>()
  for (const service of services) {
    const { name, namespace: of } = service.metadata
    const address = service.spec?.clusterIP
    if (!address || address === 'None') continue
    if (of === 'default' && name === 'kubernetes') {
      if (!chosen.has(name)) chosen.set(name, service)
    } else if (of === namespace && links) chosen.set(name!, service)
  }
  const env = new Map<string, string>()
  for (const service of chosen.values()) addService(env, service)
  return env
}

function addService(env: Map<string, string>, service: Service): void {
  const prefix = envName(service.metadata.name!)
  const address = service.spec!.clusterIP!
  const ports = service.spec!.ports ?? []
  env.set(`${prefix}_SERVICE_HOST`, address)
  if (ports[0]) env.set(`${prefix}_SERVICE_PORT`, String(ports[0].port))
  for (const port of ports) {
    if (port.name) env.set(`${prefix}_SERVICE_PORT_${envName(port.name)}`, String(port.port))
  }
  ports.forEach((port, index) => addLink(env, prefix, address, port, index === 0))
}

function addLink(
  env: Map<string, string>,
  prefix: string,
  address: string,
  port: ServicePort,
  first: boolean,
): void {
  const protocol = (port.protocol ?? 'TCP').toLowerCase()
  const host = address.includes(':') ? `[${address}]` : address
  const url = `${protocol}://${host}:${port.port}`
  const name = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`
  if (first) env.set(`${prefix}_PORT`, url)
  env.set(name, url)
  env.set(`${name}_PROTO`, protocol)
  env.set(`${name}_PORT`, String(port.port))
  env.set(`${name}_ADDR`, address)
}

const envName = (name: string): string => name.replaceAll('-', '_').toUpperCase()
