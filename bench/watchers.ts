/**
 * How many deliveries a second reach 1,000 watchers of one resource while 64 writers write, is any lost
 * or out of order, and what do 50 watchers that never read cost?
 * `URL=https://127.0.0.1:6443 TOKEN=... bun bench/watchers.ts [watchers] [seconds]`
 */
import { connect, type TLSSocket } from 'node:tls'

const url = new URL(process.env['URL'] ?? 'https://127.0.0.1:6443')
const token = process.env['TOKEN'] ?? ''
const watchers = Number(process.argv[2] ?? 1_000)
const seconds = Number(process.argv[3] ?? 10)
const WRITERS = 64
const SILENT = 50
/** Watchers whose every frame is parsed and whose order is checked. */
const CHECKED = 10
const PATH = '/api/v1/namespaces/default/configmaps'
const MARK = Buffer.from('{"type":"ADDED"')

interface Watcher {
  socket: TLSSocket
  frames: number
  text: string
  last: number
  disorder: number
}

const head = (method: string, path: string, more = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false }, () => resolve(socket))
    socket.once('error', reject)
  })
}

async function watcher(checked: boolean, from: string): Promise<Watcher> {
  const own: Watcher = { socket: await open(), frames: 0, text: '', last: 0, disorder: 0 }
  let carry = Buffer.alloc(0)
  own.socket.on('data', (chunk: Buffer) => {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk
    let at = 0
    for (let hit: number; (hit = bytes.indexOf(MARK, at)) >= 0; at = hit + MARK.length) own.frames++
    carry = Buffer.from(bytes.subarray(Math.max(at, bytes.length - MARK.length + 1)))
    if (checked) check(own, chunk.toString('latin1'))
  })
  own.socket.write(head('GET', `${PATH}?watch=1&resourceVersion=${from}`))
  return own
}

/** Revisions of a watcher rise, whatever the chunks are cut like. */
function check(own: Watcher, text: string): void {
  own.text += text
  let end = 0
  for (const match of own.text.matchAll(/"resourceVersion":"(\d+)"/g)) {
    const revision = Number(match[1])
    if (revision <= own.last) own.disorder++
    own.last = revision
    end = match.index + match[0].length
  }
  own.text = own.text.slice(end).slice(-4096)
}

async function json(method: string, path: string, body?: unknown): Promise<{ metadata: { resourceVersion: string } }> {
  const answer = await fetch(`${url.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    tls: { rejectUnauthorized: false },
  } as RequestInit)
  return (await answer.json()) as { metadata: { resourceVersion: string } }
}

const { metadata } = await json('GET', `${PATH}?limit=1`)
const silent = await Promise.all(Array.from({ length: SILENT }, () => open()))
for (const socket of silent) {
  socket.pause()
  socket.write(head('GET', `${PATH}?watch=1&resourceVersion=${metadata.resourceVersion}`))
}
const all: Watcher[] = []
for (let i = 0; i < watchers; i += 50)
  all.push(...(await Promise.all(Array.from({ length: Math.min(50, watchers - i) }, (_, k) => watcher(i + k < CHECKED, metadata.resourceVersion)))))

const run = process.pid.toString(36)
const until = performance.now() + seconds * 1000
let written = 0
const started = performance.now()
await Promise.all(
  Array.from({ length: WRITERS }, async (_, writer) => {
    for (let n = 0; performance.now() < until; n++) {
      const name = `bench-${run}-${writer}-${n}`
      const data = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`key-${k}`, 'v'.repeat(80)]))
      await json('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { bench: run } }, data })
      written++
    }
  }),
)
const complete = (): boolean => all.every((one) => one.frames >= written)
const patience = performance.now() + 20_000
while (!complete() && performance.now() < patience) await Bun.sleep(20)
const took = (performance.now() - started) / 1000
const delivered = all.reduce((sum, one) => sum + one.frames, 0)
const lost = all.reduce((sum, one) => sum + Math.max(0, written - one.frames), 0)
const disorder = all.reduce((sum, one) => sum + one.disorder, 0)
console.log(
  `${watchers} watchers, ${WRITERS} writers, ${SILENT} that never read: ${written} writes in ${took.toFixed(1)} s, ` +
    `${Math.round(delivered / took)} deliveries/s, ${lost} lost, ${disorder} out of order`,
)
await json('DELETE', `${PATH}?labelSelector=bench%3D${run}`)
process.exit(lost + disorder === 0 ? 0 : 1)
