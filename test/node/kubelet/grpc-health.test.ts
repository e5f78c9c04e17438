import { afterAll, beforeAll, expect, test } from 'bun:test'
import { grpcHealth } from '../../../src/node/kubelet/grpc-health.ts'
import { type HealthServer, serveHealth } from '../support/grpc-health-server.ts'

let server: HealthServer
beforeAll(async () => {
  server = await serveHealth({
    '': { state: 1 },
    serving: { state: 1 },
    down: { state: 2 },
    unknown: { state: 3 },
    unimplemented: { status: 12 },
    internal: { status: 13 },
    silent: 'silence',
  })
})
afterAll(() => server.close())

// Words as in pkg/probe/grpc/grpc.go.
test.each([
  ['', undefined],
  ['serving', undefined],
  ['down', 'service unhealthy (responded with "NOT_SERVING")'],
  ['unknown', 'service unhealthy (responded with "SERVICE_UNKNOWN")'],
  ['unimplemented', 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)'],
  ['internal', 'error: health rpc probe failed: code 13'],
  ['not there', 'error: health rpc probe failed: code 5'],
  ['silent', 'timeout: health rpc did not complete within 0.2s'],
])('service "%s": %s', async (service, wrong) => {
  const asked = server.asked.length
  const result = await grpcHealth('127.0.0.1', server.port, service, 200)
  expect(result.ok ? undefined : result.error).toBe(wrong!)
  expect(server.asked.slice(asked)).toEqual([service])
})

test('nobody listens', async () => {
  const gone = await serveHealth({})
  await gone.close()
  const result = await grpcHealth('127.0.0.1', gone.port, '', 1_000)
  expect(result.ok ? '' : result.error).toMatch(/^error: health rpc probe failed: .*ECONNREFUSED/)
})
