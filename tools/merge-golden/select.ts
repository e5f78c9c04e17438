/** Keeps a small, varied part of what the oracle answered: `bun select.ts FOLDER`. See main.go. */
interface Case {
  kind: string
  patch: object
  error?: string
  result?: object
}
interface Sequence {
  kind: string
  steps: { op: string; sub?: string; error?: unknown }[]
}

const folder = process.argv[2] ?? '.'
const read = async <T>(name: string): Promise<T[]> => Bun.file(`${name}.json`).json()
const sizeOf = (value: unknown): number => JSON.stringify(value).length
const write = (name: string, cases: readonly unknown[]): Promise<number> =>
  Bun.write(`${folder}/${name}.json`, `[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`)

const WORDS = ['"delete"', '"replace"', '$setElementOrder', '$deleteFrom', '$retainKeys', 'null']
const featuresOf = ({ kind, patch }: Case): string =>
  kind + WORDS.map((word) => JSON.stringify(patch).includes(word)).join()

const strategic = (await read<Case>('strategic')).toSorted((a, b) => sizeOf(a) - sizeOf(b))
const refused = strategic.filter((c) => c.error !== undefined && sizeOf(c) < 6_000)
const merged = strategic.filter((c) => c.result && sizeOf(c) > 500 && sizeOf(c) < 3_500)
const middle = <T>(list: readonly T[]): readonly T[] => {
  const half = Math.floor(list.length / 2)
  return list.slice(half, half + 2)
}
await write('strategic-patch', [
  ...[...Map.groupBy(refused, (c) => c.kind + c.error?.slice(0, 28)).values()].map((l) => l[0]),
  ...[...Map.groupBy(merged, featuresOf).values()].flatMap(middle),
])

const worth = ({ steps }: Sequence): number =>
  steps.filter(({ op }) => op === 'apply').length +
  steps.filter(({ sub }) => sub !== undefined).length +
  2 * steps.filter(({ error }) => error !== undefined).length
const sequences = (await read<Sequence>('managed')).filter((each) => sizeOf(each) < 11_000)
const best = [...Map.groupBy(sequences, ({ kind }) => kind).values()].flatMap((list) =>
  list.toSorted((a, b) => worth(b) - worth(a)).slice(0, 3),
)
await write('managed-fields', [...(await read('script')), ...best])
