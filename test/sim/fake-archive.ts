import type { TarBody } from '../../src/docker/engine.ts'

/** A file out of a tar. */
export interface ReadEntry {
  path: string
  content: Uint8Array
}

/** The regular files of a ustar archive. */
export function readTar(tar: Uint8Array): ReadEntry[] {
  const entries: ReadEntry[] = []
  const text = (from: number, length: number) =>
    Buffer.from(tar.subarray(from, from + length))
      .toString('latin1')
      .replace(/\0.*$/s, '')
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const size = parseInt(text(at + 124, 12).trim() || '0', 8)
    const type = text(at + 156, 1)
    if (type === '0' || type === '') {
      entries.push({ path: text(at, 100), content: tar.subarray(at + 512, at + 512 + size) })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
  return entries
}

/** A body in one piece. */
export async function gather(body: TarBody | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}
