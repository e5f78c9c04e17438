import { del, get, patch, post, put, type Case, type Step } from '../case.ts'
import { configMap, deployment, pod } from './objects.ts'

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const apiVersion = 'admissionregistration.k8s.io/v1'
const CM = '/api/v1/namespaces/NS/configmaps'
const D = '/apis/apps/v1/namespaces/NS/deployments'
const PODS = '/api/v1/namespaces/NS/pods'

type Kind = 'Mutating' | 'Validating'

const rule = (resources: string[], operations = ['CREATE'], more: object = {}): object =>
  ({ operations, apiGroups: ['*'], apiVersions: ['*'], resources, ...more })

/** kube-apiserver looks for new policies each second, and its watches take a moment too. */
const PAUSE_MS = 1_700

interface Bound {
  readonly spec: object
  /** Of the bindings, each with what differs from the simplest. */
  readonly bindings?: readonly object[]
  readonly match?: object
}

/** Policies p0-NS, p1-NS ... with their bindings, which see the case's namespace alone. */
function withPolicies(kind: Kind, name: string, policies: readonly Bound[], steps: readonly Step[], before: readonly Step[] = []): Case {
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'NS' } }
  const url = `${GROUP}/${kind.toLowerCase()}admissionpolicies`
  const bindingUrl = `${GROUP}/${kind.toLowerCase()}admissionpolicybindings`
  const made = policies.flatMap(({ spec, bindings = [{}], match }, i) => [
    post(url, {
      apiVersion, kind: `${kind}AdmissionPolicy`, metadata: { name: `p${i}-NS` },
      spec: { matchConstraints: { resourceRules: [rule(['configmaps'])], namespaceSelector, ...match }, ...spec },
    }),
    ...bindings.map((binding, j) => post(bindingUrl, {
      apiVersion, kind: `${kind}AdmissionPolicyBinding`, metadata: { name: `b${i}-${j}-NS` },
      spec: { policyName: `p${i}-NS`, ...(kind === 'Validating' && { validationActions: ['Deny'] }), ...binding },
    })),
  ])
  const gone = policies.flatMap(({ bindings = [{}] }, i) => [
    del(`${url}/p${i}-NS`), ...bindings.map((_, j) => del(`${bindingUrl}/b${i}-${j}-NS`)),
  ])
  return {
    name: `policies: ${kind.toLowerCase()} ${name}`, pauseAfter: made.length + before.length, pauseMs: PAUSE_MS,
    steps: [...before, ...made, ...steps, ...gone],
  }
}

const validates = (name: string, policies: readonly Bound[], steps: readonly Step[], before: readonly Step[] = []): Case =>
  withPolicies('Validating', name, policies, steps, before)
const validation = (expression: string, more: object = {}): Bound => ({ spec: { validations: [{ expression, ...more }] } })
const all = (...operations: string[]): object => ({ resourceRules: [rule(['*', '*/*'], operations.length === 0 ? ['*'] : operations)] })

const EXPRESSIONS = [
  'false', 'true', 'object.data.a == "b"', 'object.nothing', 'object.data.nothing == "x"', 'has(object.data) && object.data.size() > 1', '!has(object.metadata.uid)', 'oldObject != null',
  'request.operation == "CREATE" && request.kind.kind == "ConfigMap" && request.resource.resource == "configmaps" && request.namespace == namespaceObject.metadata.name && request.name == "b"',
  'request.userInfo.username == "x"', 'request.dryRun', 'has(request.subResource)', 'has(request.options.fieldManager)', 'request.options.kind == "x"', 'namespaceObject.status.phase == "x"', 'namespaceObject.metadata.labels.size() > 5',
  'authorizer.requestResource.check("get").allowed() && !authorizer.serviceAccount("default", "nobody").group("").resource("configmaps").namespace("default").check("get").allowed() && object.metadata.name == "b"',
  'authorizer.group("").resource("pods").check("list").reason() == "x"', 'object.metadata.name.matches("[0-9]+")', '1 / int(object.data.a == "b" ? "0" : "1") == 1', 'object.data.all(k, object.data[k] == k)',
  '[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, true))))))',
]
const MESSAGES: readonly object[] = [
  { message: ' told ' }, { message: 'told', reason: 'Forbidden' }, { reason: 'RequestEntityTooLarge' }, { reason: 'Unauthorized' }, { messageExpression: '"computed " + object.metadata.name' }, { messageExpression: '""', message: 'fallback' },
  { messageExpression: '"a\\nb"', message: 'fallback' }, { messageExpression: 'object.nothing', message: 'fallback' }, { messageExpression: 'object.nothing + "x"', message: 'fallback' },
]
const PARAM = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
const ref = (more: object): object => ({ paramRef: { parameterNotFoundAction: 'Deny', ...more } })
const limit = configMap('limit', { allowed: 'yes' }, { labels: { a: 'b' } })
const byParam = { ...PARAM, validations: [{ expression: 'object.data.a == params.data.allowed', messageExpression: '"not " + params.data.allowed + " of " + params.kind' }] }
const create = [post(CM, configMap('a', { a: 'b' }))]

const validating: readonly Case[] = [
  ...EXPRESSIONS.map((expression) => validates(`expression ${expression.slice(0, 60)}`, [validation(expression)], create)),
  ...MESSAGES.map((more, i) => validates(`message ${i}`, [validation('false', more)], create)),
  validates('actions', [{ ...validation('false', { message: 'told' }), bindings: [{ validationActions: ['Warn'] }, { validationActions: ['Audit'] }] }], create),
  validates('actions of several', [{ ...validation('false'), bindings: [{ validationActions: ['Warn', 'Audit'] }, { validationActions: ['Deny', 'Audit'] }] }], create),
  validates('several validations', [{ spec: { validations: [{ expression: 'true' }, { expression: 'false', message: 'second' }, { expression: 'false', message: 'third', reason: 'Forbidden' }] }, bindings: [{}, { validationActions: ['Warn'] }] }], create),
  validates('failures are ignored', [{ spec: { failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing' }] } }], create),
  validates('a refusal is never ignored', [{ spec: { failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing == 1' }, { expression: 'false' }] } }], create),
  validates('errors warn', [{ ...validation('object.nothing == 1'), bindings: [{ validationActions: ['Warn'] }] }], create),
  ...['true', 'false', 'object.nothing == 1', 'object.metadata.name == "b"', 'authorizer.requestResource.check("get").allowed()'].map((expression) =>
    validates(`condition ${expression}`, [{ spec: { matchConditions: [{ name: 'c', expression }], validations: [{ expression: 'false' }] } }], create)),
  validates('conditions that fail', [{ spec: { matchConditions: [{ name: 'c', expression: 'object.x == 1' }, { name: 'd', expression: 'object.y == 1' }], validations: [{ expression: 'false' }] } }], create),
  validates('one condition is false', [{ spec: { matchConditions: [{ name: 'c', expression: 'object.x == 1' }, { name: 'd', expression: 'false' }], validations: [{ expression: 'false' }] } }], create),
  validates('failing conditions ignored', [{ spec: { failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression: 'object.x == 1' }], validations: [{ expression: 'false' }] } }], create),
  validates('variables', [{ spec: { variables: [{ name: 'a', expression: 'object.data.a' }, { name: 'b', expression: 'variables.a + "!"' }, { name: 'bad', expression: 'object.nothing' }], validations: [{ expression: 'variables.b == "b?"', messageExpression: '"it is " + variables.b' }] } }], create),
  validates('a variable fails', [{ spec: { variables: [{ name: 'bad', expression: 'object.nothing' }], validations: [{ expression: 'variables.bad == 1' }] } }], create),
  validates('annotations', [{ spec: { auditAnnotations: [{ key: 'a', valueExpression: '"x"' }] } }], create),
  validates('annotations fail', [{ spec: { auditAnnotations: [{ key: 'a', valueExpression: 'string(object.nothing)' }] }, bindings: [{ validationActions: ['Warn'] }] }], create),
  ...['Deny', 'Allow'].map((action) => validates(`params absent, ${action}`, [{ spec: byParam, bindings: [ref({ name: 'limit', parameterNotFoundAction: action })] }], create)),
  validates('params', [{ spec: byParam, bindings: [ref({ name: 'limit' })] }], create, [post(CM, limit)]),
  validates('params of another namespace', [{ spec: byParam, bindings: [ref({ name: 'limit', namespace: 'default' })] }], create),
  validates('no params', [{ spec: { ...PARAM, validations: [{ expression: 'params == null', message: 'null' }, { expression: 'params != null', message: 'not null' }] } }], create),
  validates('params of no kind', [{ spec: { paramKind: { apiVersion: 'no.such/v1', kind: 'Kind' }, validations: [{ expression: 'true' }] }, bindings: [ref({ name: 'x' })] }], create),
  validates('params of no kind ignored', [{ spec: { failurePolicy: 'Ignore', paramKind: { apiVersion: 'no.such/v1', kind: 'Kind' }, validations: [{ expression: 'true' }] }, bindings: [ref({ name: 'x' })] }], create),
  validates('params of the cluster', [{ spec: { paramKind: { apiVersion: 'v1', kind: 'Node' }, validations: [{ expression: 'true' }] }, bindings: [ref({ name: 'x', namespace: 'default' })] }], create),
  validates('operations', [{ ...validation('request.operation != "CREATE" ? false : true', { messageExpression: 'request.operation + " " + string(object == null) + " " + string(oldObject == null)' }), match: all(), bindings: [{ validationActions: ['Warn'] }] }], [
    ...create, put(`${CM}/a`, configMap('a', { a: 'c' })), patch('merge', `${CM}/a`, { data: { x: 'y' } }), del(`${CM}/a`), post(D, deployment('d')), patch('merge', `${D}/d/status`, { status: { replicas: 3 } }), patch('merge', `${D}/d/scale`, { spec: { replicas: 3 } }), post(`${CM}?dryRun=All`, configMap('b')),
  ]),
  validates('deletes', [{ ...validation('oldObject.metadata.name != "a"'), match: { resourceRules: [rule(['configmaps'], ['DELETE'])] } }], [...create, del(`${CM}/a`), del(CM), get(`${CM}/a`)]),
  validates('excluded and selected', [
    { ...validation('false', { message: 'excluded' }), match: { excludeResourceRules: [rule(['configmaps'])] } },
    { ...validation('false', { message: 'named' }), match: { resourceRules: [rule(['configmaps'], ['CREATE'], { resourceNames: ['z'] })] } },
    { ...validation('false', { message: 'labelled' }), match: { objectSelector: { matchLabels: { a: 'b' } } } },
    { ...validation('false', { message: 'bound elsewhere' }), bindings: [{ matchResources: { resourceRules: [rule(['pods'])] } }, { matchResources: { objectSelector: { matchLabels: { c: 'd' } } } }] },
  ], [...create, post(CM, configMap('z')), post(CM, configMap('l', {}, { labels: { a: 'b' } })), post(CM, configMap('m', {}, { labels: { c: 'd' } }))]),
  validates('versions', [{ ...validation('object.apiVersion == request.kind.group + "/" + request.kind.version && has(object.regarding)', { messageExpression: 'object.apiVersion + " " + request.requestKind.group' }), match: { resourceRules: [rule(['events'], ['CREATE'], { apiGroups: ['events.k8s.io'], apiVersions: ['v1'] })] } }], [
    post('/api/v1/namespaces/NS/events', { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject: { namespace: 'NS' }, reason: 'x' }),
  ]),
  validates('pods and templates', [{ ...validation('object.spec.containers.all(c, c.image.startsWith("safe/"))', { messageExpression: 'object.spec.containers.map(c, c.name).join(",")' }), match: { resourceRules: [rule(['pods'])] } }, { ...validation('object.spec.replicas <= 5'), match: { resourceRules: [rule(['deployments', 'deployments/scale'], ['CREATE', 'UPDATE'])] } }], [
    post(PODS, pod('p')), post(D, deployment('d')), patch('merge', `${D}/d`, { spec: { replicas: 9 } }), patch('merge', `${D}/d/scale`, { spec: { replicas: 9 } }),
  ]),
]

const mutates = (name: string, policies: readonly Bound[], steps: readonly Step[], before: readonly Step[] = []): Case =>
  withPolicies('Mutating', name, policies, steps, before)
const json = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } })
const apply = (expression: string): object => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const mutations = (...list: object[]) => (more: object = {}): Bound => ({ spec: { reinvocationPolicy: 'Never', mutations: list, ...more } })
const MARK = (mark: string): string =>
  `[JSONPatch{op: "add", path: "/data/marks", value: (has(object.data) && "marks" in object.data ? object.data["marks"] : "") + "${mark}"}]`
const onPods = { match: { resourceRules: [rule(['pods'])] } }
const onDeployments = { match: { resourceRules: [rule(['deployments'], ['CREATE', 'UPDATE'])] } }

const PATCHES = [
  '[JSONPatch{op: "add", path: "/metadata/labels", value: {"a": "b"}}]', '[JSONPatch{op: "test", path: "/data/a", value: "x"}, JSONPatch{op: "remove", path: "/data/a"}]', '[JSONPatch{op: "test", path: "/data/a", value: "b"}, JSONPatch{op: "remove", path: "/data/a"}]',
  '[JSONPatch{op: "remove", path: "/data/none"}]', '[JSONPatch{op: "replace", path: "/none/at/all", value: 1}]', '[JSONPatch{op: "odd", path: "/data"}]', '[JSONPatch{op: "add", path: "/nothing", value: 1}]', '[JSONPatch{op: "add", path: "/data", value: [1]}]',
  '[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("a.b"), value: "c"}, JSONPatch{op: "copy", from: "/data/a", path: "/data/c"}, JSONPatch{op: "move", from: "/data/a", path: "/data/d"}]', '[]', '[JSONPatch{op: "add", path: "/data/x", value: object.nothing}]',
  '[JSONPatch{op: "add", path: "/data", value: Object.data{x: "y"}}]', '[JSONPatch{op: "replace", path: "/metadata/name", value: "other"}]', '[JSONPatch{op: "add", path: "/metadata/annotations", value: Object.spec{a: "b"}}]', '[JSONPatch{op: "add", path: "/data/n", value: 1}]', '[JSONPatch{op: "add", path: "/immutable", value: true}]',
]
const APPLIES = [
  'Object{metadata: Object.metadata{labels: Object.metadata.labels{a: "b"}}}', 'Object{data: {"c": object.metadata.name}}', 'Object{}', 'Object{immutable: true}', 'Object{immutable: "x"}', 'Object{nothing: 1}', 'Object{data: Object.data{c: 1}}',
  'Object{metadata: Object.other{labels: {"a": "b"}}}', 'Object{data: object.data.nothing}', 'Object{metadata: Object.metadata{finalizers: ["a.b/c"]}}', 'Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{name: "x", uid: "y", kind: "z", apiVersion: "v1"}]}}',
]
const POD_APPLIES = [
  'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, imagePullPolicy: "Never"})}}', 'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "i", image: "x"}]}}',
  'Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: "k"}]}}', 'Object{spec: Object.spec{nodeSelector: {"a": "b"}}}', 'Object{spec: Object.spec{containers: [Object.spec.containers{image: "x"}]}}', 'Object{spec: Object.spec{priority: 1 + 2}}',
  'Object{spec: Object.spec{securityContext: Object.spec.securityContext{runAsUser: 7}, terminationGracePeriodSeconds: 3}}',
]

const mutating: readonly Case[] = [
  ...PATCHES.map((expression, i) => mutates(`patch ${i}`, [mutations(json(expression))()], create)),
  ...APPLIES.map((expression, i) => mutates(`apply ${i}`, [mutations(apply(expression))()], create)),
  ...POD_APPLIES.map((expression, i) => mutates(`apply to pods ${i}`, [{ ...mutations(apply(expression))(), ...onPods }], [post(PODS, pod('p'))])),
  mutates('failures are ignored', [mutations(json('[JSONPatch{op: "remove", path: "/none"}]'), json(MARK('a')))({ failurePolicy: 'Ignore' })], create),
  mutates('several failures', [mutations(json('[JSONPatch{op: "remove", path: "/none"}]'), json('[JSONPatch{op: "add", path: "/data/x", value: object.x}]'))()], create),
  mutates('in order', [mutations(json(MARK('a')), json(MARK('b')))()], create),
  mutates('updates', [{ ...mutations(json(MARK('a')))(), match: { resourceRules: [rule(['configmaps'], ['CREATE', 'UPDATE'])] } }], [...create, put(`${CM}/a`, configMap('a')), patch('merge', `${CM}/a`, { data: { e: 'f' } }), patch('apply', `${CM}/a?fieldManager=me`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { g: 'h' } }), post(`${CM}?dryRun=All`, configMap('b')), post(CM, { ...configMap(''), metadata: { generateName: 'gen-' } })]),
  mutates('conditions', [mutations(json(MARK('a')))({ matchConditions: [{ name: 'c', expression: 'object.metadata.name == "b"' }] }), mutations(json(MARK('b')))({ matchConditions: [{ name: 'c', expression: 'object.metadata.name == "a"' }] })], create),
  mutates('conditions that fail', [mutations(json(MARK('a')))({ matchConditions: [{ name: 'c', expression: 'object.x == 1' }] })], create),
  mutates('variables and params', [{ ...mutations(json('[JSONPatch{op: "add", path: "/data/allowed", value: variables.v}]'))({ ...PARAM, variables: [{ name: 'v', expression: 'params.data.allowed + "!"' }] }), bindings: [ref({ name: 'limit' })] }], create, [post(CM, limit)]),
  mutates('params absent', [{ ...mutations(json(MARK('a')))(PARAM), bindings: [ref({ name: 'limit' })] }], create),
  mutates('params of no kind', [{ ...mutations(json(MARK('a')))({ paramKind: { apiVersion: 'no.such/v1', kind: 'Kind' } }), bindings: [ref({ name: 'x' })] }], create),
  mutates('deployments', [{ ...mutations(apply('Object{spec: Object.spec{replicas: object.spec.replicas + 1, template: Object.spec.template{metadata: Object.spec.template.metadata{labels: Object.spec.template.metadata.labels{extra: "x"}}}}}'))(), ...onDeployments }], [post(D, deployment('d')), get(`${D}/d`)]),
  mutates('invalid', [{ ...mutations(apply('Object{spec: Object.spec{replicas: -1}}'))(), ...onDeployments }], [post(D, deployment('d'))]),
  mutates('names', [{ ...mutations(json('[JSONPatch{op: "add", path: "/data/seen", value: request.name + " " + string(has(object.metadata.uid)) + string(has(object.metadata.creationTimestamp))}]'))() }], [...create, post(CM, { ...configMap(''), metadata: { generateName: 'gen-' } })]),
]

export const policies: readonly Case[] = [...validating, ...mutating]
