import { DOCKER_LINE_BYTES_MAX } from '../base/limits.ts'

/**
 * Cuts a stream of JSON values that Docker separates by newlines, fed in any pieces.
 * A line above the cap is a broken peer: push throws, and the stream that feeds it ends.
 */
export interface JsonLines<T> {
  push(bytes: Uint8Array): T[]
}

/** An empty cutter; `parse` may read more out of the text than JSON.parse keeps. */
export function jsonLines<T>(parse: (line: string) => T): JsonLines<T> {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > DOCKER_LINE_BYTES_MAX) throw new Error('a line of JSON exceeds the cap')
      return lines.filter((line) => line.trim() !== '').map(parse)
    },
  }
}
