import type { JsonObject, KubeObject } from '../../src/meta/object.ts'
import { request, type TestApi } from './api.ts'
import type { RawConnection } from './raw-http.ts'

/** One frame of a watch. */
export interface Frame {
  readonly type: string
  readonly object: KubeObject & { readonly data?: Record<string, string> } & JsonObject
  readonly revision: number
}

/** A watch over a socket of its own; frames are read when a test asks for them. */
export class Watcher {
  readonly connection: RawConnection
  #text = ''

  private constructor(connection: RawConnection) {
    this.connection = connection
  }

  /** Opens `path`, which asks for a watch, and reads the head of the answer. */
  static async open(api: TestApi, path: string): Promise<Watcher> {
    const connection = await api.open()
    const watcher = new Watcher(connection)
    const { method, token } = request('GET', path)
    connection.send(`${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
    const head = await connection.head()
    if (!head?.startsWith('HTTP/1.1 200')) throw new Error(`the watch was refused: ${head}`)
    return watcher
  }

  /** The next frame; undefined at the end of the stream. */
  async frame(): Promise<Frame | undefined> {
    for (;;) {
      const cut = this.#text.indexOf('\n')
      if (cut >= 0) {
        const line = this.#text.slice(0, cut)
        this.#text = this.#text.slice(cut + 1)
        return frameOf(line)
      }
      const chunk = await this.connection.httpChunk()
      if (!chunk || chunk.length === 0) return undefined
      this.#text += chunk.toString()
    }
  }

  async frames(count: number): Promise<Frame[]> {
    const frames: Frame[] = []
    while (frames.length < count) {
      const frame = await this.frame()
      if (!frame) throw new Error(`the watch ended after ${frames.length} of ${count} frames`)
      frames.push(frame)
    }
    return frames
  }

  close(): void {
    this.connection.close()
  }
}

function frameOf(line: string): Frame {
  const { type, object } = JSON.parse(line) as { type: string; object: Frame['object'] }
  return { type, object, revision: Number(object.metadata?.resourceVersion ?? 0) }
}
