import { describe, expect, test } from 'bun:test'
import type { Event } from '../../../src/resources/generated/core.gen.ts'
import { tooManyRequests } from '../../../src/meta/status.ts'
import { eventRecorder } from '../../../src/reconcilers/runtime/recorder.ts'
import type { Note } from '../../../src/reconcilers/runtime/reconciler.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const note = (message: string, extra: Partial<Note> = {}): Note => ({
  regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', uid: 'u1' },
  type: 'Warning',
  reason: 'Failed',
  message,
  ...extra,
})

function recording() {
  const clock = steppedClock()
  const cluster = new TestCluster(clock)
  const recorder = eventRecorder(clock, 'node-1')
  const cause = { triggers: [], view: 0, now: 0, reason: 'change' as const, component: 'c' }
  const record = (...notes: Note[]) =>
    recorder.record(notes, { component: 'c', sink: cluster, cause })
  return { clock, cluster, recorder, record, events: () => cluster.view.list<Event>('events') }
}

describe('eventRecorder', () => {
  test('a repeat counts on the same Event', async () => {
    const t = recording()
    await t.record(note('one'))
    await t.clock.step(2_000)
    await t.record(note('one'))
    await t.record(note('other'))
    expect(t.events()).toMatchObject([
      {
        message: 'one',
        count: 2,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:02Z',
        source: { component: 'c' },
        reportingComponent: 'c',
        involvedObject: { kind: 'Pod', name: 'web', uid: 'u1' },
      },
      { message: 'other', count: 1 },
    ])
    expect(t.events()[0]!.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/)
  })

  test('ten different messages about one reason become one combined Event', async () => {
    const t = recording()
    for (let i = 0; i < 15; i++) await t.record(note(`try ${i}`))
    const messages = t.events().map((event) => `${event.message} x${event.count}`)
    expect(messages).toEqual([
      ...Array.from({ length: 9 }, (_, i) => `try ${i} x1`),
      '(combined from similar events): try 14 x6',
    ])
  })

  test('a flood about one object is cut at 25, then one each five minutes', async () => {
    const t = recording()
    for (let i = 0; i < 40; i++) await t.record(note('same'))
    expect(t.events()[0]!.count).toBe(25)
    expect(t.recorder.counts.dropped).toBe(15)
    await t.clock.step(300_000)
    await t.record(note('same'), note('same'))
    expect(t.events()[0]!.count).toBe(26)
    await t.record(note('of another object', { regarding: { ...note('').regarding, uid: 'u2' } }))
    expect(t.events().length).toBe(2)
  })

  test('an Event that expired meanwhile is made anew', async () => {
    const t = recording()
    await t.record(note('one'))
    t.cluster.remove(t.events()[0]!)
    await t.record(note('one'))
    expect(t.events()).toMatchObject([{ message: 'one', count: 1 }])
  })

  test('notes with an action speak the dialect of events.k8s.io', async () => {
    const t = recording()
    const scheduled = note('assigned', { action: 'Binding', component: 'default-scheduler' })
    await t.record(scheduled)
    await t.record(scheduled)
    const [event] = t.events()
    expect(event).toMatchObject({
      eventTime: '2026-01-01T00:00:00.000000Z',
      action: 'Binding',
      reportingComponent: 'default-scheduler',
      reportingInstance: 'default-scheduler-node-1',
      source: {},
      series: { count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z' },
    })
    expect(event).not.toHaveProperty('count')
  })

  test('Events of cluster-scoped objects live in default; long texts are cut', async () => {
    const t = recording()
    const about = { apiVersion: 'v1', kind: 'Node', namespace: '', name: 'n', uid: 'n' }
    await t.record(note('x'.repeat(2_000), { regarding: about }))
    const [event] = t.events()
    expect(event!.metadata.namespace).toBe('default')
    expect(event!.message!.length).toBe(1_024)
    expect(event!.message!.endsWith(' ...')).toBe(true)
  })

  test('a busy server is tried a few times, then the Event is given up', async () => {
    const t = recording()
    let tries = 0
    t.cluster.gate = () => (tries++, tooManyRequests('later', 1))
    const done = t.record(note('one'))
    await t.clock.step(10_000)
    await done
    expect(tries).toBe(5)
    expect(t.recorder.counts.failed).toBe(1)
    t.cluster.gate = () => undefined
    await t.record(note('one'))
    expect(t.events()).toMatchObject([{ count: 1 }])
  })
})
