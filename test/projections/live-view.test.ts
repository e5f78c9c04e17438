import { describe, expect, test } from 'bun:test'
import { WATCH_WINDOW_BYTES_MAX, WATCH_WINDOW_EVENTS_MIN } from '../../src/base/limits.ts'
import type { Change, LogEvent } from '../../src/events/log-event.ts'
import { LiveView } from '../../src/projections/live-view.ts'
import { PendingState } from '../../src/projections/pending-state.ts'
import { WatchCache } from '../../src/projections/watch-cache.ts'
import { EVERYTHING } from '../../src/meta/label-selector.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { builtIn, createRegistry } from '../../src/resources/registry.ts'
import { changeOf } from '../events/builders.ts'

const registry = createRegistry(builtIn)
const newView = () => new LiveView((resource) => registry.byResource(resource))

interface PodText { node?: string; owner?: string; labels?: Record<string, string>; namespace?: string }
const podOf = (name: string, revision: number, { node, owner, labels, namespace = 'default' }: PodText = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name, namespace, uid: `uid-${name}`, resourceVersion: String(revision), ...(labels && { labels }),
    ...(owner && { ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] }),
  },
  ...{ spec: { containers: [], ...(node && { nodeName: node }) } },
})

const event = (revision: number, op: 'put' | 'delete', object: KubeObject): LogEvent => ({
  revision, op, time: revision, verb: op === 'put' ? 'create' : 'delete', subresource: '', resource: 'pods',
  namespace: object.metadata.namespace!, name: object.metadata.name!, uid: object.metadata.uid!, previous: 0, intent: true,
  request: 'r', body: Buffer.from(JSON.stringify(object)),
})

/** Pods a (node-1, owned by rs), b (no node, owned by rs), c (node-1) in kube-system. */
function filled(): LiveView {
  const view = newView()
  view.apply([
    event(1, 'put', podOf('a', 1, { node: 'node-1', owner: 'rs', labels: { app: 'x' } })),
    event(2, 'put', podOf('b', 2, { owner: 'rs' })),
    event(3, 'put', podOf('c', 3, { node: 'node-1', namespace: 'kube-system' })),
  ])
  return view
}

describe('indexes follow every step', () => {
  const names = (objects: KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name!)
  test.each<[string, (view: LiveView) => unknown, unknown, unknown]>([
    ['list', (v) => names(v.list('pods')), ['a', 'b', 'c'], ['b', 'c']],
    ['list of a namespace', (v) => names(v.list('pods', 'default')), ['a', 'b'], ['b']],
    ['count', (v) => [v.count('pods'), v.count('pods', 'default'), v.count('pods', 'kube-system'), v.count('nothing')], [3, 2, 1, 0], [2, 1, 1, 0]],
    ['by an indexed field', (v) => names(v.byField('pods', 'spec.nodeName', 'node-1')), ['a', 'c'], ['b', 'c'].slice(1)],
    ['by another value', (v) => names(v.byField('pods', 'spec.nodeName', 'node-2')), [], ['b']],
    ['by a field without index', (v) => names(v.byField('pods', 'metadata.absent', 'x')), [], []],
    ['by controller', (v) => names(v.byController('pods', 'rs')), ['a', 'b'], []],
    ['without controller', (v) => names(v.byController('pods', '', 'default')), [], ['b']],
    ['by owner', (v) => names(v.byOwner('pods', 'rs')), ['a', 'b'], []],
    ['by selector', (v) => names(v.bySelector('pods', 'default', EVERYTHING)), ['a', 'b'], ['b']],
    ['by uid', (v) => [v.byUid('uid-a')?.name, v.byUid('uid-b')?.name], ['a', 'b'], [undefined, 'b']],
  ])('%s', (_name, ask, before, after) => {
    const view = filled()
    expect(ask(view)).toEqual(before)
    // a goes; b moves to node-2 and loses its owner.
    view.apply([event(4, 'delete', podOf('a', 4)), event(5, 'put', podOf('b', 5, { node: 'node-2' }))])
    expect(ask(view)).toEqual(after)
  })

  test('a snapshot does not move', () => {
    const view = filled()
    const frozen = view.snapshot('pods')
    view.apply([event(4, 'delete', podOf('a', 4))])
    expect(frozen.keysArray()).toEqual(['default/a', 'default/b', 'kube-system/c'])
  })

  test('what was applied already is not applied again', () => {
    const view = filled()
    const told: number[] = []
    view.onSteps((_resource, items) => told.push(...items.map(({ revision }) => revision)))
    view.apply([event(3, 'put', podOf('c', 3)), event(4, 'put', podOf('d', 4))])
    expect(told).toEqual([4])
    expect(view.revision).toBe(4)
  })

  test('a view that was loaded equals one that applied', () => {
    const applied = filled()
    const loaded = newView()
    loaded.load([3, 1, 2].map((revision) => {
      const entry = applied.snapshot('pods').valuesArray().find((one) => one.revision === revision)!
      return event(revision, 'put', entry.object)
    }))
    loaded.loaded(3)
    expect(loaded.list('pods')).toEqual(applied.list('pods'))
    const onNode = (view: LiveView): string[] => view.byField('pods', 'spec.nodeName', 'node-1').map(({ metadata }) => metadata.name!).sort()
    expect(onNode(loaded)).toEqual(onNode(applied))
    expect(loaded.stepsAfter('pods', 2)).toBeUndefined()
    expect(loaded.stepsAfter('pods', 3)).toEqual([])
  })
})

describe('the overlay of what is not durable', () => {
  const staged = (name: string, op: 'put' | 'delete' = 'put'): Change =>
    changeOf(name, { op, resource: 'configmaps', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } } })
  const bytes = (name: string): Uint8Array => Buffer.from(JSON.stringify(staged(name).object))
  const committed = (change: Change, revision: number): LogEvent => ({
    ...change, revision, time: revision, request: 'r', body: bytes(change.name),
  })
  const seen = (state: PendingState, name: string): number | undefined => state.get('configmaps', 'default', name)?.revision

  test('shows what is staged, newest first, and hides it from the view until it is durable', () => {
    const view = newView()
    const state = new PendingState(view)
    state.staged(staged('x'), 1, bytes('x'))
    state.staged(staged('x'), 2, bytes('x'))
    expect([seen(state, 'x'), view.entry('configmaps', 'default', 'x')]).toEqual([2, undefined])
    state.committed([committed(staged('x'), 1)])
    expect([seen(state, 'x'), view.entry('configmaps', 'default', 'x')?.revision]).toEqual([2, 1])
    state.committed([committed(staged('x'), 2)])
    expect([seen(state, 'x'), view.entry('configmaps', 'default', 'x')?.revision]).toEqual([2, 2])
  })

  test('a staged delete hides what is durable; a failed batch brings it back', () => {
    const state = new PendingState(newView())
    state.staged(staged('x'), 1, bytes('x'))
    state.committed([committed(staged('x'), 1)])
    state.staged(staged('x', 'delete'), 2, bytes('x'))
    state.staged(staged('y'), 3, bytes('y'))
    expect([seen(state, 'x'), seen(state, 'y')]).toEqual([undefined, 3])
    state.aborted()
    expect([seen(state, 'x'), seen(state, 'y')]).toEqual([1, undefined])
  })

  test('listeners hear of what is staged with what was before it, and of what became void', () => {
    const state = new PendingState(newView())
    const heard: string[] = []
    state.onStaged((entry, before, gone) => heard.push(`${entry.name} ${before?.revision ?? '-'} ${gone}`))
    const stop = state.onAbort(() => heard.push('void'))
    state.staged(staged('x'), 1, bytes('x'))
    state.staged(staged('x', 'delete'), 2, bytes('x'))
    state.aborted()
    stop()
    state.aborted()
    expect(heard).toEqual(['x - false', 'x 1 true', 'void'])
  })

  test('what another process wrote is applied beside what is staged here', () => {
    const view = newView()
    const state = new PendingState(view)
    state.committed([committed(staged('foreign'), 1)])
    expect(view.get('configmaps', 'default', 'foreign')).toMatchObject({ metadata: { name: 'foreign' } })
  })
})

describe('the window of steps that a watch resumes from', () => {
  const item = (revision: number, size = 10) => {
    const view = newView()
    const entry = view.entryOf({
      resource: 'pods', namespace: 'default', name: 'a', uid: 'u', revision,
      bytes: new Uint8Array(size), object: podOf('a', revision),
    })
    return { revision, op: 'put' as const, entry, before: entry }
  }

  test('gives all steps after a revision, and nothing where it does not reach', () => {
    const cache = new WatchCache(10)
    for (const revision of [12, 15, 16]) cache.push(item(revision), 1)
    expect([9, 10, 11, 12, 15, 16, 99].map((after) => cache.after(after)?.map(({ revision }) => revision))).toEqual([
      undefined, [12, 15, 16], [12, 15, 16], [15, 16], [16], [], [],
    ])
  })

  test('is bounded by number, wider for many objects, and by bytes', () => {
    const many = new WatchCache(0)
    const step = item(1)
    for (let revision = 1; revision <= WATCH_WINDOW_EVENTS_MIN + 5; revision++) many.push({ ...step, revision }, 1)
    expect(many.floor).toBe(5)
    expect(many.after(5)).toHaveLength(WATCH_WINDOW_EVENTS_MIN)
    expect(many.after(4)).toBeUndefined()
    const wide = new WatchCache(0)
    for (let revision = 1; revision <= WATCH_WINDOW_EVENTS_MIN + 5; revision++) wide.push({ ...step, revision }, WATCH_WINDOW_EVENTS_MIN)
    expect(wide.floor).toBe(0)
    const big = new WatchCache(0)
    const heavy = item(1, WATCH_WINDOW_BYTES_MAX / 4)
    for (let revision = 1; revision <= 6; revision++) big.push({ ...heavy, revision }, 1)
    expect(big.floor).toBe(2)
  })
})

test('parsed objects are forgotten beyond their bound, and parsed again when asked', () => {
  const view = newView()
  const filler = 'x'.repeat(1_000_000)
  for (let revision = 1; revision <= 40; revision++)
    view.apply([event(revision, 'put', podOf(`p${revision}`, revision, { labels: { filler } }))])
  const first = view.entry('pods', 'default', 'p1')!
  const object = first.object
  expect(first.object).toBe(object)
  for (const { metadata } of view.list('pods')) expect(metadata.labels).toEqual({ filler })
  expect(first.object).not.toBe(object)
  expect(first.object).toEqual(object)
})
