import { createHash } from 'node:crypto'

/**
 * The few queues of a flow out of all, so that a flow that fills its own leaves most others theirs: no two
 * flows are likely to share them all. Source: apiserver util/shufflesharding/dealer.go.
 */
export function handOf(schema: string, flow: string, queues: number, size: number): number[] {
  const digest = createHash('sha256').update(`${schema.length}/${schema}/${flow}`).digest()
  let left = digest.readBigUInt64LE(0)
  const hand: number[] = []
  for (let dealt = 0; dealt < Math.min(size, queues); dealt++) {
    const cards = BigInt(queues - dealt)
    let card = Number(left % cards)
    left /= cards
    // Cards that are dealt are skipped, lowest first.
    for (const other of [...hand].sort((a, b) => a - b)) if (card >= other) card++
    hand.push(card)
  }
  return hand
}
