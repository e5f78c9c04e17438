import { del, get, patch, post, put, type Case, type Step } from '../case.ts'
import { configMap, deployment, pod } from './objects.ts'

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const CM = '/api/v1/namespaces/NS/configmaps'
const D = '/apis/apps/v1/namespaces/NS/deployments'
const PODS = '/api/v1/namespaces/NS/pods'

type Kind = 'Mutating' | 'Validating'

const rule = (resources: string[], operations = ['CREATE'], more: object = {}): object =>
  ({ operations, apiGroups: ['*'], apiVersions: ['*'], resources, ...more })

/** HOOK and CABUNDLE are put in when a case runs; the namespace selector keeps cases out of each other's way. */
const hook = (path: string, more: object = {}): object => ({
  name: `${path}.hooks.test`, clientConfig: { url: `HOOK/${path}`, caBundle: 'CABUNDLE' }, rules: [rule(['configmaps'])],
  sideEffects: 'None', admissionReviewVersions: ['v1'], namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'NS' } }, ...more,
})

function withHooks(name: string, kind: Kind, hooks: readonly object[], steps: readonly Step[]): Case {
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name: 'hooks-NS' }, webhooks: hooks,
  }
  const url = `${GROUP}/${kind.toLowerCase()}webhookconfigurations`
  return {
    name: `webhooks: ${name}`, pauseAfter: 1,
    steps: [post(url, configuration), ...steps, del(`${url}/hooks-NS`)],
  }
}

const refusals = ['deny', 'deny-message', 'deny-reason', 'deny-code', 'deny-success', 'deny-warn', 'absent', 'other-uid', 'fails', 'warn', 'allow', 'patch-no-type', 'type-no-patch']
const patches = ['label', 'spoil', 'unknown-field', 'bad-path', 'no-patch', 'patch-no-type', 'type-no-patch', 'other-type', 'undecodable', 'rename']

export const webhooks: readonly Case[] = [
  ...refusals.map((path) => withHooks(`validating ${path}`, 'Validating', [hook(path)], [post(CM, configMap('a')), post(`${CM}?dryRun=All`, configMap('b'))])),
  ...refusals.slice(0, 9).map((path) => withHooks(`mutating ${path}`, 'Mutating', [hook(path)], [post(CM, configMap('a'))])),
  ...patches.map((path) => withHooks(`patch ${path}`, 'Mutating', [hook(path)], [post(CM, configMap('a')), get(`${CM}/a`)])),
  withHooks('failures are ignored', 'Validating', [hook('fails', { failurePolicy: 'Ignore' }), hook('absent', { failurePolicy: 'Ignore' })], [post(CM, configMap('a'))]),
  withHooks('a refusal is never ignored', 'Validating', [hook('deny', { failurePolicy: 'Ignore' })], [post(CM, configMap('a'))]),
  withHooks('v1beta1', 'Mutating', [hook('echo', { admissionReviewVersions: ['v1beta1', 'v1'] })], [post(CM, configMap('a'))]),
  withHooks('time is up', 'Validating', [hook('hang', { timeoutSeconds: 1 })], [post(CM, configMap('a'))]),
  withHooks('time is up and ignored', 'Mutating', [hook('hang', { timeoutSeconds: 1, failurePolicy: 'Ignore' })], [post(CM, configMap('a'))]),
  withHooks('what is shown', 'Mutating', [hook('echo', { rules: [rule(['configmaps', 'deployments', 'deployments/scale', 'pods', 'pods/binding'], ['*'])] })], [
    post(`${CM}?fieldManager=differential`, configMap('a')), post(CM, { ...configMap(''), metadata: { generateName: 'gen-' } }), post(`${CM}?dryRun=All`, configMap('b')), put(`${CM}/a`, configMap('a', { c: 'd' })), patch('merge', `${CM}/a`, { data: { e: 'f' } }),
    patch('apply', `${CM}/new?fieldManager=me`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } }), post(D, deployment('d')), del(`${CM}/a`), post(PODS, pod('p')),
  ]),
  withHooks('deletes', 'Validating', [hook('deny-message', { rules: [rule(['configmaps'], ['DELETE'])] })], [post(CM, configMap('a')), del(`${CM}/a`), del(CM), get(`${CM}/a`)]),
  withHooks('order', 'Mutating', [hook('mark-a'), hook('mark-b')], [post(CM, configMap('a'))]),
  withHooks('reinvocation', 'Mutating', [hook('mark-a', { reinvocationPolicy: 'IfNeeded' }), hook('mark-b')], [post(CM, configMap('a'))]),
  withHooks('reinvocation of both', 'Mutating', [hook('mark-a', { reinvocationPolicy: 'IfNeeded' }), hook('mark-b', { reinvocationPolicy: 'IfNeeded' })], [post(CM, configMap('a'))]),
  withHooks('no reinvocation without change', 'Mutating', [hook('mark-a', { reinvocationPolicy: 'IfNeeded' }), hook('allow')], [post(CM, configMap('a'))]),
  withHooks('object selector', 'Validating', [hook('deny', { objectSelector: { matchLabels: { a: 'b' } }, rules: [rule(['configmaps'], ['CREATE', 'UPDATE'])] })], [post(CM, configMap('a')), post(CM, configMap('b', {}, { labels: { a: 'b' } })), patch('merge', `${CM}/a`, { metadata: { labels: { a: 'b' } } })]),
  withHooks('side effects', 'Validating', [hook('deny', { sideEffects: 'NoneOnDryRun' })], [post(`${CM}?dryRun=All`, configMap('a'))]),
  withHooks('defaults after a patch', 'Mutating', [hook('container', { rules: [rule(['pods'])] })], [post(PODS, pod('p')), get(`${PODS}/p`)]),
  withHooks('exact and equivalent', 'Validating', [hook('deny', { matchPolicy: 'Exact', rules: [rule(['events'], ['CREATE'], { apiGroups: ['events.k8s.io'] })] }), hook('deny-message', { rules: [rule(['events'], ['CREATE'], { apiGroups: ['events.k8s.io'], apiVersions: ['v1'] })] })], [
    post('/api/v1/namespaces/NS/events', { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject: { namespace: 'NS' }, reason: 'x' }),
  ]),
  withHooks('scale', 'Validating', [hook('deny-message', { rules: [rule(['deployments/scale'], ['UPDATE'])] })], [post(D, deployment('d')), patch('merge', `${D}/d/scale`, { spec: { replicas: 3 } }), patch('merge', `${D}/d`, { spec: { replicas: 2 } })]),
  withHooks('status', 'Validating', [hook('deny-message', { rules: [rule(['deployments/status'], ['UPDATE'])] })], [post(D, deployment('d')), patch('merge', `${D}/d/status`, { status: { replicas: 3 } }), patch('merge', `${D}/d`, { spec: { replicas: 2 } })]),
  withHooks('binding and eviction', 'Validating', [hook('deny-message', { rules: [rule(['pods/binding', 'pods/eviction'])] })], [
    post(PODS, pod('p')), post(`${PODS}/p/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } }), post(`${PODS}/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }),
  ]),
  withHooks('resource names and scopes', 'Validating', [hook('deny', { rules: [rule(['configmaps'], ['CREATE'], { scope: 'Cluster' })] }), hook('deny-message', { rules: [rule(['configmaps'], ['CREATE'], { scope: 'Namespaced', apiVersions: ['v1'] })] })], [post(CM, configMap('a'))]),
]
