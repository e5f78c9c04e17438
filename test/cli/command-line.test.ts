import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src/cli/cli.ts'
import { instantText, shieldAges } from '../../src/cli/command.ts'
import { table } from '../../src/cli/output/table.ts'
import { SETTINGS, flagOf, type SettingName } from '../../src/config.ts'
import { VERSION } from '../../src/version.ts'
import { testTerminal } from '../support/terminal.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'klio-cli-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const klio = async (...args: string[]) => {
  const terminal = testTerminal({ KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder, XDG_DATA_HOME: folder })
  const code = await runCli(args, terminal)
  return { code, out: terminal.text(), err: terminal.notes() }
}

describe('what is not understood', () => {
  test.each([
    [['stat'], "unknown command 'stat'", 'Did you mean start?'],
    [['log', '--al'], "unknown option '--al'", 'Did you mean --all?'],
    [['log', '--reqests'], "unknown option '--reqests'", '--requests'],
    [['show'], "missing required argument 'revision|change-set'", ''],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish', ''],
    [['log', '-o', 'xml'], 'allowed formats are: json,yaml,wide', ''],
    [['log'], 'no current context', '--data-dir or --name'],
    [['log', '--context', 'nope'], 'no context "nope"', '--context'],
    [['start', '--port', '70000'], '--port "70000" is not allowed', '0-65535'],
    [['start', '--roles', 'api,cook'], '--roles "api,cook" is not allowed', 'controllers'],
  ])('%p ends with 2 and says why', async (args, message, remedy) => {
    const { code, err, out } = await klio(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(err).toContain(remedy)
  })

  test('an API that is away names what to do', async () => {
    writeFileSync(
      join(folder, 'kubeconfig'),
      JSON.stringify({
        'current-context': 'gone',
        clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
        contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'gone' } }],
      }),
    )
    const { code, err } = await klio('verify')
    expect(code).toBe(2)
    expect(err).toContain('does not answer')
    expect(err).toContain('--data-dir or --name')
  })
})

describe('help', () => {
  test('klio alone and --help name every command; help is no failure', async () => {
    const { code, out } = await klio('--help')
    expect(code).toBe(0)
    for (const command of [
      'start',
      'status',
      'down',
      'log',
      'show',
      'diff',
      'at',
      'verify',
      'replay',
      'database-url',
      'version',
      'completion',
    ])
      expect(out).toContain(`\n  ${command} `)
  })

  test('start offers every setting, with its variable', async () => {
    const { code, out } = await klio('start', '--help')
    expect(code).toBe(0)
    for (const setting of Object.keys(SETTINGS) as SettingName[]) expect(out).toContain(flagOf(setting))
    expect(out).toContain('KLIO_LOG_LEVEL')
  })

  test('version without a cluster', async () => {
    expect((await klio('version')).out).toStartWith(`klio ${VERSION}`)
    expect(JSON.parse((await klio('version', '-o', 'json')).out).client.version).toBe(VERSION)
    expect((await klio('--version')).out.trim()).toBe(VERSION)
  })
})

test.each(['bash', 'zsh', 'fish'])('%s reads its completion without complaint', async (shell) => {
  const { code, out } = await klio('completion', shell)
  expect(code).toBe(0)
  expect(out).toContain('database-url')
  if (shell !== 'bash') return
  const probe = `${out}\nCOMP_WORDS=(klio replay --t); COMP_CWORD=2; _klio; echo "\${COMPREPLY[@]}"`
  expect((await Bun.$`bash -c ${probe}`.text()).trim()).toBe('--to')
})

describe('down', () => {
  test('is done when nothing is left to end', async () => {
    expect((await klio('down', '--data-dir', join(folder, 'none'))).code).toBe(0)
    expect((await klio('down', '--purge', '--data-dir', join(folder, 'none'))).code).toBe(0)
    expect((await klio('down')).code).toBe(0)
  })

  test("never removes a folder that is not klio's", async () => {
    writeFileSync(join(folder, 'thesis.txt'), 'years of work')
    const { code, err } = await klio('down', '--purge', '--data-dir', folder)
    expect(code).toBe(2)
    expect(err).toContain('is no data dir of klio')
    expect(await Bun.file(join(folder, 'thesis.txt')).text()).toBe('years of work')
  })
})

test('an age is no flag, wherever it stands', () => {
  expect(shieldAges(['diff', '-2m', 'now', '--to', '-1h30m', '-o', 'json', '-5']).map(instantText)).toEqual([
    'diff',
    '-2m',
    'now',
    '--to',
    '-1h30m',
    '-o',
    'json',
    '-5',
  ])
  expect(shieldAges(['-2m'])[0]).not.toStartWith('-')
})

test('columns are as wide as their widest cell, the last one as it is', () => {
  expect(
    table(
      ['A', 'LONGER', 'B'],
      [
        ['wide cell', 'x', 'y'],
        ['', 'ü🐳', 'z'],
      ],
    ),
  ).toBe('A           LONGER   B\nwide cell   x        y\n            ü🐳      z\n')
})
