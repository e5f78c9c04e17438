import { afterEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { contextPath, findEngine, parseHost } from '../../src/docker/endpoint.ts'
import { must, refusal } from '../contract/docker.ts'
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts'

const homes: string[] = []
const daemons: FakeDaemon[] = []
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.close()
  for (const home of homes.splice(0)) rmSync(home, { recursive: true })
})

function homeWith(files: Record<string, unknown> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'klio-home-'))
  homes.push(home)
  for (const [path, content] of Object.entries(files)) {
    const target = path.startsWith('/') ? path : join(home, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, JSON.stringify(content))
  }
  return home
}

async function daemon(): Promise<string> {
  const made = await fakeDaemon(() => undefined)
  daemons.push(made)
  return made.socketPath
}

async function described(input: Parameters<typeof findEngine>[0]): Promise<string> {
  const engine = must(await findEngine(input))
  await engine.close()
  return engine.endpoint
}

describe('which endpoint', () => {
  test('the flag wins over DOCKER_HOST', async () => {
    const path = await daemon()
    const input = { flag: `unix://${path}`, env: { DOCKER_HOST: 'unix:///none' }, home: homeWith() }
    expect(await described(input)).toBe(`unix://${path} (flag)`)
  })

  test('DOCKER_HOST wins over contexts', async () => {
    const path = await daemon()
    const home = homeWith({ '.docker/config.json': { currentContext: 'other' } })
    expect(await described({ env: { DOCKER_HOST: `unix://${path}` }, home })).toBe(
      `unix://${path} (DOCKER_HOST)`,
    )
  })

  test('the current context, and DOCKER_CONTEXT before it', async () => {
    const path = await daemon()
    const home = homeWith({ '.docker/config.json': { currentContext: 'mine' } })
    const meta = contextPath(join(home, '.docker'), 'mine')
    mkdirSync(dirname(meta), { recursive: true })
    writeFileSync(
      meta,
      JSON.stringify({ Name: 'mine', Endpoints: { docker: { Host: `unix://${path}` } } }),
    )
    expect(await described({ env: {}, home })).toContain(`unix://${path}, context mine (`)
    expect(await described({ env: { DOCKER_CONTEXT: 'mine' }, home })).toContain('(DOCKER_CONTEXT)')
    const error = refusal(await findEngine({ env: { DOCKER_CONTEXT: 'gone' }, home }))
    expect(error).toMatchObject({ kind: 'fatal' })
    expect(error.message).toContain('docker context use default')
  })

  test('what was named is never replaced by another', async () => {
    const runtimeDir = homeWith()
    const error = refusal(
      await findEngine({
        env: { DOCKER_HOST: 'unix:///none/docker.sock', XDG_RUNTIME_DIR: runtimeDir },
        home: homeWith(),
      }),
    )
    expect(error).toMatchObject({ kind: 'unavailable' })
    expect(error.message).toContain('unix:///none/docker.sock (DOCKER_HOST): no such socket')
    expect(error.message).toContain('Start Docker')
    expect(error.message).not.toContain('Podman')
  })

  test('tcp in plain', async () => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => Response.json({ Version: 'x', ApiVersion: '1.45' }),
    })
    expect(
      await described({ env: { DOCKER_HOST: `tcp://127.0.0.1:${server.port}` }, home: homeWith() }),
    ).toContain('(DOCKER_HOST)')
    await server.stop(true)
  })

  test('a daemon that accepts and says nothing is left after a short time', async () => {
    const made = await fakeDaemon(() => true)
    daemons.push(made)
    const begun = performance.now()
    const error = refusal(
      await findEngine({ flag: `unix://${made.socketPath}`, env: {}, home: homeWith() }),
    )
    expect(error.message).toContain('no answer within 2000 ms')
    expect(performance.now() - begun).toBeLessThan(4000)
  })
})

test.each([
  ['unix:///run/x.sock', { socketPath: '/run/x.sock' }],
  ['/run/x.sock', { socketPath: '/run/x.sock' }],
  ['tcp://host:2376', { hostname: 'host', port: 2376 }],
  ['tcp://10.0.0.1', { hostname: '10.0.0.1', port: 2375 }],
  ['http://[::1]:99/', { hostname: '::1', port: 99 }],
] as const)('%s is an address', (host, value) => {
  expect(parseHost(host)).toEqual({ ok: true, value })
})

test.each([
  'ssh://user@host',
  'unix://relative',
  'npipe:////./pipe/docker',
  'tcp://',
  'docker.sock',
  '',
])('%p is refused', (host) => {
  expect(parseHost(host).ok).toBe(false)
})
