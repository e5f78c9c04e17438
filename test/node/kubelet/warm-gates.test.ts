import { afterEach, expect, test } from 'bun:test'
import { ok } from '../../../src/base/result.ts'
import { LABEL } from '../../../src/node/kubelet/labels.ts'
import { createOnce, type Dressed, type SandboxSettings } from '../../../src/node/kubelet/sandbox.ts'
import { warmSandboxes, type WarmSandboxes } from '../../../src/node/kubelet/warm-sandboxes.ts'
import { fakeDocker } from '../../sim/fake-docker.ts'
import { fakeGates } from '../../sim/fake-gates.ts'
import { steppedClock } from '../../support/stepped-clock.ts'
import { pod } from '../support/pods.ts'

let provider: WarmSandboxes | undefined
afterEach(() => provider?.close())

/** A warm sandbox and a container that is to join it. */
async function setup() {
  const clock = steppedClock()
  const engine = fakeDocker({ clock })
  const image = engine.addImage('app:1', { Cmd: ['sleep', '1000'] })
  engine.addImage('sandbox:1', { Cmd: ['sleep', '1000'] })
  const settings: SandboxSettings = {
    owner: { clusterUid: 'c', branch: 0, nodeName: 'n', stateDir: '/nowhere' },
    network: 'bridge', clusterDomain: 'cluster.local', oomScoreMin: 0, image: async () => ok('sandbox:1'),
  }
  const gates = fakeGates(engine)
  provider = await warmSandboxes({ engine, clock, settings, gates, size: 1 })
  await provider.filled()
  const { signal } = new AbortController()
  const of = pod({}, { uid: 'u1' })
  const acquired = await provider.acquire(of, 0, signal)
  if (!acquired.ok) throw new Error(acquired.error.message)
  const sandbox = acquired.value
  const spec = { Image: 'app:1', Labels: { [LABEL.podUid]: 'u1', [LABEL.container]: 'c', [LABEL.attempt]: '0' }, HostConfig: { NetworkMode: `container:${sandbox.id}` } }
  const dress = () => provider!.dress(sandbox, of, spec, image)
  const create = async (dressed: Dressed) => {
    const made = await engine.containers.create('app', dressed.spec)
    return made.ok ? made.value.Id : ''
  }
  return { clock, engine, gates, sandbox, dress, create, provider }
}

test('a container whose start had no answer is let through its gate all the same', async () => {
  const { engine, gates, dress, create } = await setup()
  const dressed = await dress()
  const id = await create(dressed)
  dressed.abandon(false)
  expect(gates.pending().length).toBe(1)
  await engine.containers.start(id)
  expect(engine.state.containers.get(id)?.process?.ended).toBe(false)
  await Bun.sleep(0)
  expect(gates.pending()).toEqual([])
})

test('a container that passed its gate in an earlier try is not waited for at the next', async () => {
  const { clock, engine, dress, create } = await setup()
  const first = await dress()
  const id = await create(first)
  await engine.containers.start(id)
  first.abandon(false)
  const again = await dress()
  const done = again.started(id, false)
  await clock.step(10_000)
  expect(await done).toEqual(ok(undefined))
})

test('gates go with their sandbox', async () => {
  const { gates, dress, sandbox, provider } = await setup()
  await dress()
  expect(gates.pending().length).toBe(1)
  await provider.release(sandbox.id)
  expect(gates.pending()).toEqual([])
})

test('a container that an earlier try created comes to no gate of this one: it is made anew', async () => {
  const { engine, dress, create } = await setup()
  const left = await create(await dress())
  const dressed = await dress()
  const found = await createOnce(engine, 'app', dressed.spec, new AbortController().signal)
  if (!found.ok) throw new Error(found.error.message)
  expect(found.value).not.toBe(left)
  await engine.containers.start(found.value)
  expect(await dressed.started(found.value, true)).toEqual(ok(undefined))
})
