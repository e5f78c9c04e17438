import type { ChangeSetAnswer, RequestAnswer } from '../history/answer-types.ts'
import { ask } from './ask.ts'
import {
  instantText,
  namespaceFor,
  OUTPUT,
  type AddCommand,
  type NamespaceFlags,
} from './command.ts'
import { EXIT } from './exit.ts'
import { contextOf, type ClusterFlags } from './find-cluster.ts'
import { changesText } from './output/changes.ts'
import { formOf, print } from './output/print.ts'
import { table } from './output/table.ts'
import { ageOf, localText, utcText } from './output/times.ts'
import type { Terminal } from './terminal.ts'

interface LogFlags extends ClusterFlags, NamespaceFlags {
  readonly output?: string
  readonly all?: boolean
  readonly limit?: string
  readonly user?: string
  readonly client?: string
  readonly verb?: string
  readonly path?: string
  readonly after?: string
  readonly before?: string
  readonly requests?: boolean
  readonly code?: string
}

/** `klio log`: what happened, change sets first; with --requests every request, refused ones too. */
export const addLog: AddCommand = (program, run) => {
  program
    .command('log')
    .argument('[object]', 'KIND/NAME, or KIND for all of a kind')
    .description('what happened, newest first: who, with what client, what changed')
    .option('-n, --namespace <name>', 'one namespace')
    .option('-A, --all-namespaces', 'an object of this name in every namespace')
    .option('--all', 'what nobody meant, too: status, controllers, leases, Events')
    .option('--limit <count>', 'most change sets or requests to tell (default 100)')
    .option('--user <name>', 'by this user')
    .option('--client <name>', 'with this client: kubectl, helm')
    .option('--verb <verb>', 'create, update, patch, delete...')
    .option('--path <path>', 'that changed this path or what is below it: spec.replicas')
    .option(
      '--after <instant>',
      'after a revision, a time or an age: 812, 2026-11-23T14:00:00Z, -10m',
    )
    .option('--before <instant>', 'up to a revision, a time or an age')
    .option('--requests', 'every request, refused ones and reads too')
    .option('--code <code>', 'requests that were answered with this HTTP status')
    .option(...OUTPUT)
    .action((object: string | undefined, _options, self) =>
      run((terminal) => log(object, self.optsWithGlobals(), terminal)),
    )
}

async function log(
  object: string | undefined,
  flags: LogFlags,
  terminal: Terminal,
): Promise<number> {
  const form = formOf(flags.output)
  const question = {
    object,
    user: flags.user,
    verb: flags.verb,
    all: flags.all,
    limit: flags.limit,
    after: flags.after && instantText(flags.after),
    before: flags.before && instantText(flags.before),
    namespace: namespaceFor(flags, object, () => namespaceOfContext(flags, terminal)),
  }
  if (flags.requests || flags.code !== undefined) {
    const requests = await ask<RequestAnswer[]>(terminal, flags, 'requests', {
      ...question,
      code: flags.code,
    })
    await print(terminal, form, requests, (wide) => requestsTable(requests, wide, terminal))
  } else {
    const sets = await ask<ChangeSetAnswer[]>(terminal, flags, 'log', {
      ...question,
      client: flags.client,
      path: flags.path,
    })
    await print(terminal, form, sets, (wide) => setsTable(sets, wide, terminal))
  }
  return EXIT.done
}

/** Where an object without a namespace is looked for; a data dir knows no context. */
export function namespaceOfContext(flags: ClusterFlags, { env }: Terminal): string | undefined {
  if (flags.dataDir !== undefined || flags.name !== undefined) return undefined
  return contextOf(flags, env).namespace
}

function setsTable(sets: readonly ChangeSetAnswer[], wide: boolean, terminal: Terminal): string {
  if (sets.length === 0) return 'nothing is on record that this asks for\n'
  const header = [
    'REVISION',
    'TIME',
    ...(wide ? ['UTC'] : []),
    'AGE',
    'USER',
    'CLIENT',
    ...(wide ? ['CHANGE SET'] : []),
    'CHANGES',
  ]
  const rows = sets.map((set) => [
    set.from === set.to ? String(set.to) : `${set.from}-${set.to}`,
    localText(set.time),
    ...(wide ? [utcText(set.time)] : []),
    ageOf(set.time, terminal.now()),
    set.impersonator === undefined ? set.user : `${set.user} (${set.impersonator})`,
    set.command === '' ? set.agent.split('/')[0]! : set.command,
    ...(wide ? [set.changeSet] : []),
    changesText(set.changes, wide ? Infinity : 3),
  ])
  return table(header, rows, terminal.colour)
}

function requestsTable(
  requests: readonly RequestAnswer[],
  wide: boolean,
  terminal: Terminal,
): string {
  if (requests.length === 0) return 'no request is on record that this asks for\n'
  const header = [
    'TIME',
    ...(wide ? ['UTC'] : []),
    'AGE',
    'CODE',
    'USER',
    'CLIENT',
    'VERB',
    'WHAT',
    'REVISION',
    ...(wide ? ['REASON', 'ID'] : []),
  ]
  const rows = requests.map((one) => [
    localText(one.time),
    ...(wide ? [utcText(one.time)] : []),
    ageOf(one.time, terminal.now()),
    String(one.code),
    one.user,
    one.agent.split('/')[0]!,
    one.count > 1 ? `${one.verb} x${one.count}` : one.verb,
    whatOf(one),
    one.lastRevision === 0 ? '' : String(one.lastRevision),
    ...(wide ? [one.reason ?? '', one.id] : []),
  ])
  return table(header, rows, terminal.colour)
}

function whatOf({ resource, namespace, name, subresource, path }: RequestAnswer): string {
  if (resource === '') return path
  const object = [namespace, name].filter((part) => part !== '').join('/')
  return `${resource}${subresource === '' ? '' : `/${subresource}`}${object === '' ? '' : ` ${object}`}`
}
