import { err, ok, type Result } from '../../base/result.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { View } from '../../projections/view.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import type { Service } from '../../resources/generated/core.gen.ts'

/** An address and port to connect to. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** A port of a Service, as webhooks and APIServices name it. */
export interface ServicePort {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/**
 * A ready endpoint of a Service's port. klio runs on the host, where cluster addresses may lead nowhere, so
 * it goes to the endpoint itself; `pick` chooses among several. Source: apiserver util/proxy/proxy.go
 * ResolveEndpoint.
 */
export function serviceEndpoint(
  view: View,
  { namespace, name, port }: ServicePort,
  pick: (below: number) => number,
): Result<Endpoint, string> {
  const service = view.get<Service>('services', namespace, name)
  if (!service) return err(`service ${goQuote(name)} not found`)
  const { spec } = service
  if (spec?.type === 'ExternalName')
    return spec.externalName ? ok({ host: spec.externalName, port }) : err(`unsupported service type ${goQuote('ExternalName')}`)
  const wanted = spec?.ports?.find((each) => each.port === port)
  if (!wanted) return err(`no service port ${port} found for service ${goQuote(name)}`)
  const found = view
    .list<EndpointSlice>('endpointslices.discovery.k8s.io', namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap(({ ports, endpoints }) => {
      const target = ports?.find((each) => (each.name ?? '') === (wanted.name ?? ''))?.port
      if (!target) return []
      const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
      return ready.flatMap(({ addresses }) => addresses.map((host) => ({ host, port: target })))
    })
  return found.length > 0 ? ok(found[pick(found.length)]!) : err(`no endpoints available for service ${goQuote(name)}`)
}
