import type { Caller } from '../commands/request-context.ts'
import { forbiddenPath, forbiddenTo, type Status } from '../meta/status.ts'
import type { Attributes, Authorizer, RuleReport, Subject } from '../rights/attributes.ts'
import { NO_OPINION } from '../rights/attributes.ts'
import { chain, privileged } from '../rights/chain.ts'
import { rbacAuthorizer } from '../rights/rbac.ts'
import type { RuleIndex } from '../rights/rule-index.ts'
import type { Exchange } from './exchange.ts'

/** Health answers while roles cannot be read: load balancers and kubelets ask before anything else works. */
const HEALTH = ['/healthz', '/livez', '/readyz']

/** What those without a credential may ask at all. */
export const isOpenPath = (path: string): boolean =>
  isHealth(path) || path === '/version' || path === '/version/'

const isHealth = (path: string): boolean =>
  HEALTH.some((open) => path === open || path.startsWith(`${open}/`))

const NO_RULES: RuleReport = { resourceRules: [], nonResourceRules: [], incomplete: false, problem: '' }

/**
 * The few rights that are no role's: health, everybody's look at himself, and what nodes do that
 * Kubernetes has no word for.
 */
const ownPaths: Authorizer = {
  allows: mayOwnPath,
  judge: (subject, attributes) => ({ ...NO_OPINION, allowed: mayOwnPath(subject, attributes) }),
  rulesOf: () => NO_RULES,
}

function mayOwnPath({ groups }: Subject, attributes: Attributes): boolean {
  const { isResource, path, verb } = attributes
  if (isResource) return groups.includes('system:nodes') && nodeMay(attributes)
  if (isHealth(path)) return true
  if (path === '/klio/v1/whoami') return groups.includes('system:authenticated')
  return path === '/klio/v1/observations' && groups.includes('system:nodes') && verb === 'create'
}

/** Who may do what, in the order in which kube-apiserver asks: `--authorization-mode Node,RBAC`. */
export const authorizerOf = (index: RuleIndex): Authorizer =>
  chain([
    { name: 'kubernetes.io/system-privileged-group', authorizer: privileged },
    { name: 'klio', authorizer: ownPaths },
    { name: 'rbac', authorizer: rbacAuthorizer(index) },
  ])

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
export function forbiddenFor(caller: Caller, { info, path }: Exchange, reason: string): Status {
  const who = `User ${JSON.stringify(caller.name)}`
  const why = reason === '' ? '' : `: ${reason}`
  if (!info.isResource)
    return forbiddenPath(`forbidden: ${who} cannot ${info.verb} path ${JSON.stringify(path)}${why}`)
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`
  return forbiddenTo(
    { group: info.group, resource: info.resource }, info.name,
    `${who} cannot ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}${why}`,
  )
}
