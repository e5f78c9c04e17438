import { HISTORY_PAGE } from '../../base/limits.ts'
import { attribute } from '../attribute.ts'
import { readDecisions } from './decisions.ts'
import type { ShadowAnswer, ShadowParts } from './parts.ts'
import { Shadow } from './shadow.ts'

/**
 * Shows every recorded view to today's reconcilers and compares what they plan with what was done. Nothing
 * cascades: the world always moves on by what is on record.
 */
export async function replayShadow(parts: ShadowParts, after: number): Promise<ShadowAnswer> {
  const startedMs = performance.now()
  const { log } = parts.source
  const decisions = await readDecisions(log, after)
  const shadow = new Shadow(parts, decisions)
  const last = decisions.all.at(-1)?.revisions.at(-1) ?? 0
  await shadow.reached(0)
  for (let at = 0; at < last;) {
    const page = await log.after(at, HISTORY_PAGE)
    if (page.length === 0) break
    for (const { event, request } of await attribute(log, page)) await shadow.step(event, request)
    at = page.at(-1)!.revision
  }
  return { ...shadow.answer(), seconds: (performance.now() - startedMs) / 1000 }
}
