import type { Score } from './score.ts'

const MB = 1024 * 1024
const LEAST_BYTES = 23 * MB
const MOST_BYTES_PER_IMAGE = 1000 * MB

/**
 * Prefers nodes that have the images, the more so the more nodes have them, so that one node that
 * has pulled first does not draw all. Source: imagelocality.
 */
export const imageLocality: Score = {
  weight: 1,
  of({ images }, { facts }, { nodeCount, nodesWithImage }) {
    let bytes = 0
    for (const image of images) {
      const size = facts.images.get(image)
      if (size !== undefined) bytes += Math.trunc((size * nodesWithImage(image)) / nodeCount)
    }
    const most = MOST_BYTES_PER_IMAGE * images.length
    const clamped = Math.min(Math.max(bytes, LEAST_BYTES), most)
    return Math.trunc((100 * (clamped - LEAST_BYTES)) / (most - LEAST_BYTES))
  },
}
