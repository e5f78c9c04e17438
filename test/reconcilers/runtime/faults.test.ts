import { expect, test } from 'bun:test'
import type { Deployment } from '../../../src/resources/generated/apps.gen.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { conflict, internalError, tooManyRequests, type Status } from '../../../src/meta/status.ts'
import { deploymentController } from '../../../src/reconcilers/controllers/deployment.ts'
import { endpointSliceController } from '../../../src/reconcilers/controllers/endpointslice.ts'
import { replicaSetController } from '../../../src/reconcilers/controllers/replicaset.ts'
import { eventRecorder } from '../../../src/reconcilers/runtime/recorder.ts'
import { Runner, type RunnerProblem } from '../../../src/reconcilers/runtime/runner.ts'
import { scheduler } from '../../../src/reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from '../../../src/reconcilers/scheduler/scheduler-index.ts'
import { container, deployment, kubelet, node, service } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

/** A sequence of chances that a seed decides. Source: Numerical Recipes, LCG. */
function chances(seed: number): () => number {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

const refusals: readonly Status[] = [
  conflict({ group: '', resource: 'x' }, 'x', 'changed'),
  tooManyRequests('later', 1),
  internalError('lost'),
]

/** A cluster whose commands are refused by chance, and whose controllers crash and start again. */
async function simulate(seed: number) {
  const chance = chances(seed)
  const clock = steppedClock()
  const cluster = new TestCluster(clock)
  const problems: RunnerProblem[] = []
  let faulty = true
  cluster.gate = () =>
    faulty && chance() < 0.3 ? refusals[Math.floor(chance() * refusals.length)] : undefined
  const start = async () => {
    const runner = new Runner(
      {
        source: cluster,
        sinkOf: () => cluster,
        recorder: eventRecorder(clock, 'host'),
        clock,
        report: (problem) => problems.push(problem),
      },
      [
        deploymentController(),
        replicaSetController(),
        endpointSliceController(),
        scheduler(new SchedulerIndex()),
      ],
    )
    await runner.start(new AbortController().signal)
    return runner
  }
  for (const name of ['node-1', 'node-2']) cluster.add(node(name))
  cluster.add(service('web'))
  cluster.add(deployment('web', 3))
  let runner = await start()
  for (let turn = 0; turn < 25; turn++) {
    await clock.step(Math.floor(chance() * 300))
    const kind = Math.floor(chance() * 6)
    const web = cluster.view.get<Deployment>('deployments.apps', 'default', 'web')!
    if (kind === 0)
      cluster.edit(web, (copy) => {
        copy.spec.template.spec!.containers = [container(`nginx:${turn}`)]
      })
    else if (kind === 1)
      cluster.edit(web, (copy) => (copy.spec.replicas = Math.floor(chance() * 6)))
    else if (kind === 2) {
      const closing = runner.close()
      await clock.step(5_000)
      await closing
      runner = await start()
    } else kubelet(cluster, (p) => p.spec?.nodeName !== undefined && chance() < 0.7)
  }
  faulty = false
  for (let i = 0; i < 30; i++) {
    await clock.step(1_500)
    kubelet(cluster, (p) => p.spec?.nodeName !== undefined)
  }
  await clock.step(5_000)
  const closing = runner.close()
  await clock.step(1)
  await closing
  return { cluster, problems }
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  'refusals and restarts: seed %i comes to the last wish',
  async (seed) => {
    const { cluster, problems } = await simulate(seed)
    const web = cluster.view.get<Deployment>('deployments.apps', 'default', 'web')!
    const image = web.spec.template.spec!.containers[0]!.image
    const pods = cluster.view.list<Pod>('pods')
    expect(pods.map((p) => p.spec!.containers[0]!.image)).toEqual(
      Array(web.spec.replicas!).fill(image),
    )
    expect(pods.every((p) => p.spec!.nodeName)).toBe(true)
    expect(web.status?.availableReplicas ?? 0).toBe(web.spec.replicas!)
    expect(problems).toEqual([])
  },
)
