/** One thing and the time it is due, in milliseconds of the caller's clock. */
export interface Due {
  readonly key: string
  readonly at: number
}

/** A binary heap by due time; ties leave in no promised order. */
export class DelayHeap {
  readonly #items: Due[] = []

  get size(): number {
    return this.#items.length
  }

  first(): Due | undefined {
    return this.#items[0]
  }

  push(item: Due): void {
    const items = this.#items
    let index = items.push(item) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (items[parent]!.at <= item.at) break
      items[index] = items[parent]!
      index = parent
    }
    items[index] = item
  }

  pop(): Due | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    this.#sink(last)
    return top
  }

  #sink(item: Due): void {
    const items = this.#items
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && items[child + 1]!.at < items[child]!.at) child++
      if (items[child]!.at >= item.at) break
      items[index] = items[child]!
      index = child
    }
    items[index] = item
  }
}
