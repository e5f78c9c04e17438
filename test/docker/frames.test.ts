import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { DOCKER_FRAME_BYTES_MAX } from '../../src/base/limits.ts'
import { frameCutter, ttyCutter } from '../../src/docker/frames.ts'

const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

const joined = (pieces: Uint8Array[]) => {
  const cutter = frameCutter()
  const texts = { stdout: '', stderr: '' }
  for (const piece of pieces)
    for (const { stream, bytes } of cutter.push(piece))
      texts[stream] += Buffer.from(bytes).toString()
  return texts
}

test('frames survive any cutting of the stream', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.constantFrom(1, 2), fc.string({ unit: 'grapheme-ascii', maxLength: 30 })),
        { maxLength: 12 },
      ),
      fc.array(fc.nat(40), { maxLength: 40 }),
      (frames, cuts) => {
        const all = Buffer.concat(frames.map(([stream, text]) => frame(stream, text)))
        const pieces: Uint8Array[] = []
        let at = 0
        for (const cut of cuts) pieces.push(all.subarray(at, (at += cut)))
        pieces.push(all.subarray(at))
        const expected = { stdout: '', stderr: '' }
        for (const [stream, text] of frames) expected[stream === 1 ? 'stdout' : 'stderr'] += text
        expect(joined(pieces)).toEqual(expected)
      },
    ),
  )
})

test('a long frame is handed on in bounded pieces as it arrives', () => {
  const cutter = frameCutter()
  const size = DOCKER_FRAME_BYTES_MAX * 3 + 5
  const pieces = cutter.push(frame(1, 'x'.repeat(size)))
  expect(pieces.map((piece) => piece.bytes.length)).toEqual([
    DOCKER_FRAME_BYTES_MAX,
    DOCKER_FRAME_BYTES_MAX,
    DOCKER_FRAME_BYTES_MAX,
    5,
  ])
  expect(
    cutter
      .push(frame(2, 'hello').subarray(0, 10))
      .map((piece) => Buffer.from(piece.bytes).toString()),
  ).toEqual(['he'])
})

test("the daemon's own error within the stream counts as stderr", () => {
  expect(joined([frame(3, 'oops')])).toEqual({ stdout: '', stderr: 'oops' })
})

test('what is not framed is refused', () => {
  expect(() => frameCutter().push(Buffer.from('plain text of a TTY'))).toThrow('not framed')
})

test('a TTY is one stream as it comes', () => {
  expect(ttyCutter().push(Buffer.from('a\r\n'))).toEqual([
    { stream: 'stdout', bytes: Buffer.from('a\r\n') },
  ])
  expect(ttyCutter().push(new Uint8Array())).toEqual([])
})
