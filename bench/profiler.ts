/**
 * Where does the main thread's time go? Loaded before klio, it samples JavaScript between two SIGUSR2 and then
 * writes what it saw to `$BENCH_PROFILE`: `BENCH_PROFILE=/tmp/profile.txt bun bench/catch-up.ts`.
 */
import * as jsc from 'bun:jsc'
import { writeFileSync } from 'node:fs'

interface Traces {
  readonly traces: readonly {
    readonly frames: readonly { readonly name: string; readonly sourceURL?: string; readonly line?: number }[]
  }[]
}

const LINES = 90
const DEPTH = 14
let sampling = false

process.on('SIGUSR2', () => {
  if (sampling) return write(tracesOf())
  sampling = true
  jsc.startSamplingProfiler()
})

/** Bun's types spell the function's name as no Bun does. */
const tracesOf = (): Traces => (jsc as unknown as { samplingProfilerStackTraces(): Traces }).samplingProfilerStackTraces()

function write({ traces }: Traces): void {
  const self = new Map<string, number>()
  const total = new Map<string, number>()
  const stacks = new Map<string, number>()
  for (const { frames } of traces) {
    const places = frames.map(placeOf)
    count(self, selfOf(places))
    for (const name of new Set(places.map(([name]) => name))) count(total, name)
    count(stacks, places.slice(0, DEPTH).map(([name]) => name).join(' < '))
  }
  const shown = (title: string, of: Map<string, number>): string =>
    [title, ...[...of].sort((a, b) => b[1] - a[1]).slice(0, LINES)
      .map(([name, samples]) => `${((samples * 100) / traces.length).toFixed(1).padStart(6)} % ${name}`)].join('\n')
  const parts = [`${traces.length} samples`, shown('self', self), shown('total', total), shown('stacks', stacks)]
  writeFileSync(process.env['BENCH_PROFILE'] ?? '/dev/stderr', `${parts.join('\n\n')}\n`)
}

type Place = readonly [name: string, line: number]

const placeOf = ({ name, sourceURL = '', line = 0 }: Traces['traces'][number]['frames'][number]): Place =>
  [`${name || '(anonymous)'} ${sourceURL.replace(/^.*\/(src|node_modules)\//, '')}`, line]

/** What is the engine's own counts for the line that called it. */
function selfOf(places: readonly Place[]): string {
  const own = places.findIndex(([name]) => name.includes('.ts') || name.includes('.js'))
  const inner = own > 0 ? `${places[0]![0]}< ` : ''
  const [name, line] = places[Math.max(own, 0)] ?? ['(none)', 0]
  return `${inner}${name}:${line < 2 ** 31 ? line : ''}`
}

function count(of: Map<string, number>, name: string): void {
  of.set(name, (of.get(name) ?? 0) + 1)
}
