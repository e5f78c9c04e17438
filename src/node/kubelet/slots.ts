/** Runs a bounded number of tasks at once; the rest wait in order. */
export interface Slots {
  run<T>(task: () => Promise<T>): Promise<T>
}

/** At most `max` at once. The queue is as long as there are callers, who each wait for their turn. */
export function slots(max: number): Slots {
  let free = max
  const waiting: (() => void)[] = []
  return {
    async run(task) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await task()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else free++
      }
    },
  }
}
