import { expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { OBSERVATIONS_QUEUE_MAX } from '../../src/base/limits.ts'
import { ok } from '../../src/base/result.ts'
import type { Engine } from '../../src/docker/engine.ts'
import type { Observation } from '../../src/events/log-event.ts'
import type { Seen } from '../../src/node/kubelet/context.ts'
import { LABEL } from '../../src/node/kubelet/labels.ts'
import { makeObservations, observedEngine } from '../../src/node/observations.ts'

const one = (container = 'c'): Seen => ({ kind: 'exit', podUid: 'u', container, revision: 0, detail: {} })

test('numbers without gaps, in batches, again after a refusal', async () => {
  const taken: Observation[] = []
  let refuse = true
  const sink = async (batch: readonly Observation[]) => {
    if (refuse) return (refuse = false)
    taken.push(...batch)
    return true
  }
  const observations = makeObservations({ node: 'n', clock: systemClock, sink, firstSequence: 5 })
  for (let i = 0; i < 700; i++) observations.observe(one())
  await observations.flush()
  expect(taken).toEqual([])
  await observations.flush()
  expect(taken.map((o) => o.sequence)).toEqual(Array.from({ length: 700 }, (_, i) => i + 5))
  expect(taken[0]).toMatchObject({ node: 'n', kind: 'exit', podUid: 'u' })
  await observations.close()
})

test('a full queue drops the oldest and counts them', async () => {
  const observations = makeObservations({ node: 'n', clock: systemClock, sink: async () => true, firstSequence: 0 })
  for (let i = 0; i < OBSERVATIONS_QUEUE_MAX + 3; i++) observations.observe(one())
  expect(observations.dropped).toBe(3)
  await observations.close()
})

test('calls that change something are observed without their contents', async () => {
  const seen: Seen[] = []
  const fake = {
    endpoint: '', images: {},
    containers: {
      create: async () => ok({ Id: 'i1', Warnings: null }), start: async () => ok(true), inspect: async () => ok({}),
      kill: async () => ({ ok: false, error: { kind: 'conflict', status: 409, message: 'not running', call: '' } }),
    },
  } as unknown as Engine
  const engine = observedEngine(fake, systemClock, (s) => void seen.push(s))
  const spec = { Image: 'i', Env: ['PASSWORD=hunter2'], Labels: { [LABEL.podUid]: 'u', [LABEL.container]: 'c' } }
  await engine.containers.create('n', spec)
  await engine.containers.start('i1')
  await engine.containers.inspect('i1')
  await engine.containers.kill('i1', 'SIGTERM')
  expect(seen.map((s) => [s.detail['call'], s.podUid, s.container, s.detail['ok']])).toEqual([
    ['containers.create', 'u', 'c', true], ['containers.start', 'u', 'c', true], ['containers.kill', 'u', 'c', false],
  ])
  expect(JSON.stringify(seen)).not.toContain('hunter2')
  expect(seen[2]!.detail).toMatchObject({ kind: 'conflict', message: 'not running' })
})
