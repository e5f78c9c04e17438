import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'dns-packet'
import { systemClock } from '../../../src/base/clock.ts'
import { lineLog } from '../../../src/base/log.ts'
import { startDns, type Dns } from '../../../src/node/dns/server.ts'
import { frameReader, framed } from '../../../src/node/dns/tcp-frames.ts'
import { exampleSource, named, zoneFacts } from './zone.ts'
import { overTcp, overUdp, queryBytes } from './query.ts'

/** UDP and TCP on loopback ports; no privilege needed. */
describe('the DNS server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'klio-dns-'))
  const source = exampleSource()
  const log = lineLog(() => {}, 'error')
  let upstream: Awaited<ReturnType<typeof fakeUpstream>>
  let dns: Dns
  let port: number

  beforeAll(async () => {
    upstream = await fakeUpstream()
    writeFileSync(join(folder, 'resolv.conf'), `nameserver 127.0.0.2:${upstream.port}\n`)
    port = await freePort()
    dns = startDns({
      source, clock: systemClock, log, zone: zoneFacts,
      listen: [{ address: '127.0.0.1', port }], resolvConf: join(folder, 'resolv.conf'),
    })
    await dns.started()
  })
  afterEach(() => upstream.reset())
  afterAll(async () => {
    await dns.close()
    await upstream.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = async (name: string, type = 'A', carrier = overUdp): Promise<string> => {
    const bytes = await carrier(port, queryBytes(name, type))
    if (!bytes) return 'silence'
    const { answers, flag_tc, id, rcode } = decode(bytes)
    expect(id).toBe(7)
    return [rcode, ...(flag_tc ? ['cut'] : []), ...answers.map(({ data }) => data)].join(' ')
  }

  test('is ready, and answers by UDP and TCP', async () => {
    expect([dns.ready(), dns.problem()]).toEqual([true, undefined])
    expect(await ask('web.default.svc.cluster.local')).toBe('NOERROR 10.43.0.20')
    expect(await ask('web.default.svc.cluster.local', 'A', overTcp)).toBe('NOERROR 10.43.0.20')
    expect(await ask('no.default.svc.cluster.local')).toBe('NXDOMAIN')
  })

  test('changes are visible in the next answer', async () => {
    expect(await ask('late.default.svc.cluster.local')).toBe('NXDOMAIN')
    source.put('services', named('late', { clusterIP: '10.43.0.30' }))
    expect(await ask('late.default.svc.cluster.local')).toBe('NOERROR 10.43.0.30')
  })

  test('addresses take turns at the first place', async () => {
    const first = new Set<string>()
    for (let i = 0; i < 4; i++) first.add((await ask('db.default.svc.cluster.local')).split(' ')[1]!)
    expect([...first].sort()).toEqual(['10.42.0.5', '10.42.0.6'])
  })

  test('other names are asked from the machine resolvers, once while they may be kept', async () => {
    expect(await ask('one.example.com')).toBe('NOERROR 192.0.2.1')
    expect(await ask('ONE.example.com')).toBe('NOERROR 192.0.2.1')
    expect(upstream.asked()).toEqual(['udp one.example.com'])
    expect(await ask('one.example.com', 'A', overTcp)).toBe('NOERROR 192.0.2.1')
    expect(upstream.asked()).toEqual(['udp one.example.com', 'tcp one.example.com'])
  })

  test('the same question of many is asked once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ask('many.example.com')))
    expect(new Set(all)).toEqual(new Set(['NOERROR 192.0.2.1']))
    expect(upstream.asked()).toEqual(['udp many.example.com'])
  })

  test('an alias is followed, outside and inside', async () => {
    expect(await ask('away.default.svc.cluster.local')).toBe('NOERROR foo.example.com 192.0.2.1')
    expect(await ask('away.default.svc.cluster.local', 'CNAME')).toBe('NOERROR foo.example.com')
    expect(await ask('near.default.svc.cluster.local')).toBe('NOERROR web.default.svc.cluster.local 10.43.0.20')
  })

  test('aliases that go in a circle end', async () => {
    source.put('services', named('ping', { type: 'ExternalName', externalName: 'pong.default.svc.cluster.local', clusterIP: undefined }))
    source.put('services', named('pong', { type: 'ExternalName', externalName: 'ping.default.svc.cluster.local', clusterIP: undefined }))
    expect(await ask('ping.default.svc.cluster.local')).toStartWith('NOERROR pong.default')
  })

  test('forged replies are passed over', async () => {
    expect(await ask('forged.example.com')).toBe('NOERROR 192.0.2.1')
  })

  test('noise gets silence or a refusal, and the server goes on', async () => {
    expect(await overUdp(port, Buffer.from('x'), 50)).toBeUndefined()
    expect(decode((await overUdp(port, queryBytes('abc', 'A').subarray(0, 15)))!).rcode).toBe('FORMERR')
    expect(await ask('web.default.svc.cluster.local')).toBe('NOERROR 10.43.0.20')
  })

  test('resolvers that stay silent are left alone for a while', async () => {
    const startedMs = performance.now()
    expect(await ask('silent.example.com', 'A', (to, bytes) => overUdp(to, bytes, 4000))).toBe('SERVFAIL')
    expect(await ask('silent2.example.com', 'A', (to, bytes) => overUdp(to, bytes, 4000))).toBe('SERVFAIL')
    const third = performance.now()
    expect(await ask('web.example.com')).toBe('SERVFAIL')
    expect(performance.now() - third).toBeLessThan(500)
    expect(third - startedMs).toBeGreaterThan(3_000)
  }, 10_000)

  test('an address in use is tried again until it is free', async () => {
    const busy = await Bun.udpSocket({ hostname: '127.0.0.1', port: 0 })
    const second = startDns({
      source, clock: systemClock, log, zone: zoneFacts,
      listen: [{ address: '127.0.0.1', port: busy.port }], resolvConf: join(folder, 'none'),
    })
    await until(() => second.problem()?.includes('something else listens') === true)
    expect(second.ready()).toBe(false)
    const at = busy.port
    busy.close()
    await second.started()
    expect(second.ready()).toBe(true)
    expect(decode((await overUdp(at, queryBytes('example.com', 'A')))!).rcode).toBe('SERVFAIL')
    await second.close()
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await Bun.sleep(10)
  expect(condition()).toBe(true)
}

async function freePort(): Promise<number> {
  const probe = await Bun.udpSocket({ hostname: '127.0.0.1', port: 0 })
  const { port } = probe
  probe.close()
  return port
}

/** A resolver that knows 192.0.2.1 for every name, and stays silent for names that begin with `silent`. */
async function fakeUpstream() {
  let asked: string[] = []
  const replyTo = (query: Buffer, carrier: string): Buffer | undefined => {
    const { name } = decode(query).questions[0]!
    asked.push(`${carrier} ${name.toLowerCase()}`)
    if (name.startsWith('silent')) return undefined
    const reply = Buffer.concat([query.subarray(0, 12 + name.length + 6), Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])])
    reply.writeUInt16BE(0x8180, 2)
    reply.writeUInt16BE(1, 6)
    reply.writeUInt16BE(0, 10)
    return reply
  }
  const udp = await Bun.udpSocket({
    hostname: '127.0.0.2', port: 0,
    socket: {
      data(socket, data, port, address) {
        const reply = replyTo(Buffer.from(data), 'udp')
        if (!reply) return
        if (reply.includes('forged')) {
          const forged = Buffer.from(reply)
          forged.writeUInt16BE(reply.readUInt16BE(0) ^ 1, 0)
          forged[forged.length - 1] = 66
          socket.send(forged, port, address)
        }
        socket.send(reply, port, address)
      },
    },
  })
  const tcp: Server = createServer((socket) => {
    socket.on('data', frameReader((frame) => {
      const reply = replyTo(frame, 'tcp')
      if (reply) socket.write(framed(reply))
    }, 65_535))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => tcp.listen(udp.port, '127.0.0.2', () => resolve()))
  return {
    port: udp.port,
    asked: () => asked,
    reset: () => void (asked = []),
    async close() {
      udp.close()
      await new Promise<void>((resolve) => tcp.close(() => resolve()))
    },
  }
}
