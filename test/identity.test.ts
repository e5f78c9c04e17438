import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { freeRanges, readIdentity, settleIdentity, takenSecondOctets } from '../src/identity.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function configFor(dataDir: string, flags: Record<string, string> = {}) {
  const config = readConfig({ dataDir, ...flags }, { HOME: '/nowhere' })
  if (!config.ok) throw new Error(config.error)
  return config.value
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'klio-identity-'))
  made.push(path)
  return path
}

test('an identity is chosen once and read again, for its owner alone', () => {
  const dir = folder()
  const first = settleIdentity(configFor(dir), '')
  const again = settleIdentity(configFor(dir), '')
  expect(first).toEqual(again)
  expect(readIdentity(dir)?.name).toBe('klio')
  expect(statSync(join(dir, 'cluster.json')).mode & 0o777).toBe(0o600)
})

test('another name or range in the same folder is refused with the remedy', () => {
  const dir = folder()
  settleIdentity(configFor(dir), '')
  const name = settleIdentity(configFor(dir, { name: 'other' }), '')
  const range = settleIdentity(configFor(dir, { podCidr: '10.9.0.0/16' }), '')
  expect(name.ok ? '' : name.error).toContain('start it with --name klio')
  expect(range.ok ? '' : range.error).toContain('it cannot change')
})

test('a port may change', () => {
  const dir = folder()
  settleIdentity(configFor(dir, { port: '7000' }), '')
  const moved = settleIdentity(configFor(dir, { port: '7001' }), '')
  expect(moved.ok && moved.value.port).toBe(7001)
})

test('ranges keep clear of the routes there are', () => {
  const routes = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask',
    'kl0\t00002A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000',
  ].join('\n')
  expect(takenSecondOctets(routes)).toEqual(new Set([0x2a]))
  expect(freeRanges('klio', new Set()).podCidr).toBe('10.42.0.0/16')
  expect(freeRanges('klio', takenSecondOctets(routes)).podCidr).toBe('10.45.0.0/16')
})

test('two names begin at different ranges', () => {
  expect(freeRanges('a', new Set())).not.toEqual(freeRanges('b', new Set()))
})
