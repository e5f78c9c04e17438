/**
 * Events of plans that were carried out, written beside the next decisions instead of before them: a key
 * has one plan's in the making, a lane as many as it has workers, and whoever brings more waits.
 */
export class NotesBehind {
  readonly #most: number
  readonly #byKey = new Map<string, Promise<void>>()

  /** `most` plans whose Events are being written at once. */
  constructor(most: number) {
    this.#most = most
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  /** Begins to write a plan's Events once there is room, and those of the key's last plan are written. */
  async begin(key: string, write: () => Promise<void>): Promise<void> {
    for (let before = this.#before(key); before; before = this.#before(key)) await before
    const writing: Promise<void> = write().finally(() => {
      if (this.#byKey.get(key) === writing) this.#byKey.delete(key)
    })
    this.#byKey.set(key, writing)
  }

  /** Resolves when all that began is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#byKey.values())
  }

  #before(key: string): Promise<void> | undefined {
    const own = this.#byKey.get(key)
    if (own) return own
    return this.#byKey.size < this.#most ? undefined : Promise.race(this.#byKey.values())
  }
}
