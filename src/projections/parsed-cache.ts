/** Something that holds a parsed value besides its bytes, and can let go of it. */
interface Holder {
  readonly bytes: Uint8Array
  forget(): void
}

/**
 * Bounds what parsed objects cost: a parsed Pod takes about four times its bytes (measured), so a view
 * of 40,000 keeps bytes for all and values only for those used of late. First in, first out is enough:
 * what is needed again is parsed again in microseconds.
 */
export class ParsedCache {
  readonly #capBytes: number
  #held: Holder[] = []
  #first = 0
  #bytes = 0

  constructor(capBytes: number) {
    this.#capBytes = capBytes
  }

  /** Notes a parsed value; the oldest are forgotten when the cap is passed. */
  kept(holder: Holder): void {
    this.#held.push(holder)
    this.#bytes += holder.bytes.length
    while (this.#bytes > this.#capBytes && this.#first < this.#held.length - 1) this.#drop()
  }

  #drop(): void {
    const oldest = this.#held[this.#first++]!
    oldest.forget()
    this.#bytes -= oldest.bytes.length
    if (this.#first > 1024 && this.#first * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#first)
      this.#first = 0
    }
  }
}
