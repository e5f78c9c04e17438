import { decodeJson } from '../src/meta/decode.ts'
import { parseJson } from '../src/meta/json-text.ts'
import { prune } from '../src/meta/prune.ts'
import { schemaOf } from '../src/resources/schemas.ts'
import { samplePod, sortedKeys } from './sample-pod.ts'

/**
 * Prints what decoding one full-sized Pod costs, in the struct's order and in kubectl's sorted
 * order.
 */
const SCHEMA = schemaOf('io.k8s.api.core.v1.Pod')
const VARIANTS = 64
const ROUNDS = 60
const PER_ROUND = 1_000

/** The fastest of many rounds, in microseconds a call: other processes only ever add to it. */
function fastest<T>(inputs: readonly T[], work: (input: T) => unknown): number {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let i = 0; i < PER_ROUND; i++) work(inputs[i % VARIANTS]!)
    best = Math.min(best, ((performance.now() - start) / PER_ROUND) * 1000)
  }
  return best
}

for (const order of ['struct', 'sorted'] as const) {
  const texts = Array.from({ length: VARIANTS }, (_, i) => {
    const pod = samplePod(`checkout-${i}-`)
    return JSON.stringify(order === 'sorted' ? sortedKeys(pod) : pod)
  })
  const bytes = texts.map((text) => new TextEncoder().encode(text))
  const parse = fastest(texts, (text) => JSON.parse(text))
  const looked = fastest(bytes, (body) => parseJson(body))
  const decoded = fastest(bytes, (body) => decodeJson(SCHEMA, body))
  const pruned = fastest(texts, (text) => prune(SCHEMA, JSON.parse(text)))
  const line = [
    `${order} order, ${bytes[0]!.length} bytes:`,
    `JSON.parse ${parse.toFixed(1)} us,`,
    `UTF-8 and the look at the text ${(looked - parse).toFixed(1)} us,`,
    `prune ${(pruned - parse).toFixed(1)} us,`,
    `in all beside JSON.parse ${(decoded - parse).toFixed(1)} us`,
  ]
  console.log(line.join(' '))
}
