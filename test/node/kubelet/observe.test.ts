import { describe, expect, test } from 'bun:test'
import type { ContainerInspect, ContainerState } from '../../../src/docker/types.ts'
import { dockerName, LABEL } from '../../../src/node/kubelet/labels.ts'
import { observedStore, parseSandboxName, sightingOf, toContainer } from '../../../src/node/kubelet/observe.ts'
import { latestOf, readySandbox } from '../../../src/node/kubelet/observed.ts'
import { pod, sandbox, seen } from '../support/pods.ts'

const state = (more: Partial<ContainerState>): ContainerState => ({
  Status: 'running', Running: true, Paused: false, Restarting: false, OOMKilled: false, Dead: false, Pid: 5, ExitCode: 0, Error: '',
  StartedAt: '2026-01-01T00:00:00.5Z', FinishedAt: '0001-01-01T00:00:00Z', ...more,
})
const inspect = (s: Partial<ContainerState>, labels: Record<string, string>, name = '/x'): ContainerInspect => ({
  Id: 'id', Created: '2026-01-01T00:00:00Z', Name: name, Image: 'sha256:1', Path: '', Args: [], State: state(s), RestartCount: 0, LogPath: '/log',
  HostnamePath: '', HostsPath: '', ResolvConfPath: '', Config: { Image: 'sha256:1', Labels: labels }, HostConfig: {}, Mounts: [],
  NetworkSettings: { SandboxKey: '/ns', Networks: { n: { IPAddress: '10.1.0.2' } } },
})
const NEVER = '0001-01-01T00:00:00Z'
const own = { [LABEL.podUid]: 'u', [LABEL.container]: 'c', [LABEL.attempt]: '3', [LABEL.role]: 'app', [LABEL.sandbox]: 's', [LABEL.image]: 'nginx' }

describe('what Docker says, translated', () => {
  const rows: [string, Partial<ContainerState>, object][] = [
    ['running', {}, { phase: 'running', attempt: 3, image: 'nginx', sandboxId: 's', exitCode: 0 }],
    ['paused is running', { Status: 'paused', Running: false, Paused: true }, { phase: 'running' }],
    ['created', { Status: 'created', Running: false, StartedAt: NEVER }, { phase: 'created' }],
    ['removed before it ran', { Status: 'removing', Running: false, StartedAt: NEVER }, { phase: 'created' }],
    ['a start that failed', { Status: 'created', Running: false, StartedAt: NEVER, ExitCode: 127, Error: 'no such file' }, { phase: 'exited', exitCode: 128, startError: 'no such file', startedAt: '1970-01-01T00:00:00Z' }],
    ['ended', { Status: 'exited', Running: false, ExitCode: 2, OOMKilled: true }, { phase: 'exited', exitCode: 2, oomKilled: true }],
    ['dead', { Status: 'dead', Running: false }, { phase: 'exited' }],
  ]
  for (const [name, s, wanted] of rows) test(name, () => expect(toContainer(inspect(s, own), '')).toMatchObject(wanted))

  test('a sandbox by its labels, by its name, by what is known; strangers are nobody\'s', () => {
    const mine = { [LABEL.role]: 'sandbox', [LABEL.podUid]: 'u', [LABEL.attempt]: '1' }
    expect(sightingOf(inspect({}, mine), '')).toMatchObject({ kind: 'sandbox', podUid: 'u', sandbox: { attempt: 1, ip: '10.1.0.2', ready: true, netns: '/ns' } })
    const owner = { clusterUid: 'c', branch: 0, nodeName: 'n', stateDir: '/' }
    const name = `/${dockerName(owner, pod({}, { name: 'a.b-c', namespace: 'n-s', uid: 'u-1' }), 'POD', 4)}`
    expect(parseSandboxName(name)).toEqual({ podUid: 'u-1', attempt: 4 })
    expect(sightingOf(inspect({}, { [LABEL.role]: 'pool' }, name), '')).toMatchObject({ podUid: 'u-1', sandbox: { attempt: 4 } })
    expect(sightingOf(inspect({}, { [LABEL.role]: 'pool' }, '/klio_WARM_n_ab'), '')).toBeUndefined()
    expect(sightingOf(inspect({}, { [LABEL.role]: 'pool' }, '/klio_WARM_n_ab'), '', { podUid: 'k', attempt: 0 })).toMatchObject({ podUid: 'k' })
    expect(sightingOf(inspect({}, {}), '')).toBeUndefined()
  })
})

describe('the store', () => {
  test('newest first; an update replaces; a removal leaves nothing', () => {
    const store = observedStore()
    for (const c of [seen('c exited 1'), seen('c#1 running')]) store.put({ kind: 'container', podUid: 'u', container: c })
    store.put({ kind: 'sandbox', podUid: 'u', sandbox: sandbox() })
    expect(latestOf(store.of('u'), 'c')!.id).toBe('c1')
    expect(readySandbox(store.of('u'))!.id).toBe('s')
    store.put({ kind: 'container', podUid: 'u', container: seen('c#1 exited 0') })
    expect(store.of('u').containers.map((c) => [c.id, c.phase])).toEqual([['c1', 'exited'], ['c0', 'exited']])
    expect([store.podOf('c0'), store.remove('c0'), store.podOf('c0'), store.remove('never')]).toEqual(['u', 'u', undefined, undefined])
    store.remove('c1')
    store.remove('s')
    expect([store.podUids(), store.ids()]).toEqual([[], []])
  })
})
