const PAUSE_MS = 50

/** Waits for a condition; fails with what was waited for, and the last error or value it gave. */
export async function until(what: string, holds: () => unknown, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    const held = await holds()
    if (held === true) return
    if (performance.now() > end)
      throw new Error(`not within ${limitMs / 1000} s: ${what}${held === false ? '' : ` (now ${JSON.stringify(held)})`}`)
    await Bun.sleep(PAUSE_MS)
  }
}
