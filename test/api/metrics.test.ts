import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { METRIC_SERIES_MAX } from '../../src/base/limits.ts'
import type { Exchange } from '../../src/api/exchange.ts'
import { exposition } from '../../src/api/metrics/exposition.ts'
import { RequestMetrics } from '../../src/api/metrics/request-metrics.ts'
import { testApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

const text = async (path: string): Promise<string> => (await api.call('GET', path)).body.toString()

/** The value of a series, by a part of its line. */
const valueOf = (metrics: string, part: string): number | undefined => {
  const line = metrics.split('\n').find((each) => each.startsWith(part))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}

describe('/metrics', () => {
  test('requests are counted by what they asked and how they ended', async () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'counted' } }
    await api.call('POST', '/api/v1/namespaces/default/configmaps', map)
    await api.call('POST', '/api/v1/namespaces/default/configmaps', map)
    await api.call('GET', '/api/v1/configmaps')
    const metrics = await text('/metrics')
    const post = (code: number): string =>
      `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"}`
    expect(valueOf(metrics, post(201))).toBe(1)
    expect(valueOf(metrics, post(409))).toBe(1)
    const list = 'component="apiserver",dry_run="",group="",resource="configmaps",scope="cluster",subresource="",verb="LIST",version="v1"'
    expect(valueOf(metrics, `apiserver_request_duration_seconds_bucket{${list},le="+Inf"}`)).toBe(1)
    expect(valueOf(metrics, `apiserver_request_duration_seconds_count{${list}}`)).toBe(1)
    expect(valueOf(metrics, 'apiserver_current_inflight_requests{request_kind="readOnly"}')).toBe(1)
    expect(valueOf(metrics, 'apiserver_current_inflight_requests{request_kind="mutating"}')).toBe(0)
    expect(valueOf(metrics, 'apiserver_resource_objects{group="",resource="configmaps"}')).toBeGreaterThan(0)
  })

  test('feature gates with their stage, and what the process uses', async () => {
    const metrics = await text('/metrics')
    expect(valueOf(metrics, 'kubernetes_feature_enabled{name="ConstrainedImpersonation",stage="BETA"}')).toBe(1)
    expect(valueOf(metrics, 'kubernetes_feature_enabled{name="WorkloadWithJob",stage="ALPHA"}')).toBe(0)
    for (const name of ['cpu_seconds_total', 'resident_memory_bytes', 'open_fds', 'max_fds', 'start_time_seconds'])
      expect(valueOf(metrics, `process_${name} `)).toBeGreaterThan(0)
  })

  test('no client makes series without end', () => {
    const metrics = new RequestMetrics()
    const exchange = (resource: string): Exchange =>
      ({
        info: { isResource: true, verb: 'get', group: 'g', version: 'v1', resource, subresource: '', name: 'x', namespace: '' },
        rawQuery: '', header: () => undefined,
      }) as unknown as Exchange
    for (let i = 0; i < METRIC_SERIES_MAX + 50; i++) metrics.ended(exchange(`r${i}`), 404, 0.001)
    const [counts] = metrics.families()
    const samples = [...counts!.samples]
    expect(samples).toHaveLength(METRIC_SERIES_MAX + 1)
    expect(samples.at(-1)!.value).toBe(50)
  })

  test('labels and numbers as Prometheus reads them', () => {
    const samples = [{ labels: [['a', 'x"y\\z\n']] as const, value: Infinity }]
    expect(exposition([{ name: 'n', help: 'h\ni', type: 'gauge', samples }])).toBe(
      '# HELP n h\\ni\n# TYPE n gauge\nn{a="x\\"y\\\\z\\n"} +Inf\n',
    )
  })
})

describe('health', () => {
  test.each([
    ['/readyz', 'ok'],
    ['/livez?verbose', '[+]ping ok\nlivez check passed\n'],
    ['/readyz?verbose&exclude=ping', '[+]ping excluded: ok\n'],
    ['/livez?verbose&exclude=none', 'warn: some health checks cannot be excluded: no matches for "none"\n'],
    ['/livez/ping', 'ok'],
  ])('%s', async (path, part) => {
    expect(await text(path)).toContain(part)
  })

  test('a check that is not there', async () => {
    expect((await api.call('GET', '/livez/none')).code).toBe(404)
  })
})
