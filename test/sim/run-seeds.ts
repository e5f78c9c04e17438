import { simulate, type SimResult } from './cluster.ts'

/** Runs many seeds: `N` of them (2,000), beginning with `FROM` (1). Exit code 1 when one failed. */
async function main(): Promise<number> {
  const first = Number(process.env['FROM'] ?? 1)
  const count = Number(process.env['N'] ?? 2_000)
  const failed: SimResult[] = []
  let revisions = 0
  let steps = 0
  let virtualMs = 0
  const startedMs = performance.now()
  for (let seed = first; seed < first + count; seed++) {
    const result = await simulate(seed)
    revisions += result.revisions
    steps += result.steps
    virtualMs += result.virtualMs
    if (result.failure) {
      failed.push(result)
      console.log(`\n${result.failure}\n`)
    }
    const done = seed - first + 1
    if (done % 100 === 0 || done === count) console.log(`${done} seeds, ${failed.length} failed`)
  }
  const seconds = (performance.now() - startedMs) / 1000
  const days = virtualMs / 86_400_000
  console.log(
    `${count} seeds from ${first} in ${seconds.toFixed(0)} s: ${revisions} revisions, ${steps} steps, ` +
      `${days.toFixed(1)} virtual days, ${failed.length} failed`,
  )
  for (const { seed, failure } of failed) console.log(`seed ${seed}: ${failure!.split('\n')[0]}`)
  return failed.length === 0 ? 0 : 1
}

process.exitCode = await main()
