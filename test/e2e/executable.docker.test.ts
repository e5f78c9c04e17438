import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod } from '../../src/resources/generated/core.gen.ts'
import { output, startCluster, type ClusterProcess } from '../support/cluster-process.ts'
import { until } from '../support/until.ts'
import { HttpClient } from './http-client.ts'

const ROOT = join(import.meta.dir, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'klio-executable-'))
const klio = join(folder, 'klio')

let cluster: ClusterProcess | undefined

/** `sh scripts/build`: everything in one file, PostgreSQL too. */
beforeAll(async () => {
  const built = await output(['sh', join(ROOT, 'scripts', 'build'), klio])
  if (built.code !== 0) throw new Error(built.error)
}, 60_000)
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

test('one file, without the checkout, unpacks PostgreSQL, runs a Pod and remembers it', async () => {
  expect((await output([klio, 'version'])).code).toBe(0)
  // No DATABASE_URL: it is PostgreSQL out of the file that is tried here.
  cluster = await startCluster('e2e-executable', [klio], { DATABASE_URL: undefined })
  const client = new HttpClient(cluster)
  await client.apply(join(ROOT, 'examples', 'test-pod.yaml'))
  await until('test-pod runs', async () => (await client.get<Pod>('Pod', 'test-pod'))?.status?.phase === 'Running')
  expect(await client.exec('test-pod', 'hostname')).toBe('test-pod\n')
  const { resourceVersion } = (await client.get<Pod>('Pod', 'test-pod'))!.metadata
  await client.delete('Pod', 'test-pod')
  await until('test-pod is gone', async () => (await client.get('Pod', 'test-pod')) === undefined)
  expect((await client.then<Pod>(resourceVersion!, 'Pod', 'test-pod'))?.status?.phase).toBe('Running')
  const verified = await cluster.klio('verify', '-o', 'json')
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true })
  await cluster.purge()
  expect(cluster.left()).toEqual([])
}, 90_000)
