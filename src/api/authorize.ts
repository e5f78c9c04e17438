import type { Caller } from '../commands/request-context.ts'
import { forbiddenPath, forbiddenTo, type Status } from '../meta/status.ts'
import type { Exchange } from './exchange.ts'

/** What somebody wants to do. */
export interface Attributes {
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
}

/** Decides who may do what. RBAC takes this place with its own table. */
export type Authorize = (caller: Caller, attributes: Attributes) => boolean

/** Open to everybody: what load balancers and clients ask before they have a credential. */
const OPEN = ['/healthz', '/livez', '/readyz', '/version', '/version/']

/** Open to every authenticated user. Source: bootstrap ClusterRoles system:discovery, system:basic-user. */
const DISCOVERY = ['/api', '/apis', '/openapi', '/openid', '/.well-known', '/klio/v1/whoami']

const SELF = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews']

/**
 * The fixed table of the founding slice: cluster administrators may all, klio's own reconcilers and
 * nodes may what they do, other accounts may discover and ask about themselves.
 */
export const fixedTable: Authorize = (caller, attributes) => {
  const { isResource, path } = attributes
  if (!isResource && OPEN.some((open) => path === open || path.startsWith(`${open}/`))) return true
  if (caller.groups.includes('system:unauthenticated')) return false
  if (caller.groups.includes('system:masters')) return true
  if (path === '/klio/v1/observations' && caller.groups.includes('system:nodes')) return attributes.verb === 'create'
  if (!isResource) return DISCOVERY.some((open) => path === open || path.startsWith(`${open}/`))
  if (SELF.includes(attributes.resource) && attributes.verb === 'create') return true
  return caller.groups.includes('system:nodes') && nodeMay(attributes)
}

/** Resources a node reads whole, and those it writes. Source: bootstrap ClusterRole system:node. */
const NODE_READS = [
  'pods', 'services', 'endpoints', 'endpointslices', 'nodes', 'configmaps', 'secrets', 'namespaces',
  'serviceaccounts', 'leases', 'persistentvolumes', 'persistentvolumeclaims', 'runtimeclasses', 'csidrivers',
]
const NODE_WRITES: Readonly<Record<string, readonly string[]>> = {
  'pods': ['create', 'delete'], 'pods/status': ['patch', 'update'], 'nodes': ['create', 'patch', 'update'],
  'nodes/status': ['patch', 'update'], 'leases': ['create', 'patch', 'update', 'delete'],
  'events': ['create', 'patch', 'update'], 'serviceaccounts/token': ['create'],
  'services/status': ['patch'], 'pods/eviction': ['create'], 'observations': ['create'],
}

function nodeMay({ verb, resource, subresource }: Attributes): boolean {
  if (['get', 'list', 'watch'].includes(verb)) return NODE_READS.includes(resource)
  const key = subresource === '' ? resource : `${resource}/${subresource}`
  return NODE_WRITES[key]?.includes(verb) ?? false
}

/** Attributes of a request as the authorizer sees them: the same values the router uses. */
export const attributesOf = ({ info, path }: Exchange): Attributes => ({
  verb: info.verb, isResource: info.isResource, group: info.group, resource: info.resource,
  subresource: info.subresource, namespace: info.namespace, name: info.name, path,
})

/** 403 with upstream's words. Source: endpoints/handlers/responsewriters forbiddenMessage. */
export function forbiddenFor(caller: Caller, { info, path }: Exchange): Status {
  const who = `User ${JSON.stringify(caller.name)}`
  if (!info.isResource) return forbiddenPath(`forbidden: ${who} cannot ${info.verb} path ${JSON.stringify(path)}`)
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`
  return forbiddenTo(
    { group: info.group, resource: info.resource }, info.name,
    `${who} cannot ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}`,
  )
}
