import { afterEach, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { systemClock } from '../../src/base/clock.ts'
import type { LogOptions } from '../../src/docker/engine.ts'
import { openLog } from '../../src/docker/log-files.ts'
import { must, output } from '../contract/docker.ts'
import { fakeDocker } from '../sim/fake-docker.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const entry = (text: string, second = 0, stream = 'stdout') =>
  JSON.stringify({
    log: text,
    stream,
    time: `2026-11-23T18:10:${String(second).padStart(2, '0')}.5Z`,
  }) + '\n'

function logIn(...texts: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'klio-log-'))
  folders.push(folder)
  const path = join(folder, 'c-json.log')
  writeFileSync(path, texts.join(''))
  return path
}

const engine = fakeDocker({ clock: systemClock })
engine.addImage('i')

const read = async (logPath: string, options: LogOptions = {}) =>
  output(must(await openLog(engine, { id: 'none', logPath, tty: false }, options)))

test('both streams arrive apart', async () => {
  const path = logIn(entry('a\n'), entry('b\n', 1, 'stderr'), entry('c\n', 2))
  expect(await read(path)).toEqual({ stdout: 'a\nc\n', stderr: 'b\n' })
  expect(await read(path, { stderr: false })).toEqual({ stdout: 'a\nc\n', stderr: '' })
})

test('time stamps stand at the start of lines only', async () => {
  const path = logIn(
    entry('long '),
    entry('err\n', 1, 'stderr'),
    entry('line\n', 2),
    entry('next\n', 3),
  )
  expect(await read(path, { timestamps: true })).toEqual({
    stdout: '2026-11-23T18:10:00.500000000Z long line\n2026-11-23T18:10:03.500000000Z next\n',
    stderr: '2026-11-23T18:10:01.500000000Z err\n',
  })
})

test.each([
  ['RFC 3339', '2026-11-23T18:10:01.5Z', 'b\nc\n'],
  ['an offset', '2026-11-23T20:10:01.500000001+02:00', 'c\n'],
  ['Unix seconds', String(Date.parse('2026-11-23T18:10:02Z') / 1000), 'c\n'],
])('since as %s', async (_, since, expected) => {
  const path = logIn(entry('a\n', 0), entry('b\n', 1), entry('c\n', 2))
  expect((await read(path, { since })).stdout).toBe(expected)
})

const many = Array.from({ length: 5000 }, (_, i) => `line ${i} ${'x'.repeat(i % 90)}\n`)

test.each([0, 1, 2, 3, 499, 4999, 5000, 5001])(
  'the last %i lines of many blocks',
  async (tailLines) => {
    const path = logIn(...many.map((text) => entry(text)))
    const expected = tailLines === 0 ? '' : many.slice(-tailLines).join('')
    expect((await read(path, { tailLines })).stdout).toBe(expected)
  },
)

test.each([1, 2, 3, 4])('a line in pieces is one line for the tail (%i)', async (tailLines) => {
  const texts = ['one\n', 'two ', 'goes ', 'on\n', 'three\n', 'open']
  const lines = ['one\n', 'two goes on\n', 'three\n', 'open']
  const path = logIn(...texts.map((text) => entry(text)))
  expect((await read(path, { tailLines })).stdout).toBe(lines.slice(-tailLines).join(''))
})

test.each([1, 2, 3, 4, 5, 9])('the tail reaches into rotated files (%i)', async (tailLines) => {
  const path = logIn(entry('five\n'))
  writeFileSync(`${path}.1`, entry('three\n') + entry('fo'))
  writeFileSync(path, entry('ur\n') + entry('five\n'))
  writeFileSync(`${path}.2`, entry('one\n') + entry('two\n'))
  const lines = ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']
  expect((await read(path, { tailLines })).stdout).toBe(lines.slice(-tailLines).join(''))
})

test('rotated files come first, compressed ones too, in the order of their numbers', async () => {
  const path = logIn(entry('new\n'))
  for (const number of [1, 2, 10])
    writeFileSync(`${path}.${number}.gz`, gzipSync(entry(`${number}\n`)))
  expect((await read(path)).stdout).toBe('10\n2\n1\nnew\n')
})

test('a torn write is passed over', async () => {
  const path = logIn(entry('a\n'), '{"log":"b', '\n', '\0\0\0\n', entry('c\n'))
  expect((await read(path)).stdout).toBe('a\nc\n')
  expect((await read(path, { tailLines: 1 })).stdout).toBe('c\n')
})

async function follow(path: string, options: LogOptions = {}) {
  const created = must(
    await engine.containers.create(`c${engine.calls.length}`, {
      Image: 'i',
      Cmd: ['sleep', '1000'],
    }),
  )
  must(await engine.containers.start(created.Id))
  const log = must(
    await openLog(
      engine,
      { id: created.Id, logPath: path, tty: false },
      { follow: true, ...options },
    ),
  )
  let text = ''
  let wake: (() => void) | undefined
  const done = (async () => {
    for await (const frame of log) {
      text += Buffer.from(frame.bytes).toString()
      wake?.()
    }
  })()
  return {
    until: async (wanted: string) => {
      while (text !== wanted) await new Promise<void>((resolve) => (wake = resolve))
    },
    stop: () => engine.containers.kill(created.Id, 'SIGKILL'),
    done: async () => (await done, text),
    log,
  }
}

test('following sees what is appended, in halves too, and ends with the container', async () => {
  const path = logIn(entry('a\n'))
  const reader = await follow(path)
  await reader.until('a\n')
  const half = entry('b\n')
  appendFileSync(path, half.slice(0, 10))
  appendFileSync(path, half.slice(10))
  await reader.until('a\nb\n')
  appendFileSync(path, entry('c\n'))
  await reader.stop()
  expect(await reader.done()).toBe('a\nb\nc\n')
  expect((await reader.log.ended).ok).toBe(true)
})

test('following goes on over rotation and over a cut file', async () => {
  const path = logIn(entry('a\n'))
  const reader = await follow(path)
  await reader.until('a\n')
  appendFileSync(path, entry('b\n'))
  renameSync(path, `${path}.1`)
  writeFileSync(path, entry('c\n'))
  await reader.until('a\nb\nc\n')
  renameSync(`${path}.1`, `${path}.2`)
  renameSync(path, `${path}.1`)
  writeFileSync(path, entry('d\n') + entry('e\n'))
  await reader.until('a\nb\nc\nd\ne\n')
  writeFileSync(path, '')
  appendFileSync(path, entry('f\n'))
  await reader.until('a\nb\nc\nd\ne\nf\n')
  await reader.stop()
  expect(await reader.done()).toBe('a\nb\nc\nd\ne\nf\n')
})

test('a follower that is closed or aborted ends at once', async () => {
  const path = logIn(entry('a\n'))
  const reader = await follow(path, { tailLines: 0 })
  reader.log.close()
  expect(await reader.done()).toBe('')
  const abort = new AbortController()
  const log = must(
    await openLog(engine, { id: 'none', logPath: path, tty: false }, {}, { signal: abort.signal }),
  )
  abort.abort()
  expect((await log.ended).ok).toBe(false)
  await reader.stop()
})

test('without a readable file the endpoint serves', async () => {
  const created = must(
    await engine.containers.create('endpoint', { Image: 'i', Cmd: ['echo', 'hi'] }),
  )
  must(await engine.containers.start(created.Id))
  must(await engine.containers.wait(created.Id, 'not-running'))
  const log = must(
    await openLog(engine, { id: created.Id, logPath: '/none/x-json.log', tty: false }, {}),
  )
  expect((await output(log)).stdout).toBe('hi\n')
})
