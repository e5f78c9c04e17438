import type { ServerResponse } from 'node:http'
import { WATCHER_BACKLOG_BYTES_MAX } from '../base/limits.ts'
import { drained } from './send-pieces.ts'

/** Where a watcher's frames go: a chunked HTTP response, or a WebSocket. */
export interface FrameSink {
  /** Sends bytes; false when the client reads too slowly for them to have left. */
  write(bytes: Uint8Array): boolean
  /** Bytes accepted and not yet sent. */
  readonly unsentBytes: number
  drained(): Promise<void>
  end(): void
  /** Ends at once and drops what was not sent: a client that does not read would keep it for ever. */
  cut(): void
  onClose(listener: () => void): void
  readonly closed: boolean
}

/** Frames as chunks of an HTTP response. */
export class ResponseSink implements FrameSink {
  readonly #outgoing: ServerResponse

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing
  }

  get closed(): boolean {
    return this.#outgoing.destroyed || this.#outgoing.writableEnded
  }

  get unsentBytes(): number {
    return this.#outgoing.writableLength
  }

  write(bytes: Uint8Array): boolean {
    return this.#outgoing.write(bytes)
  }

  drained(): Promise<void> {
    return drained(this.#outgoing)
  }

  end(): void {
    this.#outgoing.end()
  }

  cut(): void {
    this.#outgoing.destroy()
  }

  onClose(listener: () => void): void {
    this.#outgoing.once('close', listener)
  }
}

/**
 * One watcher's stream. What was there first goes out at the client's pace; frames that happen meanwhile
 * wait behind it. A client that leaves more than the backlog unread is ended: it resumes from its last
 * revision, which costs less than what it would pile up (measured: 615 MB without a bound).
 */
export class WatchConnection {
  readonly #sink: FrameSink
  /** Frames that wait for the initial state to be out; undefined once it is. */
  #waiting: Uint8Array[] | undefined
  #waitingBytes = 0
  #ended = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  get ended(): boolean {
    return this.#ended || this.#sink.closed
  }

  /** Sends the initial state; later frames queue until it is out. */
  async begin(pieces: Iterable<Uint8Array>): Promise<void> {
    this.#waiting = []
    for (const piece of pieces) {
      if (this.ended) return
      if (!this.#sink.write(piece)) await this.#sink.drained()
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const frame of waiting) this.send(frame)
  }

  /** Sends frames, or ends the stream when too much is unread. */
  send(frames: Uint8Array): void {
    if (this.ended) return
    if (this.#waiting) {
      this.#waiting.push(frames)
      this.#waitingBytes += frames.length
      if (this.#waitingBytes > WATCHER_BACKLOG_BYTES_MAX) this.#cut()
      return
    }
    this.#sink.write(frames)
    if (this.#sink.unsentBytes > WATCHER_BACKLOG_BYTES_MAX) this.#cut()
  }

  #cut(): void {
    this.#ended = true
    if (this.#waiting) this.#waiting = []
    this.#sink.cut()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#sink.end()
  }
}
