import { at, changed, del, get, patch, post, put, type Case } from '../case.ts'

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const DRY = '?dryRun=All'
const apiVersion = 'admissionregistration.k8s.io/v1'

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }
const hook = (more: object = {}): object => ({
  name: 'a.b.c', clientConfig: { url: 'https://x.y/z' }, rules: [RULE], sideEffects: 'None', admissionReviewVersions: ['v1'], ...more,
})
const hooks = (kind: string, ...webhooks: object[]): object => ({ apiVersion, kind, metadata: { name: 'h' }, webhooks })
const tried = (kind: 'Mutating' | 'Validating', ...more: object[]) =>
  post(`${GROUP}/${kind.toLowerCase()}webhookconfigurations${DRY}`, hooks(`${kind}WebhookConfiguration`, ...more))

const BAD_HOOKS: readonly object[] = [
  {}, { name: '' }, { name: 'a' }, { name: 'A.b.c' }, { failurePolicy: 'Never' }, { matchPolicy: 'X' }, { sideEffects: 'Some' },
  { sideEffects: undefined }, { sideEffects: 'X' }, { timeoutSeconds: 31 }, { timeoutSeconds: 0 }, { admissionReviewVersions: [] },
  { admissionReviewVersions: ['v2'] }, { admissionReviewVersions: ['v1', 'v1', 'A'] }, { reinvocationPolicy: 'Maybe' },
  { namespaceSelector: { matchLabels: { 'a b': 'c d' } } }, { objectSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } },
  { clientConfig: {} }, { clientConfig: { url: 'https://x', service: { name: 'a', namespace: 'b' } } },
  { clientConfig: { url: 'http://x' } }, { clientConfig: { url: 'https://u:p@x/y?z=1#f' } }, { clientConfig: { url: 'https:///y' } }, { clientConfig: { url: '' } }, { clientConfig: { url: 'https://x?' } },
  { clientConfig: { service: { name: 'a', namespace: 'b' } } }, { clientConfig: { service: { name: '', namespace: '', path: 'x', port: 70000 } } },
  { clientConfig: { service: { name: 'a', namespace: 'b', path: '//' } } }, { clientConfig: { service: { name: 'a', namespace: 'b', path: '/a//B/' } } },
  ...[
    {}, { operations: [] }, { operations: ['*', 'CREATE'] }, { operations: ['READ'] }, { apiGroups: [] }, { apiGroups: ['*', 'a'] }, { apiVersions: [''] }, { apiVersions: ['*', 'v1'] },
    { resources: [] }, { resources: [''] }, { resources: ['*', 'pods'] }, { resources: ['pods/*', 'pods/status'] }, { resources: ['*/scale', 'a/scale'] }, { resources: ['*/*', 'a'] }, { scope: 'X' }, { scope: 'Namespaced' },
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] },
  ].map((more) => ({ rules: [{ ...RULE, ...more }] })),
  { matchConditions: [{ name: '', expression: '' }] }, { matchConditions: [{ name: 'a b', expression: 'true' }, { name: 'c', expression: 'true' }, { name: 'c', expression: 'true' }] },
]

const JSON_PATCH = '[JSONPatch{op: "test", path: "/x", value: "y"}]'
const P = `${GROUP}/validatingadmissionpolicies`
const B = `${GROUP}/validatingadmissionpolicybindings`
const M = `${GROUP}/mutatingadmissionpolicies`
const policy = (more: object = {}, name = 'p'): object => ({
  apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name },
  spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }], ...more },
})
const mutating = (more: object = {}): object => ({
  apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name: 'm' },
  spec: { matchConstraints: { resourceRules: [RULE] }, reinvocationPolicy: 'Never', mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: JSON_PATCH } }], ...more },
})
const binding = (more: object = {}): object => ({
  apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'], ...more },
})

const BAD_HEADS: readonly object[] = [
  {}, { failurePolicy: 'X' }, { matchConstraints: undefined }, { matchConstraints: {} }, { matchConstraints: { matchPolicy: 'X', resourceRules: [RULE] } },
  { matchConstraints: { resourceRules: [{ ...RULE, resourceNames: ['a/b', 'c', 'c'] }], excludeResourceRules: [{}] } }, { matchConstraints: { resourceRules: [{ ...RULE, operations: ['DELETE'] }] } },
  { matchConstraints: { resourceRules: [RULE], namespaceSelector: { matchLabels: { a: 'b c' } } } },
  { paramKind: {} }, { paramKind: { apiVersion: 'a/b/c', kind: 'K' } }, { paramKind: { apiVersion: 'A_/V', kind: 'K_' } }, { paramKind: { apiVersion: 'a/', kind: 'K' } },
  { variables: [{ name: '', expression: '' }, { name: 'a-b', expression: 'true' }, { name: 'in', expression: 'true' }] },
  { matchConditions: [{ name: '', expression: ' ' }] },
]
const BAD_POLICIES: readonly object[] = [
  ...BAD_HEADS, { validations: [] }, { validations: [{ expression: ' ', message: ' ', messageExpression: ' ', reason: 'X' }] }, { validations: [{ expression: 'true', message: 'a\nb', reason: 'Forbidden' }] },
  { validations: [], auditAnnotations: [{ key: 'a', valueExpression: '"x"' }] }, { auditAnnotations: [{ key: 'a b', valueExpression: '' }, { key: 'k', valueExpression: '"x"' }, { key: 'k', valueExpression: '"y"' }] },
]
const BAD_EXPRESSIONS: readonly object[] = [
  ...['a', '1', 'object.x', 'request.nothing', 'request.userInfo.groups[0] == "a"', 'namespaceObject.metadata.UID == "x"', 'namespaceObject.spec.x', 'params.x == 1',
    'authorizer.group("").resource("pods").check("get").allowed()', 'authorizer.requestResource.check("get")', 'variables.a == 1', 'has(object.metadata) ? "a" : "b"', 'object.spec.all(x, 1)',
    'quantity("1") == 2', 'string(object) == object', '[1].sum() == "a"', 'object.x == 1\n|| object.y == z', '"x".matches("[")', 'includes([1], 1)', '[1,2].includes(1)', 'oldObject == null', ' true ',
  ].map((expression) => ({ validations: [{ expression }] })),
  { validations: [{ expression: 'true', messageExpression: '1' }, { expression: 'true', messageExpression: 'authorizer' }, { expression: 'true', messageExpression: '"a" + string(object.x)' }] },
  { auditAnnotations: [{ key: 'a', valueExpression: '1' }, { key: 'b', valueExpression: 'object.x' }, { key: 'c', valueExpression: 'null' }, { key: 'd', valueExpression: ' "a" ' }] },
  { matchConditions: [{ name: 'a', expression: 'variables.x' }, { name: 'b', expression: 'params == null' }, { name: 'c', expression: '1' }] },
  { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, matchConditions: [{ name: 'b', expression: 'params == null' }], validations: [{ expression: 'params.data.x == object.data.x', messageExpression: 'params.data.x' }] },
  { variables: [{ name: 'a', expression: '1' }, { name: 'b', expression: 'variables.a + 1' }, { name: 'c', expression: 'variables.d' }, { name: 'd', expression: '[{"a": 1}]' }], validations: [
    { expression: 'variables.b == "x"' }, { expression: 'variables.d[0].a == "x"' }, { expression: 'variables.c == 1' }, { expression: 'variables.e == 1' }, { expression: 'variables.b == 2', messageExpression: 'variables.b' },
  ] },
]
const BAD_PATCHES: readonly object[] = [
  ...['object', '[]', '[JSONPatch{}]', '[JSONPatch{op: 1}]', '[JSONPatch{x: "a"}]', '[JSONPatch{op: "add", path: "/a/" + jsonpatch.escapeKey("a/b"), value: Object.spec{a: 1}}]', ' JSONPatch{} ', '[1]']
    .map((expression) => ({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }] })),
  ...['object', 'Object{}', 'Object{spec: Object.spec{replicas: 1}}', 'Object{spec: Object.other{replicas: 1}}', 'Object.spec{}', '[]', 'Other{}', 'variables.a']
    .map((expression) => ({ variables: [{ name: 'a', expression: 'Object{}' }], mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }] })),
]
const BAD_MUTATIONS: readonly object[] = [
  ...BAD_HEADS, { mutations: [] }, { reinvocationPolicy: undefined }, { reinvocationPolicy: 'X' },
  ...[
    { patchType: '' }, { patchType: 'X' }, { patchType: 'JSONPatch' }, { patchType: 'ApplyConfiguration' }, { patchType: 'JSONPatch', jsonPatch: { expression: '' } },
    { patchType: 'ApplyConfiguration', applyConfiguration: { expression: ' ' }, jsonPatch: { expression: '[]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: JSON_PATCH }, applyConfiguration: { expression: 'Object{}' } },
  ].map((mutation) => ({ mutations: [mutation] })),
]
const BAD_BINDINGS: readonly object[] = [
  {}, { policyName: '' }, { policyName: 'A_B' }, { validationActions: [] }, { validationActions: ['Deny', 'Warn', 'X', 'Deny'] }, { validationActions: ['Warn', 'Audit'] },
  { paramRef: {} }, { paramRef: { name: 'a/b', selector: {}, parameterNotFoundAction: 'X' } }, { paramRef: { selector: { matchLabels: { a: 'b c' } }, parameterNotFoundAction: 'Deny' } }, { matchResources: {} }, { matchResources: { matchPolicy: 'X' } },
]

/** One object through its life; the name is the case's own, for the kinds have no namespace. */
const life = (plural: string, object: object): Case => ({
  name: `registration: life of ${plural}`,
  steps: [
    post(`${GROUP}/${plural}`, object), (seen) => get(`${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}`),
    get(`${GROUP}/${plural}`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }),
    (seen) => patch('merge', `${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}`, { metadata: { labels: { a: 'b' } } }),
    (seen) => put(`${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}`, changed(seen, 0, (one: { metadata: { resourceVersion?: string } }) => delete one.metadata.resourceVersion)),
    (seen) => put(`${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}`, changed(seen, 3, (one: { webhooks?: { failurePolicy: string }[]; spec?: { failurePolicy?: string; policyName?: string } }) => {
      if (one.webhooks) one.webhooks[0]!.failurePolicy = 'Ignore'
      if (one.spec?.failurePolicy) one.spec.failurePolicy = 'Ignore'
      if (one.spec?.policyName) one.spec.policyName = 'q'
    })),
    (seen) => get(`${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}/status`),
    (seen) => del(`${GROUP}/${plural}/${at(seen, 0, 'metadata', 'name')}`),
  ],
})

export const registration: readonly Case[] = [
  { name: 'registration: mutating webhooks', steps: BAD_HOOKS.map((more) => tried('Mutating', hook(more))) },
  { name: 'registration: validating webhooks', steps: [...BAD_HOOKS.map((more) => tried('Validating', hook(more))), tried('Validating', hook(), hook()), post(`${GROUP}/validatingwebhookconfigurations${DRY}`, { ...hooks('ValidatingWebhookConfiguration'), metadata: { name: 'a.static.k8s.io' } })] },
  { name: 'registration: expressions', steps: BAD_EXPRESSIONS.map((more) => post(`${P}${DRY}`, policy(more))) },
  { name: 'registration: expressions of patches', steps: BAD_PATCHES.map((more) => post(`${M}${DRY}`, mutating(more))) },
  {
    name: 'registration: expressions of webhooks',
    steps: ['1', 'params.x', 'authorizer.requestResource.check("get").allowed()', 'request.userInfo.username == 1', '[1,2].includes(1)']
      .map((expression) => tried('Mutating', hook({ matchConditions: [{ name: 'a', expression }] }))),
  },
  { name: 'registration: validating policies', steps: BAD_POLICIES.map((more) => post(`${P}${DRY}`, policy(more))) },
  { name: 'registration: mutating policies', steps: BAD_MUTATIONS.map((more) => post(`${M}${DRY}`, mutating(more))) },
  { name: 'registration: bindings', steps: [
    ...BAD_BINDINGS.map((more) => post(`${B}${DRY}`, binding(more))),
    ...BAD_BINDINGS.map((more) => post(`${GROUP}/mutatingadmissionpolicybindings${DRY}`, { ...binding(more), kind: 'MutatingAdmissionPolicyBinding' })),
  ] },
  life('mutatingwebhookconfigurations', { ...hooks('MutatingWebhookConfiguration', hook({ rules: [] })), metadata: { name: 'life' } }),
  life('validatingwebhookconfigurations', { ...hooks('ValidatingWebhookConfiguration', hook({ rules: [] })), metadata: { name: 'life' } }),
  life('validatingadmissionpolicies', policy({}, 'life')),
  life('validatingadmissionpolicybindings', { ...binding({ paramRef: { name: 'x', namespace: 'n', parameterNotFoundAction: 'Allow' } }), metadata: { name: 'life' } }),
  life('mutatingadmissionpolicies', { ...mutating({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }), metadata: { name: 'life' } }),
  life('mutatingadmissionpolicybindings', { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: 'life' }, spec: { policyName: 'p', paramRef: { selector: { matchLabels: { a: 'b' } }, parameterNotFoundAction: 'Deny' } } }),
]
