import { readFileSync } from 'node:fs'

/** One type as the import script wrote it: name, flags, description, fields. */
export type TypeLine = readonly [string, string, string, readonly FieldLine[]]

/** Name, type code, protobuf number, flags, description, extras. See tools/import-api. */
export type FieldLine = readonly [string, string, number, string, string, FieldExtras?]

/** What few fields have. Short names keep the file small. */
export interface FieldExtras {
  readonly ps?: readonly ('merge' | 'replace' | 'retainKeys')[]
  readonly mk?: string
  readonly lt?: 'atomic' | 'set' | 'map'
  readonly lk?: readonly string[]
  readonly mt?: 'atomic' | 'granular'
  readonly st?: 'atomic' | 'granular'
  readonly e?: readonly string[]
  readonly dv?: unknown
  readonly in?: readonly number[]
  readonly en?: readonly string[]
  readonly g?: string
  readonly gn?: string
}

/** One descriptor file, split but not parsed: a start uses a few of its thousand types. */
export interface DescriptorTable {
  /** Package by `group/version`: `apps/v1` to `api.apps.v1`. */
  readonly packages: ReadonlyMap<string, string>
  /** Unparsed TypeLine by name. */
  readonly lines: ReadonlyMap<string, string>
}

/** Splits a descriptor file (800 types take about a millisecond). Throws when it is damaged. */
export function readDescriptors(path: string): DescriptorTable {
  const [header = '{}', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  const packages: Record<string, [string, string]> = JSON.parse(header)
  return {
    packages: new Map(
      Object.entries(packages).map(([name, [group, version]]) => [`${group}/${version}`, name]),
    ),
    lines: new Map(lines.map((line) => [line.slice(2, line.indexOf('"', 2)), line])),
  }
}
