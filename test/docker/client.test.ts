import { afterEach, expect, test } from 'bun:test'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { connectEngine } from '../../src/docker/client.ts'
import { must, output, refusal } from '../contract/docker.ts'
import { type Answer, fakeDaemon } from './fake-daemon.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function engineOn(
  answer: Answer,
  upgrade?: (request: IncomingMessage, socket: Socket) => void,
) {
  const daemon = await fakeDaemon(answer, upgrade)
  closing.push(daemon.close)
  const engine = must(
    await connectEngine({ address: { socketPath: daemon.socketPath }, description: 'test' }),
  )
  closing.unshift(() => engine.close())
  return { engine, daemon }
}

const hang: Answer = (request) => request.url !== '/version'

test('the version is asked once and prefixes every path', async () => {
  const { engine, daemon } = await engineOn(
    (_, response) => void (response.writableEnded || (_.url !== '/version' && response.end('{}'))),
  )
  must(await engine.containers.inspect('a/b'))
  must(await engine.info())
  expect(daemon.asked).toEqual(['/version', '/v1.44/containers/a%2Fb/json', '/v1.44/info'])
})

test.each([
  ['1.40', 'fatal'],
  ['1.12', 'fatal'],
])('a daemon that speaks %s is too old', async (ApiVersion, kind) => {
  const daemon = await fakeDaemon(
    (_, response) => (response.end(JSON.stringify({ Version: '18.9', ApiVersion })), true),
  )
  closing.push(daemon.close)
  const error = refusal(
    await connectEngine({ address: { socketPath: daemon.socketPath }, description: 'test' }),
  )
  expect(error.kind).toBe(kind as 'fatal')
  expect(error.message).toContain('needs 1.41')
})

test("a daemon newer than the client is spoken to in the client's version", async () => {
  const { engine, daemon } = await engineOn((request, response) => {
    response.end(
      request.url === '/version' ? JSON.stringify({ Version: '99', ApiVersion: '1.99' }) : '{}',
    )
    return true
  })
  must(await engine.info())
  expect(daemon.asked[1]).toBe('/v1.47/info')
})

test.each([
  [404, '{"message":"no"}', 'notFound', 'no'],
  [409, '{"message":"taken"}', 'conflict', 'taken'],
  [400, '{"message":"bad"}', 'fatal', 'bad'],
  [403, '{"message":"active endpoints"}', 'fatal', 'active endpoints'],
  [503, '{"message":"busy"}', 'retry', 'busy'],
  [500, '{"message":"i/o timeout"}', 'retry', 'i/o timeout'],
  [500, '{"message":"No such container: x"}', 'notFound', 'No such container: x'],
  [
    500,
    '{"message":"exec: executable file not found"}',
    'fatal',
    'exec: executable file not found',
  ],
  [500, '{"message":"name is already in use"}', 'conflict', 'name is already in use'],
  [502, '<html>', 'retry', '<html>'],
  [500, '', 'retry', 'HTTP 500'],
] as const)('an answer %i %s is %s', async (status, body, kind, message) => {
  const { engine } = await engineOn((request, response) => {
    if (request.url === '/version') return
    response.writeHead(status).end(body)
  })
  expect(refusal(await engine.info())).toEqual({ kind, status, message, call: 'GET /info' })
})

test('an answer that is no JSON is fatal, not a crash', async () => {
  const { engine } = await engineOn(
    (request, response) => void (request.url !== '/version' && response.end('{"a":')),
  )
  expect(refusal(await engine.info()).kind).toBe('fatal')
})

test('a frozen daemon: every call ends by its time or by its caller', async () => {
  const { engine } = await engineOn(hang, () => undefined)
  const abort = new AbortController()
  const late = { timeoutMs: 30 }
  const waits = [
    engine.ping(late),
    engine.containers.logs('x', {}, late),
    engine.execs.start('x', { tty: false }, late),
    engine.containers.wait('x', 'not-running', late),
    engine.images.pull('x', {}, late),
    engine.ping({ signal: abort.signal }),
    engine.events({}, { signal: abort.signal }),
    engine.containers.attach('x', {}, { signal: abort.signal }),
  ]
  setTimeout(() => abort.abort(), 30)
  for (const answer of await Promise.all(waits)) {
    expect(refusal<unknown>(answer)).toMatchObject({ kind: 'retry', status: 0 })
  }
})

test('a daemon that dies breaks what is open, and a new one is found again', async () => {
  const first = await engineOn((request, response) => {
    if (request.url?.includes('/events')) response.write(line(1))
    else if (request.url?.includes('/stats')) response.flushHeaders()
  })
  const events = must(await first.engine.events({}))
  const seen: string[] = []
  for await (const event of events) {
    seen.push(event.Action)
    void first.daemon.close()
  }
  expect(seen).toEqual(['start'])
  expect(refusal(await events.ended).kind).toBe('unavailable')
  expect(refusal(await first.engine.ping()).kind).toBe('unavailable')
})

test('a stream that its reader leaves is let go of', async () => {
  const gone = Promise.withResolvers<void>()
  const { engine } = await engineOn((request, response) => {
    if (!request.url?.includes('/events')) return
    response.on('close', gone.resolve)
    response.write(line(1) + line(2))
  })
  for await (const event of must(await engine.events({}))) {
    expect(event.timeNano).toBe('1700000000000000001')
    break
  }
  await gone.promise
})

test('nothing is sent after close', async () => {
  const { engine, daemon } = await engineOn(hang)
  await engine.close()
  expect(refusal(await engine.ping())).toMatchObject({
    kind: 'unavailable',
    message: 'the client is closed',
  })
  expect(refusal(await engine.execs.start('x', { tty: true })).kind).toBe('unavailable')
  expect(daemon.asked).toEqual(['/version'])
})

test('a pull reports progress, and fails by what it says in the middle', async () => {
  const { engine, daemon } = await engineOn((request, response) => {
    if (request.url === '/version') return
    response.write('{"status":"Pulling","id":"a"}\r\n{"sta')
    response.end(
      'tus":"Done"}\n' +
        (request.url?.includes('secret')
          ? '{"errorDetail":{"message":"pull access denied, unauthorized"},"error":"x"}\n'
          : ''),
    )
  })
  const seen: (string | undefined)[] = []
  must(
    await engine.images.pull('127.0.0.1:5000/a/b:1', {
      onProgress: (line) => seen.push(line.status),
      auth: { username: 'u', password: 'p' },
    }),
  )
  expect(seen).toEqual(['Pulling', 'Done'])
  expect(daemon.asked.at(-1)).toBe('/v1.44/images/create?fromImage=127.0.0.1%3A5000%2Fa%2Fb&tag=1')
  expect(refusal(await engine.images.pull('secret'))).toMatchObject({
    kind: 'fatal',
    message: 'pull access denied, unauthorized',
  })
})

test('a pull lives as long as it moves, and no longer', async () => {
  const { engine } = await engineOn((request, response) => {
    if (request.url === '/version') return
    let left = request.url?.includes('slow') ? 6 : Infinity
    const timer = setInterval(() => {
      if (left-- > 0 && (left !== Infinity || response.writableLength === 0))
        response.write('{"status":"x"}\n')
      if (left === 0) response.end()
      if (left <= 0) clearInterval(timer)
    }, 20)
    response.on('close', () => clearInterval(timer))
    if (left === Infinity) clearInterval(timer)
  })
  must(await engine.images.pull('slow', {}, { timeoutMs: 80 }))
  expect(refusal(await engine.images.pull('stuck', {}, { timeoutMs: 80 })).kind).toBe('retry')
})

test("a hijacked stream: 101 or 200, bytes behind the head, both half-closes", async () => {
  for (const status of ['101 UPGRADED', '200 OK']) {
    const { engine } = await engineOn(
      () => undefined,
      (_, socket) => {
        socket.write(`HTTP/1.1 ${status}\r\nContent-Type: x\r\n\r\n\u0001\0\0\0\0\0\0\u0003hey`)
        const got: Buffer[] = []
        socket.on('data', (bytes: Buffer) => got.push(bytes))
        socket.on('end', () => {
          const text = Buffer.concat(got)
          const head = Buffer.alloc(8)
          head[0] = 2
          head.writeUInt32BE(text.length, 4)
          socket.end(Buffer.concat([head, text]))
        })
      },
    )
    const io = must(await engine.execs.start('x', { tty: false }))
    expect(await io.write(Buffer.from('to '))).toBe(true)
    expect(await io.write(Buffer.from('you'))).toBe(true)
    io.closeWrite()
    expect(await io.write(Buffer.from('late'))).toBe(false)
    expect(await output(io)).toEqual({ stdout: 'hey', stderr: 'to you' })
    expect((await io.ended).ok).toBe(true)
  }
})

test('a hijacked stream that is not read holds its sender back', async () => {
  let sent = 0
  const { engine } = await engineOn(
    () => undefined,
    (_, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\n\r\n')
      const more = () => {
        while (sent < 64 << 20) {
          sent += 65536
          if (!socket.write(Buffer.alloc(65536))) return void socket.once('drain', more)
        }
        socket.end()
      }
      more()
    },
  )
  const io = must(await engine.execs.start('x', { tty: true }))
  // Turns of the loop in which the sender could write all of it.
  for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toBeLessThan(8 << 20)
  let size = 0
  for await (const frame of io) size += frame.bytes.length
  expect(size).toBe(sent)
})

test('output that is not framed ends as fatal', async () => {
  const { engine } = await engineOn(
    () => undefined,
    (_, socket) => void socket.end('HTTP/1.1 101 UPGRADED\r\n\r\nplain text here'),
  )
  const io = must(await engine.execs.start('x', { tty: false }))
  expect(await output(io)).toEqual({ stdout: '', stderr: '' })
  expect(refusal(await io.ended)).toMatchObject({
    kind: 'fatal',
    message: 'the output is not framed',
  })
})

const line = (n: number) =>
  '{"Type":"container","Action":"start","Actor":{"ID":"c","Attributes":{}},"time":1700000000,' +
  `"timeNano":170000000000000000${n}}\n`
