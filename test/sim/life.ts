/**
 * One run of a simulated process. When it ends, whatever it waits for never comes: no code of it goes on,
 * as after kill -9. While it is frozen everything comes late, as under SIGSTOP.
 */
export class Life {
  #alive = true
  #thawed: PromiseWithResolvers<void> | undefined
  readonly #end = Promise.withResolvers<void>()

  get alive(): boolean {
    return this.#alive
  }

  get frozen(): boolean {
    return this.#thawed !== undefined
  }

  /** Resolves when it is killed: for those who talk to it. */
  get ended(): Promise<void> {
    return this.#end.promise
  }

  end(): void {
    this.#alive = false
    this.#end.resolve()
  }

  freeze(): void {
    this.#thawed ??= Promise.withResolvers<void>()
  }

  thaw(): void {
    this.#thawed?.resolve()
    this.#thawed = undefined
  }

  /** Passes an answer on to this process, if it still lives by then. */
  gate<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      answer.then(
        (value) => this.#go(() => resolve(value)),
        (error) => this.#go(() => reject(error)),
      )
    })
  }

  /** Asks something for this process; the dead ask nothing, the frozen ask later. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    while (this.#thawed) await this.#thawed.promise
    if (!this.#alive) return new Promise(() => {})
    return this.gate(question())
  }

  #go(on: () => void): void {
    if (!this.#alive) return
    if (!this.#thawed) return on()
    void this.#thawed.promise.then(() => this.#go(on))
  }
}
