import { DOCKER_FRAME_BYTES_MAX } from '../base/limits.ts'
import type { Frame } from './engine.ts'

/**
 * Takes Docker's multiplexed output apart: 8 bytes of head (stream, 0, 0, 0, length as a big-endian
 * uint32), then the bytes. Frames are handed on as they arrive, in pieces of at most
 * DOCKER_FRAME_BYTES_MAX, so that a long frame is never gathered in memory.
 * Source: Engine API, ContainerAttach, "Stream format".
 */
export interface FrameCutter {
  /** Throws on a head that cannot be one: the stream is not framed. */
  push(bytes: Uint8Array): Frame[]
}

const HEAD_BYTES = 8

/** A cutter at the start of a stream. */
export function frameCutter(): FrameCutter {
  const head = new Uint8Array(HEAD_BYTES)
  let headCount = 0
  let stream: Frame['stream'] = 'stdout'
  let missing = 0

  const readHead = (bytes: Uint8Array, at: number): number => {
    const count = Math.min(HEAD_BYTES - headCount, bytes.length - at)
    head.set(bytes.subarray(at, at + count), headCount)
    headCount += count
    if (headCount === HEAD_BYTES) {
      stream = streamOf(head)
      missing = new DataView(head.buffer).getUint32(4)
      headCount = 0
    }
    return at + count
  }

  return {
    push(bytes) {
      const frames: Frame[] = []
      for (let at = 0; at < bytes.length;) {
        if (missing === 0) {
          at = readHead(bytes, at)
          continue
        }
        const end = at + Math.min(missing, bytes.length - at, DOCKER_FRAME_BYTES_MAX)
        frames.push({ stream, bytes: bytes.subarray(at, end) })
        missing -= end - at
        at = end
      }
      return frames
    },
  }
}

/** The same for a TTY: everything is stdout and nothing is framed. */
export const ttyCutter = (): FrameCutter => ({
  push: (bytes) => (bytes.length === 0 ? [] : [{ stream: 'stdout', bytes }]),
})

// 3 is the daemon's own error message within the stream; clients show it with stderr.
function streamOf(head: Uint8Array): Frame['stream'] {
  if (head[1] !== 0 || head[2] !== 0 || head[3] !== 0 || head[0]! > 3) {
    throw new Error('the output is not framed')
  }
  return head[0] === 2 || head[0] === 3 ? 'stderr' : 'stdout'
}
