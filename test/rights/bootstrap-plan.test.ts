import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrapObjects, ensureRights } from '../../src/bootstrap-rights.ts'
import { lineLog } from '../../src/base/log.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { planBootstrap } from '../../src/rights/bootstrap-plan.ts'
import { RIGHTS } from '../../src/rights/role-cells.ts'
import { memoryCore } from '../support/memory-core.ts'

const wanted = bootstrapObjects()
const named = (kind: string, name: string): KubeObject =>
  wanted.find((object) => object.kind === kind && object.metadata.name === name)!

/** A view of these objects alone. */
const viewOf = (...objects: KubeObject[]) => ({
  get: <O extends KubeObject>(resource: string, namespace: string, name: string) =>
    objects.find(
      ({ kind, metadata }) =>
        resource.startsWith(`${kind!.toLowerCase()}s.`) && metadata.name === name && (metadata.namespace ?? '') === namespace,
    ) as O | undefined,
})

const edit = named('ClusterRole', 'system:basic-user') as KubeObject & { rules: object[] }
const binding = named('ClusterRoleBinding', 'system:basic-user') as KubeObject & { subjects: object[]; roleRef: object }

describe('the bootstrap plan', () => {
  test('creates what is not there', () => {
    expect(planBootstrap(viewOf(), [edit])).toEqual([{ verb: 'create', resource: RIGHTS.clusterRoles, object: edit }])
  })

  test('is empty for what is there', () => expect(planBootstrap(viewOf(...wanted), wanted)).toEqual([]))

  test('keeps what was added, and adds what is missing', () => {
    const extra = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
    const there = { ...edit, metadata: { ...edit.metadata, labels: { a: 'b' } }, rules: [extra] }
    const [step] = planBootstrap(viewOf(there), [edit])
    expect(step?.verb).toBe('update')
    const { metadata, rules } = step!.object as typeof edit
    expect(metadata.labels).toEqual({ 'kubernetes.io/bootstrapping': 'rbac-defaults', 'a': 'b' })
    expect(rules[0]).toEqual(extra)
    expect(rules.length).toBeGreaterThan(1)
  })

  test('leaves alone what is not to be updated', () => {
    const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' }
    const role = { ...edit, metadata: { ...edit.metadata, annotations }, rules: [] }
    const other = { ...binding, metadata: { ...binding.metadata, annotations }, roleRef: { kind: 'ClusterRole', name: 'other' } }
    expect(planBootstrap(viewOf(role), [edit])).toEqual([])
    expect(planBootstrap(viewOf(other), [binding])).toEqual([])
  })

  test('a binding keeps its subjects, and is made anew for another role', () => {
    const mine = { kind: 'User', name: 'me', apiGroup: 'rbac.authorization.k8s.io' }
    const [step] = planBootstrap(viewOf({ ...binding, subjects: [mine] } as KubeObject), [binding])
    expect((step!.object as typeof binding).subjects).toEqual([mine, ...binding.subjects])
    const moved = { ...binding, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'other' } }
    expect(planBootstrap(viewOf(moved as KubeObject), [binding])[0]?.verb).toBe('remake')
  })

  test('a role that gathers no more loses its selectors', () => {
    const there = { ...edit, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }
    expect(planBootstrap(viewOf(there), [edit])[0]?.object).not.toHaveProperty('aggregationRule')
  })
})

describe('rights of a new cluster', () => {
  test('are those that kube-apiserver v1.37 writes, and nothing is written twice', async () => {
    const core = await memoryCore()
    await ensureRights(core, lineLog(() => {}, 'error'), wanted)
    const stored = [RIGHTS.clusterRoles, RIGHTS.clusterRoleBindings, RIGHTS.roles, RIGHTS.roleBindings].flatMap((resource) => core.view.list(resource))
    const shown = stored.map(shownOf).sort(byPlace)
    const golden = JSON.parse(readFileSync(join(import.meta.dir, '../golden/bootstrap-rights.json'), 'utf8')) as KubeObject[]
    expect(shown).toEqual(golden.map(shownOf).sort(byPlace))
    const { revision } = core.view
    await ensureRights(core, lineLog(() => {}, 'error'), wanted)
    expect(core.view.revision).toBe(revision)
    await core.close()
  })
})

/** Without what a cluster gives each object of its own; a role without rules is stored without the list. */
function shownOf({ metadata, ...object }: KubeObject & { rules?: unknown }): KubeObject {
  const { name, namespace, labels, annotations } = metadata
  if (object.rules === null) delete object.rules
  return { ...object, metadata: { name, ...(namespace && { namespace }), labels, annotations } } as KubeObject
}

const byPlace = (a: KubeObject, b: KubeObject): number => (key(a) < key(b) ? -1 : 1)
const key = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace}/${metadata.name}`
