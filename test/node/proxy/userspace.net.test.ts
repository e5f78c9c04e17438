import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createSocket } from 'node:dgram'
import { connect, createServer, type Server } from 'node:net'
import { lineLog } from '../../../src/base/log.ts'
import { UserspaceApplier } from '../../../src/node/proxy/apply-userspace.ts'
import { chooserOf } from '../../../src/node/proxy/choose-target.ts'
import { healthAnswer, serveHealthChecks } from '../../../src/node/proxy/health-check.ts'
import { parseRange } from '../../../src/node/proxy/ipv4.ts'
import { frontendKey, type Frontend, type RuleChange } from '../../../src/node/proxy/rules.ts'

const frontend = (extra: Partial<Frontend> = {}): Frontend => ({
  service: 'default/web:', protocol: 'tcp', address: '127.53.0.1', port: 18_080,
  targets: ['127.0.0.1:1'], refusal: 'reject', masquerade: 'all', ...extra,
})
const step = (after: Frontend, gone = false): RuleChange => ({ key: frontendKey(after), before: undefined, after: gone ? undefined : after })

/** Loopback addresses and unprivileged ports alone: what remains without root and nftables. */
describe('the userspace forwarder', () => {
  const reports: string[] = []
  const applier = new UserspaceApplier({ podCidr: '10.42.0.0/16', nodePortHost: '127.0.0.1', report: ({ port }, reason) => reports.push(`${port} ${reason}`) })
  let a: Echo
  let b: Echo

  beforeAll(async () => {
    ;[a, b] = await Promise.all([echo('a'), echo('b')])
  })
  afterAll(async () => {
    await applier.close()
    await Promise.all([a.close(), b.close()])
  })

  test('TCP is spread over endpoints, half-closed connections get their answer', async () => {
    await applier.load(new Map([[frontendKey(frontend()), frontend({ targets: [a.target, b.target] })]]))
    const seen = new Set<string>()
    for (let i = 0; i < 40; i++) seen.add(await say('127.53.0.1', 18_080, 'hello'))
    expect([...seen].sort()).toEqual(['a hello', 'b hello'])
  })

  test('an endpoint that does not answer is passed over', async () => {
    await applier.apply([step(frontend({ targets: ['127.0.0.1:1', a.target] }))])
    for (let i = 0; i < 10; i++) expect(await say('127.53.0.1', 18_080, 'x')).toBe('a x')
  })

  test('a large body arrives whole', async () => {
    await applier.apply([step(frontend({ targets: [a.target] }))])
    const body = 'y'.repeat(3_000_000)
    expect(await say('127.53.0.1', 18_080, body)).toBe(`a ${body}`)
  })

  test('affinity keeps a client, until its endpoint goes', async () => {
    await applier.apply([step(frontend({ targets: [a.target, b.target], affinitySeconds: 60 }))])
    const first = await say('127.53.0.1', 18_080, '')
    for (let i = 0; i < 12; i++) expect(await say('127.53.0.1', 18_080, '')).toBe(first)
    await applier.apply([step(frontend({ targets: [first.startsWith('a') ? b.target : a.target], affinitySeconds: 60 }))])
    expect(await say('127.53.0.1', 18_080, '')).toBe(first.startsWith('a') ? 'b ' : 'a ')
  })

  test('without endpoints nothing listens; clients outside the ranges are reset', async () => {
    await applier.apply([step(frontend({ targets: [] }))])
    expect(await say('127.53.0.1', 18_080, '')).toBe('!ECONNREFUSED')
    await applier.apply([step(frontend({ targets: [a.target], sources: ['10.0.0.0/8'] }))])
    expect(await say('127.53.0.1', 18_080, '')).toMatch(/^!|^$/)
    await applier.apply([step(frontend(), true)])
    expect(await say('127.53.0.1', 18_080, '')).toBe('!ECONNREFUSED')
  })

  test('node ports listen where they were told; UDP follows its endpoints', async () => {
    const udp = frontend({ protocol: 'udp', address: undefined, port: 31_953, targets: [a.target] })
    await applier.apply([step(udp)])
    const client = createSocket('udp4')
    const ask = () => new Promise<string>((resolve) => {
      client.once('message', (data) => resolve(data.toString()))
      client.send('q', 31_953, '127.0.0.1')
    })
    expect(await ask()).toBe('a q')
    await applier.apply([step({ ...udp, targets: [b.target] })])
    expect(await ask()).toBe('b q')
    client.close()
  })

  test('what cannot be listened on is told, and the rest goes on', async () => {
    await applier.apply([step(frontend({ address: '203.0.113.9', port: 81 })), step(frontend({ protocol: 'sctp', port: 82 }))])
    expect(reports).toEqual(['81 EADDRNOTAVAIL', '82 SCTP needs nftables'])
  })
})

describe('choosing', () => {
  test('pods and the node take the inside endpoints, others theirs', () => {
    const chooser = chooserOf(frontend({ targets: [], inside: ['i:1'] }), {
      podRange: parseRange('10.42.0.0/16')!, isNodeAddress: (address) => address === '192.0.2.1', now: () => 0, random: () => 0,
    })
    expect(['10.42.3.4', '192.0.2.1', '198.51.100.1'].map((client) => chooser.choose(client))).toEqual(['i:1', 'i:1', undefined])
  })

  test('affinity ends after its time, and memory is bounded', () => {
    let nowMs = 0
    let next = 0
    const chooser = chooserOf(frontend({ targets: ['a:1', 'b:1'], affinitySeconds: 10 }), {
      podRange: parseRange('10.42.0.0/16')!, isNodeAddress: () => false, now: () => nowMs, random: () => next++ % 2,
    })
    expect([chooser.choose('c'), chooser.choose('c')]).toEqual(['a:1', 'a:1'])
    nowMs = 9_999
    expect(chooser.choose('c')).toBe('a:1')
    nowMs = 30_000
    expect(chooser.choose('c')).toBe('b:1')
    for (let i = 0; i < 10_001; i++) chooser.choose(`client-${i}`)
    expect(chooser.choose('c')).toBe(next % 2 === 1 ? 'a:1' : 'b:1')
  })

  test('an endpoint that was silent is not chosen again for the same connection, by chance or affinity', () => {
    const chooser = chooserOf(frontend({ targets: ['a:1', 'b:1'], affinitySeconds: 10 }), {
      podRange: parseRange('10.42.0.0/16')!, isNodeAddress: () => false, now: () => 0, random: () => 0,
    })
    expect(chooser.choose('c')).toBe('a:1')
    expect(chooser.choose('c', new Set(['a:1']))).toBe('b:1')
    expect(chooser.choose('c')).toBe('b:1')
    expect(chooser.choose('c', new Set(['a:1', 'b:1']))).toBeUndefined()
  })
})

describe('health checks', () => {
  const state = { port: 31_977, namespace: 'default', name: 'web', localEndpoints: 2 }

  test.each([
    [2, true, 200], [0, true, 503], [2, false, 503],
  ])('%d endpoints here, proxy well %p: %d', async (localEndpoints, healthy, status) => {
    const answer = healthAnswer({ ...state, localEndpoints }, healthy)
    expect([answer.status, answer.headers.get('X-Load-Balancing-Endpoint-Weight')]).toEqual([status, String(localEndpoints)])
    expect(await answer.json()).toEqual({ service: { namespace: 'default', name: 'web' }, localEndpoints, serviceProxyHealthy: healthy } as never)
  })

  test('ports open, follow and close', async () => {
    const checks = serveHealthChecks(() => true, lineLog(() => {}, 'error'))
    const status = () => fetch('http://127.0.0.1:31977/').then((answer) => answer.status, () => 'closed' as const)
    checks.set([state])
    expect(await status()).toBe(200)
    checks.set([{ ...state, localEndpoints: 0 }])
    expect(await status()).toBe(503)
    checks.set([])
    expect(await status()).toBe('closed')
    await checks.close()
  })
})

interface Echo {
  readonly target: string
  close(): Promise<void>
}

/** Answers `NAME what was said`, by TCP once the client said all, and by UDP at once. */
async function echo(name: string): Promise<Echo> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const said: Buffer[] = []
    socket.on('data', (data: Buffer) => said.push(data))
    socket.on('end', () => socket.end(Buffer.concat([Buffer.from(`${name} `), ...said])))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as { port: number }
  const udp = createSocket('udp4')
  udp.on('message', (data, from) => udp.send(`${name} ${data}`, from.port, from.address))
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', () => resolve()))
  return {
    target: `127.0.0.1:${port}`,
    async close() {
      udp.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Says something and hangs up on its side; gives the answer, or `!CODE`. */
function say(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const answer: Buffer[] = []
    const socket = connect({ host, port, allowHalfOpen: true }, () => socket.end(text))
    socket.on('data', (data: Buffer) => answer.push(data))
    socket.on('end', () => resolve(Buffer.concat(answer).toString()))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`!${error.code}`))
    socket.on('close', () => resolve(Buffer.concat(answer).toString()))
  })
}
