import type { Frame, Incoming, IoStream } from './engine.ts'
import { frameCutter, ttyCutter } from './frames.ts'
import type { RawStream } from './hijack.ts'
import { mapIncoming } from './incoming.ts'

/** Output frames out of bare bytes; ends as `fatal` when they are not framed. */
export function framesOf(raw: Incoming<Uint8Array>, tty: boolean, call: string): Incoming<Frame> {
  const cutter = tty ? ttyCutter() : frameCutter()
  return mapIncoming(raw, (bytes) => cutter.push(bytes), call)
}

/** Both directions of an exec or attach. */
export function ioStream(raw: RawStream, tty: boolean, call: string): IoStream {
  return Object.assign(framesOf(raw, tty, call), {
    write: (bytes: Uint8Array) => raw.write(bytes),
    closeWrite: () => raw.closeWrite(),
  })
}
