import { expect, test } from 'bun:test'
import { readConfig, flagOf, variableOf, type SettingName } from '../src/config.ts'

const home = { HOME: '/home/ada', XDG_DATA_HOME: '/home/ada/data', KUBECONFIG: '/home/ada/kube:/other' }

test('defaults: name, data dir by XDG, first file of KUBECONFIG, all roles', () => {
  const config = readConfig({}, home)
  if (!config.ok) throw new Error(config.error)
  expect(config.value.name).toBe('klio')
  expect(config.value.dataDir).toBe('/home/ada/data/klio/klio')
  expect(config.value.kubeconfig).toBe('/home/ada/kube')
  expect(config.value.roles).toHaveLength(6)
})

test('a flag goes before the environment, the environment before the default', () => {
  const both = readConfig({ name: 'flag' }, { ...home, KLIO_NAME: 'env' })
  const env = readConfig({}, { ...home, KLIO_NAME: 'env' })
  expect(both.ok && both.value.name).toBe('flag')
  expect(env.ok && env.value.name).toBe('env')
})

const REFUSED: [Partial<Record<SettingName, string>>, string][] = [
  [{ name: 'Not A Name' }, '--name "Not A Name" is not allowed: cluster name'],
  [{ port: '70000' }, '--port "70000" is not allowed: port of the API, 0-65535'],
  [{ port: 'x' }, '--port "x" is not allowed'],
  [{ podCidr: '10.0.0.0' }, '--pod-cidr "10.0.0.0" is not allowed'],
  [{ roles: 'api,cook' }, '--roles "api,cook" is not allowed: what this process does: api,controllers'],
  [{ logLevel: 'loud' }, '--log-level "loud" is not allowed: debug, info, warn or error'],
]

test.each(REFUSED)('refuses %j and names the flag', (flags, message) => {
  const config = readConfig(flags, home)
  expect(config.ok ? 'accepted' : config.error).toStartWith(message)
})

test('an error in the environment names the variable', () => {
  const config = readConfig({}, { ...home, KLIO_PORT: '-1' })
  expect(config.ok ? '' : config.error).toStartWith('KLIO_PORT "-1" is not allowed')
})

test('names of flags and variables', () => {
  expect(flagOf('podCidr')).toBe('--pod-cidr')
  expect(variableOf('podCidr')).toBe('KLIO_POD_CIDR')
})

test('PG variables name a server when PGHOST is set', () => {
  const config = readConfig({}, { ...home, PGHOST: '/run/pg', PGUSER: 'ada' })
  expect(config.ok && config.value.databaseUrl).toBe('postgres://ada@localhost:5432/ada?host=%2Frun%2Fpg')
})
