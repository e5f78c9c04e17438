import { describe, expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { Cause } from '../../../src/events/log-event.ts'
import { makeStatusWriter, statusPatch } from '../../../src/node/kubelet/status-writer.ts'
import type { ContainerStatus, Pod, PodStatus } from '../../../src/resources/generated/core.gen.ts'
import { FakeApi } from '../support/fake-api.ts'
import { pod } from '../support/pods.ts'

const cause: Cause = { triggers: [], view: 1, now: 0, reason: 'change', component: 'kubelet' }
const ready = (status: string, more: object = {}) => ({ type: 'Ready', status, ...more })

const status = (fields: Partial<ContainerStatus>) => ({ name: 'c', ...fields }) as ContainerStatus

describe('the patch between two statuses', () => {
  const rows: [string, PodStatus, PodStatus, object | undefined][] = [
    ['the same', { phase: 'Running' }, { phase: 'Running' }, undefined],
    ['the same in another order of fields', { containerStatuses: [status({ ready: true, started: true })] }, { containerStatuses: [status({ started: true, ready: true })] }, undefined],
    ['what changed', { phase: 'Pending', hostIP: 'a' }, { phase: 'Running', hostIP: 'a' }, { phase: 'Running' }],
    ['what is gone', { phase: 'Failed', reason: 'x' }, { phase: 'Failed' }, { reason: null }],
    ['fields of others stay', { nominatedNodeName: 'n', phase: 'Pending' }, { phase: 'Pending' }, undefined],
    ['conditions by type', { conditions: [ready('False', { reason: 'r' }), { type: 'x/y', status: 'True' }] }, { conditions: [ready('True')] }, { conditions: [{ type: 'Ready', status: 'True', reason: null }] }],
    ['conditions of others are never sent', {}, { conditions: [{ type: 'x/y', status: 'True' }] }, undefined],
    ['addresses replace', { podIPs: [{ ip: 'a' }] }, { podIPs: [{ ip: 'b' }] }, { podIPs: [{ $patch: 'replace' }, { ip: 'b' }] }],
  ]
  for (const [name, before, after, wanted] of rows) test(name, () => expect(statusPatch(before, after)).toEqual(wanted as never))
})

describe('the writer', () => {
  const setup = () => {
    const api = new FakeApi()
    const made = api.put('pods', pod({}, { uid: 'u1' }))
    return { api, made, writer: makeStatusWriter(api, systemClock, new AbortController().signal) }
  }
  const phase = (api: FakeApi) => api.get<Pod>('pods', 'ns', 'p')?.status?.phase

  test('writes once, with the uid, and not what is there', async () => {
    const { api, made, writer } = setup()
    writer.set(made, { phase: 'Running' }, cause)
    await writer.idle()
    writer.set(api.get<Pod>('pods', 'ns', 'p')!, { phase: 'Running' }, cause)
    await writer.idle()
    expect(api.commands.length).toBe(1)
    expect(api.commands[0]).toMatchObject({ verb: 'patch', subresource: 'status', uid: 'u1', patch: { metadata: { uid: 'u1' } } })
    expect(phase(api)).toBe('Running')
  })

  test('while one write is on its way only the newest waits', async () => {
    const { api, made, writer } = setup()
    for (const p of ['Pending', 'Running', 'Succeeded']) writer.set(made, { phase: p }, cause)
    await writer.idle()
    expect(api.commands.length).toBeLessThanOrEqual(2)
    expect(phase(api)).toBe('Succeeded')
  })

  test('a failed write comes again', async () => {
    const { api, made, writer } = setup()
    api.away = true
    writer.set(made, { phase: 'Running' }, cause)
    while (api.commands.length === 0) await systemClock.sleep(1)
    api.away = false
    await writer.idle()
    expect(phase(api)).toBe('Running')
  })

  test('status first, then the Pod goes', async () => {
    const { api, made, writer } = setup()
    writer.set(made, { phase: 'Failed' }, cause)
    writer.finish(made, cause)
    await writer.idle()
    expect(api.commands.map((c) => c.verb)).toEqual(['patch', 'delete'])
    expect(api.commands[1]).toMatchObject({ options: { gracePeriodSeconds: 0, preconditions: { uid: 'u1' } } })
    expect(phase(api)).toBeUndefined()
  })

  test('a Pod that is gone ends the matter', async () => {
    const { api, made, writer } = setup()
    api.remove('pods', 'ns', 'p')
    writer.set(made, { phase: 'Failed' }, cause)
    writer.finish(made, cause)
    await writer.idle()
    expect(api.commands.length).toBe(1)
  })

  test('what others wrote is taken over once the view shows it', async () => {
    const { api, made, writer } = setup()
    writer.set(made, { phase: 'Running' }, cause)
    await writer.idle()
    expect(writer.known(made).phase).toBe('Running')
    const patched = api.put('pods', { ...api.get<Pod>('pods', 'ns', 'p')!, status: { phase: 'Running', message: 'theirs' } })
    expect(writer.known(patched).message).toBe('theirs')
  })
})
