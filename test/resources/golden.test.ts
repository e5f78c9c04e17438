import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { applyPatch, type Operation } from 'rfc6902'
import { created, updated, type Body, type Passed } from './through-policy.ts'

// Everything under test/golden/<kind> was answered by the Go strategies of Kubernetes v1.37.2:
// N.in.yaml goes in and N.out.yaml comes out, creates.yaml and updates.yaml change one thing of it.
interface Change {
  readonly of: number
  readonly part?: string
  readonly change: Operation[]
  readonly errors: string[]
  readonly warnings?: string[]
}

const ROOT = new URL('../golden/', import.meta.url).pathname

function read<T>(path: string): T {
  return Bun.YAML.parse(readFileSync(`${ROOT}${path}`, 'utf8')) as T
}

function changed(body: Body, change: Operation[]): Body {
  const copy = structuredClone(body)
  expect(applyPatch(copy, change).filter((error) => error !== null)).toEqual([])
  return copy
}

const kinds = readdirSync(ROOT).filter((name) => existsSync(`${ROOT}${name}/1.in.yaml`))

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe.each(kinds)('%s', (kind) => {
  const cases = readdirSync(`${ROOT}${kind}`).filter((name) => name.endsWith('.in.yaml'))

  test.each(cases)('%s', (name) => {
    const want = read<Passed>(`${kind}/${name.replace('.in.', '.out.')}`)
    expect(plain(created(read<Body>(`${kind}/${name}`)))).toEqual(plain(want))
  })

  test.each(changesOf(kind, 'creates'))('create %j', (row) => {
    const got = created(changed(read<Body>(`${kind}/${row.of}.in.yaml`), row.change))
    expect(got.errors).toEqual(row.errors)
    expect([...got.warnings].sort()).toEqual([...(row.warnings ?? [])].sort())
  })

  test.each(changesOf(kind, 'updates'))('update %j', (row) => {
    const old = read<Body>(`${kind}/${row.of}.old.yaml`)
    const got = updated(changed(old, row.change), old, row.part)
    expect(got.errors).toEqual(row.errors)
    expect([...got.warnings].sort()).toEqual([...(row.warnings ?? [])].sort())
  })
})

function changesOf(kind: string, file: string): Change[] {
  return existsSync(`${ROOT}${kind}/${file}.yaml`) ? read<Change[]>(`${kind}/${file}.yaml`) : []
}
