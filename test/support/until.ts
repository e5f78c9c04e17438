const PAUSE_MS = 50

/**
 * Waits for a condition. What it throws counts as "not yet": a cluster that is loaded answers 503 now and then, as
 * upstream's does. Fails with what was waited for, and with the last error or value.
 */
export async function until(what: string, holds: () => unknown, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    const held = await attempt(holds)
    if (held === true) return
    if (performance.now() > end)
      throw new Error(`not within ${limitMs / 1000} s: ${what}${held === false ? '' : ` (now ${shown(held)})`}`)
    await Bun.sleep(PAUSE_MS)
  }
}

async function attempt(holds: () => unknown): Promise<unknown> {
  try {
    return await holds()
  } catch (error) {
    return error
  }
}

const shown = (held: unknown): string => (held instanceof Error ? held.message : JSON.stringify(held))
