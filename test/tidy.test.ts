import { describe, expect, test } from 'bun:test'
import { KNOWN, MAY_IMPORT, OWNED, PURE, VOCABULARY } from './tidy/rooms.ts'
import { mask } from './tidy/mask.ts'
import { cyclesOf, functionsOf, reachable, readSources, roomOf, type Source } from './tidy/source-tree.ts'

const FILE_LINES_MAX = 600
const FILE_LINES_ASK = 400
const FUNCTION_LINES_MAX = 70
const LINE_COLUMNS_MAX = 125

const all = readSources()
const written = all.filter((source) => !source.generated)
const isPure = (path: string): boolean => PURE.some((pattern) => pattern.test(path))

/** `path:line` of a place in a source. */
const place = (source: Source, at: number): string =>
  `${source.path}:${source.code.slice(0, at).split('\n').length}`

/** Places of all matches, in code or in comments. */
const places = (pattern: RegExp, text: 'code' | 'comments' = 'code', of: readonly Source[] = written): string[] =>
  of.flatMap((source) =>
    [...source[text].matchAll(pattern)].map((match) => `${place(source, match.index)} ${match[0].trim()}`),
  )

const none = (found: readonly string[]): void => expect(found).toEqual([])

describe('rooms', () => {
  test('every folder is a room of the table', () => {
    none([...new Set(all.map(({ room }) => room))].filter((room) => !(room in MAY_IMPORT)))
  })

  test('a file imports its own room or a lower one, as the table says', () => {
    none(
      all.flatMap((source) =>
        source.imports
          .filter(({ target }) => target && roomOf(target) !== source.room)
          .filter(({ target }) => !MAY_IMPORT[source.room]?.includes(roomOf(target!)))
          .map(({ target }) => `${source.path} imports ${target}`),
      ),
    )
  })

  test('the table has no edge upwards or sideways', () => {
    const rooms = Object.keys(MAY_IMPORT)
    const seen = new Set<string>()
    for (const room of rooms.filter((name) => name !== 'cli' && name !== 'wiring')) {
      for (const lower of MAY_IMPORT[room]!) expect(seen).toContain(lower)
      seen.add(room)
    }
  })

  test('a package that one room owns is imported there alone, undici by its file', () => {
    none(
      all.flatMap(({ path, room, imports }) =>
        imports
          .filter(({ specifier }) => specifier === 'undici' || (OWNED[specifier] ?? room) !== room)
          .map(({ specifier }) => `${path} imports ${specifier}`),
      ),
    )
  })

  test('imports make no cycle', () => {
    // What a type refers to is gone when the program runs: two files of a room may name each other's.
    const values = all.map((source) => ({ ...source, imports: source.imports.filter(({ typeOnly }) => !typeOnly) }))
    const cycles = cyclesOf(values).map((cycle) => cycle.toSorted().filter((path, i, at) => path !== at[i - 1]).join(' '))
    expect(cycles.sort()).toEqual(Object.keys(KNOWN.cycles).sort())
  })

  test('every file is reached from main.ts', () => {
    const reached = reachable(all, ['main.ts'])
    const dead = written.map(({ path }) => path).filter((path) => !reached.has(path))
    const known = Object.keys(KNOWN.unreached)
    none(dead.filter((path) => !known.some((prefix) => path.startsWith(prefix))))
    none(known.filter((prefix) => !dead.some((path) => path.startsWith(prefix))).map((prefix) => `not needed: ${prefix}`))
  })
})

describe('pure files', () => {
  const EFFECT =
    /\b(?:await|async)\b|\bDate\.now\b|\bMath\.random\b|\bprocess\.|\bfetch\(|\bperformance\.|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\(|\bcrypto\.|\bBun\./g
  const pure = written.filter(({ path }) => isPure(path))

  test('there are some of each kind', () => {
    for (const pattern of PURE) expect(pure.filter(({ path }) => pattern.test(path)).length).toBeGreaterThan(0)
  })

  test('hold no await, clock, chance, process or network', () => {
    none(places(EFFECT, 'code', pure))
  })

  test('import no database, no Docker, nothing of the machine', () => {
    const machine = (specifier: string): boolean =>
      (specifier.startsWith('node:') && specifier !== 'node:crypto') || specifier.startsWith('bun')
    const found = pure.filter(({ imports }) =>
      imports.some(
        ({ specifier, target }) =>
          machine(specifier) || (/^(db|docker|events)\//.test(target ?? '') && !VOCABULARY.includes(target!)),
      ),
    )
    expect(found.map(({ path }) => path)).toEqual(Object.keys(KNOWN.impure).sort())
  })
})

describe('size', () => {
  test(`no file above ${FILE_LINES_MAX} lines, above ${FILE_LINES_ASK} with a reason`, () => {
    const lines = (source: Source): number => source.text.split('\n').length - 1
    none(written.filter((source) => lines(source) > FILE_LINES_MAX).map(({ path }) => path))
    const asked = written.filter((source) => lines(source) > FILE_LINES_ASK).map(({ path }) => path)
    expect(asked).toEqual(Object.keys(KNOWN.longFiles).sort())
  })

  test(`no function above ${FUNCTION_LINES_MAX} lines; the known ones do not grow`, () => {
    const longest = new Map<string, number>()
    for (const { path, code } of written)
      for (const { lines } of functionsOf(code)) longest.set(path, Math.max(lines, longest.get(path) ?? 0))
    const over = [...longest].filter(([path, lines]) => lines > (KNOWN.longFunctions[path] ?? FUNCTION_LINES_MAX))
    none(over.map(([path, lines]) => `${path}: ${lines} lines`))
    none(Object.keys(KNOWN.longFunctions).filter((path) => (longest.get(path) ?? 0) <= FUNCTION_LINES_MAX))
  })

  test(`no line above ${LINE_COLUMNS_MAX} columns, long literals aside`, () => {
    // A message stands on one line so that it can be searched for: literals do not count.
    none(
      written.flatMap(({ path, code, comments }) =>
        code.split('\n').flatMap((line, index) => {
          const columns = line.trimEnd().replace(/(\S)\s{4,}(?=\S)/g, '$1').length
          const comment = comments.split('\n', index + 1)[index]!.trimEnd().length
          return Math.max(columns, comment) > LINE_COLUMNS_MAX ? [`${path}:${index + 1}`] : []
        }),
      ),
    )
  })
})

describe('words', () => {
  test('no default export, no barrel', () => {
    none(places(/^export default\b|^export \* from\b|\bas default\b/gm))
  })

  test('no any, no checks switched off', () => {
    none(places(/(?:[:<|&]|\bas|=>)\s*any\b(?!\s*[.(:?\w])/g))
    none(places(/@ts-\w+|eslint-disable|biome-ignore/g, 'comments'))
  })

  test('nothing is left for later', () => {
    none(places(/\b(?:TODO|FIXME|XXX|HACK)\b/g, 'comments'))
  })

  test('files are named after what they hold, in kebab-case', () => {
    none(written.map(({ path }) => path).filter((path) => /(^|\/)(index|utils?|helpers?|common|misc|manager)(\/|\.ts$)/.test(path)))
    none(all.map(({ path }) => path).filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.gen)?\.ts$/.test(path)))
  })

  test('no variable of a module changes', () => {
    none(places(/^(?:export )?(?:let|var)\b/gm))
  })

  test('every export says what it is', () => {
    none(
      written.flatMap((source) => {
        const undocumented: string[] = []
        for (const match of source.code.matchAll(
          /^export (?:declare |abstract |async )*(?:function\*?|class|interface|type|const)\s+(\w+)/gm,
        )) {
          // Lines that follow one another are a group: its comment stands above the first.
          const above = source.text.slice(0, match.index).split(/\n[^\S\n]*\n/).at(-1)!
          if (!above.includes('/**')) undocumented.push(`${place(source, match.index)} ${match[1]}`)
        }
        return undocumented
      }),
    )
  })
})

test('every limit is read somewhere', () => {
  const limits = written.find(({ path }) => path === 'base/limits.ts')!
  const names = [...limits.code.matchAll(/^export const (\w+)/gm)].map((match) => match[1]!)
  expect(names.length).toBeGreaterThan(50)
  const words = new Set(written.filter((source) => source !== limits).flatMap(({ code }) => code.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []))
  const unused = names.filter((name) => !words.has(name) && limits.code.split(new RegExp(`\\b${name}\\b`)).length < 3)
  expect(unused.sort()).toEqual(Object.keys(KNOWN.unusedLimits).sort())
})

describe('the scanner', () => {
  test.each([
    ["const a = 'any // no' // TODO", "const a = '         '"],
    ['x = `a ${f({ b: `}` })} c`', 'x = `   {f({ b: ` ` })}  `'],
    ["s.replace(/['\"/*]+/g, '') / 2", "s.replace(/       /g, '') / 2"],
    ['a /* b */ + c', 'a         + c'],
  ])('%s', (text, code) => {
    expect(mask(text).code.trimEnd()).toBe(code)
    expect(mask(text).code.length).toBe(text.length)
  })

  test('finds functions of every form', () => {
    const text = `function a(): { b: string } {\n}\nconst c = async (d: string): Promise<void> => {\n}\nclass E {\n  f(g: () => void): void {\n    if (g) {\n    }\n  }\n}`
    expect(functionsOf(mask(text).code)).toEqual([
      { line: 1, lines: 2 }, { line: 3, lines: 2 }, { line: 6, lines: 4 },
    ])
  })
})
