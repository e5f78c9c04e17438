import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../src/meta/object.ts'
import type { PolicyRule, Subject as BoundSubject } from '../../src/resources/generated/rbac.gen.ts'
import { onResource, type Subject } from '../../src/rights/attributes.ts'
import { rbacAuthorizer } from '../../src/rights/rbac.ts'
import { RIGHTS } from '../../src/rights/role-cells.ts'
import { RuleIndex } from '../../src/rights/rule-index.ts'
import { create, memoryCore, type MemoryCore } from '../support/memory-core.ts'

const apiVersion = 'rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io'

const user = (name: string): BoundSubject => ({ kind: 'User', name, apiGroup: GROUP })
const group = (name: string): BoundSubject => ({ kind: 'Group', name, apiGroup: GROUP })
const pods = (...verbs: string[]): PolicyRule => ({ verbs, apiGroups: [''], resources: ['pods'] })

const role = (name: string, rules: PolicyRule[], namespace = ''): KubeObject =>
  ({ apiVersion, kind: namespace === '' ? 'ClusterRole' : 'Role', metadata: { name, ...(namespace && { namespace }) }, rules }) as KubeObject

const binding = (name: string, to: string, subjects: BoundSubject[], namespace = ''): KubeObject => {
  const [kind, role] = to.split('/')
  return {
    apiVersion, kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name, ...(namespace && { namespace }) }, roleRef: { apiGroup: GROUP, kind, name: role }, subjects,
  } as KubeObject
}

const resourceOf = (kind: string): string =>
  ({ ClusterRole: RIGHTS.clusterRoles, Role: RIGHTS.roles, ClusterRoleBinding: RIGHTS.clusterRoleBindings, RoleBinding: RIGHTS.roleBindings })[kind]!

const who = (name: string, ...groups: string[]): Subject => ({ name, groups })

describe('the index', () => {
  let core: MemoryCore
  beforeAll(async () => {
    core = await memoryCore()
    await put(binding('early', 'ClusterRole/early', [user('early')]), role('early', [pods('get')]))
  })
  afterAll(() => core.close())

  const put = async (...objects: KubeObject[]): Promise<void> => {
    for (const object of objects) await create(core, resourceOf(object.kind!), object.metadata.namespace ?? '', object)
  }
  const remove = async (kind: string, name: string, namespace = ''): Promise<void> => {
    expect((await core.execute({ verb: 'delete', resource: resourceOf(kind), namespace, name })).ok).toBe(true)
  }
  const may = (index: RuleIndex, subject: Subject, verb: string, namespace = ''): boolean =>
    index.allows(subject, onResource({ verb, group: '', resource: 'pods', namespace }))

  test('knows what was there before it, and what came after', async () => {
    const index = new RuleIndex(core.view)
    expect(may(index, who('early'), 'get')).toBe(true)
    expect(may(index, who('a'), 'get')).toBe(false)
    await put(role('reader', [pods('get')]), binding('a', 'ClusterRole/reader', [user('a'), group('g')]))
    expect(may(index, who('a'), 'get')).toBe(true)
    expect(may(index, who('b', 'g'), 'get', 'default')).toBe(true)
    expect(may(index, who('g'), 'get')).toBe(false)
    expect(may(index, who('a'), 'list')).toBe(false)
    await remove('ClusterRoleBinding', 'a')
    expect(may(index, who('a'), 'get')).toBe(false)
    expect(may(index, who('b', 'g'), 'get')).toBe(false)
  })

  test('a role binding counts in its namespace alone, accounts in theirs', async () => {
    await put(
      role('local', [pods('list')], 'default'),
      binding('local', 'Role/local', [{ kind: 'ServiceAccount', name: 'sa' }, user('c')], 'default'),
      binding('nowhere', 'ClusterRole/early', [{ kind: 'ServiceAccount', name: 'sa', namespace: 'other' }]),
    )
    const index = new RuleIndex(core.view)
    const account = who('system:serviceaccount:default:sa')
    expect(may(index, account, 'list', 'default')).toBe(true)
    expect(may(index, account, 'list')).toBe(false)
    expect(may(index, account, 'list', 'kube-system')).toBe(false)
    expect(may(index, who('c'), 'list', 'default')).toBe(true)
    expect(may(index, who('system:serviceaccount:other:sa'), 'get')).toBe(true)
  })

  test('follows the rules of a role, its end and its return', async () => {
    const index = new RuleIndex(core.view)
    const authorizer = rbacAuthorizer(index)
    const asked = onResource({ verb: 'watch', group: '', resource: 'pods', namespace: 'default' })
    await put(role('moving', [pods('get')]), binding('m', 'ClusterRole/moving', [user('m')], 'default'))
    expect(authorizer.judge(who('m'), asked)).toEqual({ allowed: false, denied: false, reason: '' })
    await remove('ClusterRole', 'moving')
    expect(authorizer.judge(who('m'), asked).reason).toBe('RBAC: clusterrole.rbac.authorization.k8s.io "moving" not found')
    await put(binding('m2', 'Role/gone', [user('m')], 'default'))
    expect(authorizer.judge(who('m'), asked).reason).toBe(
      'RBAC: [clusterrole.rbac.authorization.k8s.io "moving" not found, role.rbac.authorization.k8s.io "gone" not found]',
    )
    await put(role('moving', [pods('watch')]))
    expect(authorizer.judge(who('m'), asked)).toEqual({
      allowed: true, denied: false, reason: 'RBAC: allowed by RoleBinding "m/default" of ClusterRole "moving" to User "m"',
    })
  })

  test('an account is named before its namespace in a reason', async () => {
    const authorizer = rbacAuthorizer(new RuleIndex(core.view))
    const asked = onResource({ verb: 'list', group: '', resource: 'pods', namespace: 'default' })
    expect(authorizer.judge(who('system:serviceaccount:default:sa'), asked).reason).toBe(
      'RBAC: allowed by RoleBinding "local/default" of Role "local" to ServiceAccount "sa/default"',
    )
  })

  test('many roles of one user are merged, and a change of one is seen', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `many-${i}`)
    for (const [i, name] of names.entries())
      await put(role(name, [pods(`verb-${i}`)]), binding(name, `ClusterRole/${name}`, [user('many')]))
    const index = new RuleIndex(core.view)
    expect(names.every((_, i) => may(index, who('many'), `verb-${i}`))).toBe(true)
    await remove('ClusterRole', 'many-7')
    expect(may(index, who('many'), 'verb-7')).toBe(false)
    expect(may(index, who('many'), 'verb-8')).toBe(true)
    await remove('ClusterRoleBinding', 'many-8')
    expect(may(index, who('many'), 'verb-8')).toBe(false)
    expect(index.missing(who('many'), '').map(({ name }) => name)).toEqual(['many-7'])
  })

  test('what somebody may is told in the order of the bindings', () => {
    const report = rbacAuthorizer(new RuleIndex(core.view)).rulesOf(who('c'), 'default')
    expect(report).toEqual({
      resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], resourceNames: [] }],
      nonResourceRules: [], incomplete: false, problem: '',
    })
  })
})
