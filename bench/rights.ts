import { RuleIndex } from '../src/rights/rule-index.ts'
import { onResource, type Attributes, type Subject } from '../src/rights/attributes.ts'
import { create, memoryCore } from '../test/support/memory-core.ts'

/**
 * What an RBAC decision costs with 5,000 bindings of 500 roles, a third of them to one group: half of the
 * questions are answered no. The bar of the issue is p99 <= 20 us. `bun bench/rights.ts`
 */
const BINDINGS = 5_000
const ROLES = 500
const QUESTIONS = 200_000
const GROUP = 'rbac.authorization.k8s.io'
const apiVersion = `${GROUP}/v1`

const core = await memoryCore()
const writes: Promise<unknown>[] = []
for (let i = 0; i < ROLES; i++)
  writes.push(
    create(core, `clusterroles.${GROUP}`, '', {
      apiVersion, kind: 'ClusterRole', metadata: { name: `r${i}` },
      rules: [{ verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['pods', `x${i}`] }],
    } as never),
  )
for (let i = 0; i < BINDINGS; i++)
  writes.push(
    create(core, `clusterrolebindings.${GROUP}`, '', {
      apiVersion, kind: 'ClusterRoleBinding', metadata: { name: `b${i}` },
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: `r${i % ROLES}` },
      subjects: [{ kind: i % 2 ? 'User' : 'Group', name: `u${i % 3 === 0 ? 0 : i}`, apiGroup: GROUP }],
    } as never),
  )
await Promise.all(writes)

const index = new RuleIndex(core.view)
const questions = Array.from({ length: QUESTIONS }, (_, i): readonly [Subject, Attributes] => [
  { name: `u${i % BINDINGS}`, groups: ['u0', 'system:authenticated'] },
  onResource({ verb: i % 2 ? 'get' : 'delete', group: '', resource: i % 3 ? 'pods' : `x${i % 700}`, namespace: 'default' }),
])
for (const [subject, attributes] of questions) index.allows(subject, attributes)
const times = questions.map(([subject, attributes]) => {
  const begun = Bun.nanoseconds()
  index.allows(subject, attributes)
  return Bun.nanoseconds() - begun
})
times.sort((a, b) => a - b)
const at = (share: number): string => `${(times[Math.floor(times.length * share)]! / 1000).toFixed(1)} us`
console.log(`RBAC decision, ${BINDINGS} bindings: p50 ${at(0.5)}, p99 ${at(0.99)}`)
await core.close()
