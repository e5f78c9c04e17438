import { afterAll, afterEach, beforeAll, expect, setSystemTime, test } from 'bun:test'
import { CONTINUE_TOKEN_MS } from '../../src/base/limits.ts'
import { testApi, type Answer, type TestApi } from '../support/api.ts'

const PATH = '/api/v1/namespaces/default/configmaps'
const TABLE = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' }

let api: TestApi
beforeAll(async () => {
  api = await testApi()
  for (let i = 0; i < 10; i++) await put(`m${i}`)
})
afterEach(() => setSystemTime())
afterAll(() => api.close())

const put = (name: string) => api.call('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })

interface List {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
  items: { metadata: { name: string } }[]
}
const listOf = ({ json }: Answer): List => json as unknown as List
const namesOf = (answer: Answer): string[] => listOf(answer).items.map(({ metadata }) => metadata.name)
const page = (token: string, limit = 4) => api.call('GET', `${PATH}?limit=${limit}&continue=${token}`)

test('pages are of one moment, whatever is written between them', async () => {
  const first = await page('')
  const { metadata } = listOf(first)
  expect(metadata.remainingItemCount).toBe(6)
  await put('m35')
  await api.call('DELETE', `${PATH}/m9`)
  const second = await page(metadata.continue!)
  const third = await page(listOf(second).metadata.continue!)
  expect([...namesOf(first), ...namesOf(second), ...namesOf(third)]).toEqual(Array.from({ length: 10 }, (_, i) => `m${i}`))
  expect([second, third].map((answer) => listOf(answer).metadata.resourceVersion)).toEqual([metadata.resourceVersion, metadata.resourceVersion])
  expect(listOf(third).metadata.continue).toBeUndefined()
  await api.call('DELETE', `${PATH}/m35`)
  await put('m9')
})

test('a continue token lives five minutes; then 410 with a token that goes on with what is current', async () => {
  const first = await page('')
  const token = listOf(first).metadata.continue!
  setSystemTime(Date.now() + CONTINUE_TOKEN_MS - 1_000)
  expect((await page(token)).code).toBe(200)
  await put('m45')
  setSystemTime(Date.now() + CONTINUE_TOKEN_MS + 2_000)
  const late = await page(token)
  expect(late.json).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired', status: 'Failure' })
  const rest = await page(listOf(late).metadata.continue!, 100)
  expect(namesOf(rest)).toEqual(['m4', 'm45', 'm5', 'm6', 'm7', 'm8', 'm9'])
  await api.call('DELETE', `${PATH}/m45`)
})

test('every page as a Table carries on as a plain one does', async () => {
  const first = await api.call('GET', `${PATH}?limit=7`, undefined, TABLE)
  const { metadata, rows } = first.json as unknown as { metadata: List['metadata']; rows: { cells: unknown[] }[] }
  const second = await api.call('GET', `${PATH}?limit=7&continue=${metadata.continue}`, undefined, TABLE)
  const more = (second.json as unknown as { rows: { cells: unknown[] }[]; columnDefinitions: unknown[] }).rows
  expect([...rows, ...more].map(({ cells }) => cells[0])).toEqual(Array.from({ length: 10 }, (_, i) => `m${i}`))
})

test('a list at an exact revision shows what was there then, and what was deleted since', async () => {
  const before = listOf(await api.call('GET', PATH)).metadata.resourceVersion
  await api.call('DELETE', `${PATH}/m0`)
  await put('new')
  const then = await api.call('GET', `${PATH}?resourceVersion=${before}&resourceVersionMatch=Exact`)
  expect(namesOf(then)).toEqual(Array.from({ length: 10 }, (_, i) => `m${i}`))
  expect(listOf(then).metadata.resourceVersion).toBe(before)
  const now = await api.call('GET', `${PATH}?resourceVersion=${before}&resourceVersionMatch=NotOlderThan`)
  expect(namesOf(now)).not.toContain('m0')
  await api.call('DELETE', `${PATH}/new`)
  await put('m0')
})
