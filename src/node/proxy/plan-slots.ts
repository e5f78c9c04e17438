import type { Target } from './rules.ts'

/**
 * Gives targets their slots so that as few as possible move: those that stay keep theirs, new ones fill
 * the holes, and then the last fill what is left. The result has no holes.
 */
export function arrangeSlots(before: readonly Target[], now: readonly Target[]): readonly Target[] {
  if (before.length === 0) return now
  const wanted = new Set(now)
  const slots: (Target | undefined)[] = before
    .slice(0, now.length)
    .map((target) => (wanted.delete(target) ? target : undefined))
  // What had a slot beyond the new end, and what is new: in that order, so that the result is stable.
  const homeless = [...before.slice(now.length).filter((target) => wanted.delete(target)), ...wanted]
  while (slots.length < now.length) slots.push(undefined)
  let next = 0
  return slots.map((target) => target ?? homeless[next++]!)
}
