import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Result } from '../../../src/base/result.ts'
import { kubeletServer, type LogsOptions, type Session } from '../../../src/node/kubelet/server.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode(true)
})
afterAll(async () => {
  await node.close()
})

const running = (pod: Pod | undefined) => pod?.status?.phase === 'Running'
const ref = (name: string) => ({ namespace: 'default', name })
const server = () => kubeletServer(node.kubelet)

function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

async function text(stream: AsyncIterable<Uint8Array | { bytes: Uint8Array }>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push('bytes' in part ? part.bytes : part)
  return Buffer.concat(parts).toString()
}

const logs = async (name: string, options: LogsOptions = {}) => text(must(await server().logs(ref(name), 'c', options)))

test('logs: all, tail, limit, follow, previous, and words for what has none', async () => {
  node.api.put('pods', shellPod('talk', 'echo one; echo two >&2; echo three; sleep 1; echo four; exit 0'))
  await node.until('talk', 'running', running)
  const followed = logs('talk', { follow: true })
  const all = await followed
  for (const line of ['one\n', 'two\n', 'three\n']) expect(all).toContain(line)
  expect(all).toEndWith('four\n')
  await node.until('talk', 'restarted', (p) => p?.status?.containerStatuses?.[0]?.restartCount === 1)
  expect((await logs('talk', { tailLines: 1, previous: true }))).toBe('four\n')
  expect((await logs('talk', { limitBytes: 5, previous: true, stream: 'Stdout' }))).toBe('one\nt')
  const none = await server().logs(ref('talk'), 'nope', {})
  expect(none).toMatchObject({ ok: false, error: { code: 400, message: 'container nope is not valid for pod talk' } })
  const waiting = shellPod('mute', 'true')
  waiting.spec!.containers[0]!.image = 'klio-nowhere/absent:1'
  node.api.put('pods', waiting)
  await node.until('mute', 'waiting', (p) => p?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull')
  expect(await server().logs(ref('mute'), 'c', {})).toMatchObject({
    ok: false, error: { code: 400, message: 'container "c" in pod "mute" is waiting to start: trying and failing to pull image' },
  })
})

test('exec carries both directions and the exit code', async () => {
  node.api.put('pods', shellPod('in', 'exec sleep 1000'))
  await node.until('in', 'running', running)
  const session: Session = must(await server().exec(ref('in'), '', ['sh', '-c', 'cat; echo err >&2; exit 7'], { stdin: true }))
  await session.write(Buffer.from('typed\n'))
  session.closeInput()
  const said = await text(session.output)
  expect(said).toContain('typed\n')
  expect(said).toContain('err\n')
  expect(must(await session.exitCode())).toBe(7)
  const tty = must(await server().exec(ref('in'), 'c', ['sh', '-c', 'stty size'], { tty: true, stdin: true }))
  await tty.resize({ rows: 40, columns: 100 })
  await text(tty.output)
  expect(must(await tty.exitCode())).toBe(0)
})

test('attach sees what the container says', async () => {
  const pod = shellPod('att', 'while read x; do echo "got $x"; done')
  pod.spec!.containers[0]!.stdin = true
  node.api.put('pods', pod)
  await node.until('att', 'running', running)
  const session = must(await server().attach(ref('att'), 'c', { stdin: true }))
  await session.write(Buffer.from('hello\n'))
  let said = ''
  for await (const frame of session.output) {
    said += Buffer.from(frame.bytes).toString()
    if (said.includes('got hello')) break
  }
  session.close()
  expect(said).toBe('got hello\n')
})

test('ports: of all addresses, and of the loopback only', async () => {
  node.api.put('pods', shellPod('ports', 'mkdir /a /b; echo open > /a/x; echo local > /b/x; httpd -p 8080 -h /a; exec httpd -f -p 127.0.0.1:9090 -h /b'))
  await node.until('ports', 'running', running)
  for (const [port, answer] of [[8080, 'open\n'], [9090, 'local\n']] as const) {
    const end = Date.now() + 10_000
    let said = ''
    while (!said.includes(answer) && Date.now() < end) {
      const dialled = await server().portForward(ref('ports'), port)
      if (!dialled.ok) {
        await Bun.sleep(50)
        continue
      }
      await dialled.value.write(Buffer.from('GET /x HTTP/1.0\r\n\r\n'))
      said = await text(dialled.value.input)
      dialled.value.close()
    }
    expect(said).toEndWith(`\r\n\r\n${answer}`)
  }
  expect(await server().portForward(ref('ports'), 7)).toMatchObject({ ok: false })
})

test('probes: readiness follows the file, liveness restarts, startup holds the others back', async () => {
  const pod = shellPod('probed', 'sleep 1; touch /started; while :; do sleep 0.1; done')
  pod.spec!.containers[0]!.startupProbe = { exec: { command: ['cat', '/started'] }, periodSeconds: 1, failureThreshold: 20 }
  pod.spec!.containers[0]!.readinessProbe = { exec: { command: ['cat', '/ready'] }, periodSeconds: 1, failureThreshold: 1 }
  pod.spec!.containers[0]!.livenessProbe = { exec: { command: ['sh', '-c', '! cat /dead'] }, periodSeconds: 1, failureThreshold: 1 }
  node.api.put('pods', pod)
  const status = (p: Pod | undefined) => p?.status?.containerStatuses?.[0]
  await node.until('probed', 'running and not started', (p) => status(p)?.state?.running !== undefined && status(p)?.started === false)
  await node.until('probed', 'started', (p) => status(p)?.started === true)
  expect(status(node.pod('probed'))!.ready).toBe(false)
  await node.exec('probed', 'c', 'touch', '/ready')
  await node.until('probed', 'ready', (p) => status(p)?.ready === true)
  await node.exec('probed', 'c', 'rm', '/ready')
  await node.until('probed', 'unready', (p) => status(p)?.ready === false)
  await node.exec('probed', 'c', 'touch', '/dead')
  await node.until('probed', 'restarted', (p) => (status(p)?.restartCount ?? 0) === 1)
  const said = node.notes.filter((n) => n.regarding.name === 'probed').map((n) => `${n.reason}: ${n.message.trim()}`)
  expect(said).toContain("Unhealthy: Readiness probe failed: cat: can't open '/ready': No such file or directory")
  expect(said).toContain('Killing: Container c failed liveness probe, will be restarted')
  expect(node.seen.some((s) => s.kind === 'probe' && s.detail['type'] === 'readiness' && s.detail['outcome'] === 'success')).toBe(true)
  expect(node.seen.some((s) => s.kind === 'exit')).toBe(true)
})

test('network probes: http and tcp', async () => {
  const pod = shellPod('web', 'mkdir /www; echo ok > /www/index.html; exec httpd -f -p 8080 -h /www')
  pod.spec!.containers[0]!.ports = [{ name: 'http', containerPort: 8080 }]
  pod.spec!.containers[0]!.readinessProbe = { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 }
  pod.spec!.containers[0]!.livenessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 }
  node.api.put('pods', pod)
  await node.until('web', 'ready', (p) => p?.status?.containerStatuses?.[0]?.ready === true)
  const bad = shellPod('badweb', 'exec httpd -f -p 8080 -h /etc')
  bad.spec!.containers[0]!.readinessProbe = { httpGet: { path: '/nope', port: 8080 }, periodSeconds: 1 }
  node.api.put('pods', bad)
  while (!node.notes.some((n) => n.message === 'Readiness probe failed: HTTP probe failed with statuscode: 404')) await Bun.sleep(20)
})
