import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Command } from '../../src/commands/command.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { create, memoryCore, type MemoryCore } from '../support/memory-core.ts'

const GROUP = 'rbac.authorization.k8s.io'
const apiVersion = `${GROUP}/v1`
const resource = (plural: string): string => `${plural}.${GROUP}`

type Rules = readonly { verbs: string[]; apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; nonResourceURLs?: string[] }[]

const PODS: Rules = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }]
const clusterRole = (name: string, rules: Rules, more: object = {}): KubeObject =>
  ({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules, ...more }) as KubeObject
const role = (name: string, rules: Rules): KubeObject =>
  ({ apiVersion, kind: 'Role', metadata: { name, namespace: 'default' }, rules }) as KubeObject
const user = (name: string) => [{ kind: 'User', name, apiGroup: GROUP }]
const clusterBinding = (name: string, to: string, who: string): KubeObject =>
  ({ apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: to }, subjects: user(who) }) as KubeObject
const binding = (name: string, kind: string, to: string, who: string): KubeObject =>
  ({ apiVersion, kind: 'RoleBinding', metadata: { name, namespace: 'default' }, roleRef: { apiGroup: GROUP, kind, name: to }, subjects: user(who) }) as KubeObject

/** Source of the messages: kube-apiserver v1.37, pkg/registry/rbac policybased storages. */
describe('nobody hands on rights that he does not hold', () => {
  let core: MemoryCore
  const PLURALS: Record<string, string> = {
    ClusterRole: 'clusterroles', Role: 'roles', ClusterRoleBinding: 'clusterrolebindings', RoleBinding: 'rolebindings',
  }
  const placed = ({ kind, metadata }: KubeObject) => ({
    resource: resource(PLURALS[kind!]!), namespace: metadata.namespace ?? '', name: metadata.name!,
  })
  beforeAll(async () => {
    core = await memoryCore()
    const all: KubeObject[] = [
      clusterRole('pods', PODS), clusterBinding('holder', 'pods', 'holder'),
      clusterRole('all', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }]),
      clusterBinding('root', 'all', 'root'),
      clusterRole('may-escalate', [{ verbs: ['escalate'], apiGroups: [GROUP], resources: ['clusterroles'] }]),
      clusterBinding('escalator', 'may-escalate', 'escalator'),
      clusterRole('may-bind', [{ verbs: ['bind'], apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: ['pods'] }]),
      clusterBinding('binder', 'may-bind', 'binder'),
      clusterBinding('lost', 'gone', 'lost'),
      role('local', PODS), binding('local', 'Role', 'local', 'local'),
    ]
    for (const object of all) await create(core, placed(object).resource, placed(object).namespace, object)
  })
  afterAll(() => core.close())

  const as = async (name: string, command: Command, groups: string[] = ['system:authenticated']): Promise<string> => {
    const answer = await core.execute(command, { caller: { name, groups } })
    return answer.ok ? answer.value.effect : `${answer.error.code} ${answer.error.message}`
  }
  const creates = (name: string, object: KubeObject, groups?: string[]) =>
    as(name, { verb: 'create', ...placed(object), object, dryRun: true }, groups)

  const missing = (kind: string, name: string, who: string, ...rules: string[]): string =>
    `403 ${kind}.${GROUP} "${name}" is forbidden: user "${who}" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${rules.join('\n')}`

  test.each<[string, string, KubeObject, string]>([
    ['a role of what one holds', 'holder', clusterRole('a', PODS), 'created'],
    ['a role in a namespace of what one holds everywhere', 'holder', role('a', PODS), 'created'],
    ['a role of what one holds there', 'local', role('a', PODS), 'created'],
    [
      'a role for all of what one holds in a namespace', 'local', clusterRole('a', PODS),
      missing('clusterroles', 'a', 'local', '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}'),
    ],
    [
      'more', 'holder',
      clusterRole('a', [{ verbs: ['get', 'delete'], apiGroups: ['', 'apps'], resources: ['pods'] }, { verbs: ['get'], nonResourceURLs: ['/x'] }]),
      missing(
        'clusterroles', 'a', 'holder', '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
        '{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "delete"]}', '{NonResourceURLs:["/x"], Verbs:["get"]}',
      ),
    ],
    [
      'a role of names', 'nobody', clusterRole('a', [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['x'] }]),
      missing('clusterroles', 'a', 'nobody', '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get"]}'),
    ],
    [
      'what a lost role might give', 'lost', role('a', PODS),
      missing('roles', 'a', 'lost', '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}; resolution errors: [clusterroles.rbac.authorization.k8s.io "gone" not found]'),
    ],
    ['anything, with escalate', 'escalator', clusterRole('a', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]), 'created'],
    ['another kind, with escalate on one', 'escalator', role('a', PODS), missing('roles', 'a', 'escalator', '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}')],
    [
      'a role that gathers', 'holder', clusterRole('a', PODS, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }),
      `403 clusterroles.${GROUP} "a" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    ],
    ['a role that gathers, holding all', 'root', clusterRole('a', PODS, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }), 'created'],
    ['a binding of what one holds', 'holder', clusterBinding('b', 'pods', 'x'), 'created'],
    ['a binding there of what one holds there', 'local', binding('b', 'Role', 'local', 'x'), 'created'],
    ['a binding with bind', 'binder', clusterBinding('b', 'pods', 'x'), 'created'],
    ['a binding of another role than bind names', 'binder', binding('b', 'ClusterRole', 'all', 'x'), missing('rolebindings', 'b', 'binder', '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}', '{NonResourceURLs:["*"], Verbs:["*"]}')],
    ['a binding of no role', 'holder', binding('b', 'Role', 'nothing', 'x'), `404 roles.${GROUP} "nothing" not found`],
  ])('%s', async (_, who, object, answer) => {
    expect(await creates(who, object)).toBe(answer)
  })

  test('administrators may all', async () => {
    expect(await creates('admin', binding('b', 'Role', 'nothing', 'x'), ['system:masters'])).toBe('created')
  })

  test('an update is checked whole, but for what the garbage collector changes', async () => {
    const current = () => core.view.get<KubeObject>(resource('clusterroles'), '', 'all')!
    const update = (over: object): Command => {
      const { metadata, ...rest } = current()
      return { verb: 'update', resource: resource('clusterroles'), namespace: '', name: 'all', object: { ...rest, metadata: { ...metadata, ...over } }, dryRun: true }
    }
    expect(await as('holder', update({ labels: { a: 'b' } }))).toStartWith('403 clusterroles.rbac.authorization.k8s.io "all" is forbidden: user "holder"')
    expect(await as('holder', update({ finalizers: ['example.com/x'] }))).toBe('updated')
    expect(await as('root', update({ labels: { a: 'b' } }))).toBe('updated')
  })

  test('the right to update is not the right to create', async () => {
    const object = clusterRole('fresh', [])
    const upsert: Command = { verb: 'update', ...placed(object), object, dryRun: true }
    expect(await as('holder', upsert)).toBe(
      `403 clusterroles.${GROUP} "fresh" is forbidden: User "holder" cannot create resource "clusterroles" in API group "${GROUP}" at the cluster scope`,
    )
    expect(await as('root', upsert)).toBe('created')
  })
})
