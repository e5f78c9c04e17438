import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { findContext, kubeconfigFiles } from '../../src/cli/kube-context.ts'
import { addContext, mergeContext, removeContexts } from '../../src/cli/kubeconfig.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'klio-kubeconfig-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text)
  return at(name)
}
const klio = {
  name: 'klio',
  user: 'klio',
  server: 'https://127.0.0.1:6443',
  authority: 'PEM',
  token: 'secret',
}
const FOREIGN = `# mine, do not touch
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: work # the office
    cluster: { server: https://work:6443, certificate-authority: ca.pem }
contexts:
  - { name: work, context: { cluster: work, user: me, namespace: team } }
users:
  - { name: me, user: { tokenFile: token } }
preferences: { colors: true }
`

describe('merging', () => {
  test('a new file has the context, becomes current and is readable by its owner alone', () => {
    mergeContext(at('new/config'), klio)
    expect(parse(readFileSync(at('new/config'), 'utf8'))).toMatchObject({
      'current-context': 'klio',
      contexts: [{ name: 'klio', context: { cluster: 'klio', user: 'klio' } }],
      users: [{ name: 'klio', user: { token: 'secret' } }],
    })
    expect(statSync(at('new/config')).mode & 0o777).toBe(0o600)
  })

  test('what others wrote stays: entries, comments, order, the current context', () => {
    const file = write('config', FOREIGN)
    mergeContext(file, klio)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('# mine, do not touch')
    expect(text).toContain('# the office')
    const config = parse(text)
    expect(config['current-context']).toBe('work')
    expect(config.clusters.map((one: { name: string }) => one.name)).toEqual(['work', 'klio'])
    expect(config.preferences).toEqual({ colors: true })
  })

  test('a second start replaces its own entries', () => {
    const file = write('config', FOREIGN)
    mergeContext(file, klio)
    mergeContext(file, { ...klio, token: 'other' })
    const { users, contexts } = parse(readFileSync(file, 'utf8'))
    expect(users.map((one: { user: { token?: string } }) => one.user.token)).toEqual([undefined, 'other'])
    expect(contexts).toHaveLength(2)
  })

  test('a context of the past shares the user and leaves the current context alone', () => {
    const file = write('config', FOREIGN)
    mergeContext(file, klio)
    addContext(file, {
      name: 'klio@-2m',
      server: `${klio.server}/asof/812`,
      authority: 'PEM',
      user: 'klio',
      namespace: undefined,
    })
    const config = parse(readFileSync(file, 'utf8'))
    expect(config['current-context']).toBe('work')
    expect(config.users).toHaveLength(2)
    expect(findContext([file], 'klio@-2m')).toMatchObject({
      server: 'https://127.0.0.1:6443/asof/812',
      token: 'secret',
      user: 'klio',
    })
  })

  test('a file that is no YAML is refused, not overwritten', () => {
    const file = write('config', 'a: [')
    expect(() => mergeContext(file, klio)).toThrow('not a valid kubeconfig')
    expect(readFileSync(file, 'utf8')).toBe('a: [')
  })
})

describe('removing', () => {
  test('takes out the cluster, its past and its forks, and nothing else', () => {
    const file = write('config', FOREIGN)
    mergeContext(file, klio)
    mergeContext(file, { ...klio, name: 'klio-two', user: 'klio-two' })
    for (const name of ['klio@-2m', 'klio+lab', 'klio@2026-11-23T14:00:00Z'])
      addContext(file, { name, server: klio.server, authority: 'PEM', user: 'klio', namespace: undefined })
    expect(removeContexts(file, 'klio', 'secret')).toBe(true)
    const config = parse(readFileSync(file, 'utf8'))
    for (const section of ['clusters', 'contexts'])
      expect(config[section].map((one: { name: string }) => one.name)).toEqual(['work', 'klio-two'])
    expect(removeContexts(file, 'klio', 'secret')).toBe(false)
  })

  test('another cluster of the same name keeps its contexts', () => {
    mergeContext(at('config'), klio)
    expect(removeContexts(at('config'), 'klio', 'token of another data dir')).toBe(false)
    expect(findContext([at('config')], undefined)).toMatchObject({ name: 'klio' })
  })

  test('a current context that goes leaves none; a missing file is nothing to do', () => {
    mergeContext(at('config'), klio)
    expect(removeContexts(at('config'), 'klio', 'secret')).toBe(true)
    expect(parse(readFileSync(at('config'), 'utf8'))['current-context']).toBe('')
    expect(removeContexts(at('missing'), 'klio', 'secret')).toBe(false)
  })
})

describe('finding, as kubectl does', () => {
  test.each([
    [undefined, { KUBECONFIG: 'a:b' }, ['a', 'b']],
    [undefined, { KUBECONFIG: ':a::' }, ['a']],
    [undefined, { HOME: '/home/me' }, ['/home/me/.kube/config']],
    ['given', { KUBECONFIG: 'a:b' }, ['given']],
  ])('--kubeconfig %p with %p reads %p', (flag, env, files) => {
    expect(kubeconfigFiles(flag, env)).toEqual(files)
  })

  test('of a list the first file wins, for each entry and for the current context', () => {
    const first = write('first', 'clusters: [{ name: klio, cluster: { server: "https://first" } }]\n')
    mergeContext(at('second'), klio)
    expect(findContext([first, at('missing'), at('second')], undefined)).toMatchObject({
      name: 'klio',
      server: 'https://first',
      token: 'secret',
      file: at('second'),
    })
  })

  test('files beside the kubeconfig are found from its folder', () => {
    mkdirSync(at('deep'))
    write('deep/ca.pem', 'AUTHORITY')
    write('deep/token', 'from a file\n')
    const file = write('deep/config', FOREIGN)
    expect(findContext([file], undefined)).toMatchObject({
      name: 'work',
      authority: 'AUTHORITY',
      token: 'from a file',
      namespace: 'team',
      insecure: false,
    })
  })

  test.each([
    ['no such context', 'nope', FOREIGN],
    ['no current context', undefined, 'clusters: []\n'],
    ['an empty file', undefined, ''],
  ])('%s is undefined', (_, name, text) => {
    expect(findContext([write('config', text)], name)).toBeUndefined()
  })
})
