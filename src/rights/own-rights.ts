import { NO_OPINION, type Attributes, type Authorizer, type RuleReport, type Subject } from './attributes.ts'

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
export const ownRights: Authorizer = {
  allows: mayOwn,
  judge: (subject, attributes) => ({ ...NO_OPINION, allowed: mayOwn(subject, attributes) }),
  rulesOf: () => NO_RULES,
}

function mayOwn({ groups }: Subject, attributes: Attributes): boolean {
  const { isResource, path, verb } = attributes
  if (isResource) return groups.includes('system:nodes') && nodeMay(attributes)
  if (isHealth(path)) return true
  if (path === '/klio/v1/whoami') return groups.includes('system:authenticated')
  return path === '/klio/v1/observations' && groups.includes('system:nodes') && verb === 'create'
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
