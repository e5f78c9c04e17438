import type { InstantAnswer } from '../history/answer-types.ts'
import { ask } from './ask.ts'
import { instantText, OUTPUT, type AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { contextOf, presentName, presentServer, type ClusterFlags } from './find-cluster.ts'
import { findContext, kubeconfigFiles, type KubeContext } from './kube-context.ts'
import { addContext } from './kubeconfig.ts'
import { formOf, print } from './output/print.ts'
import { bothTexts } from './output/times.ts'
import type { Terminal } from './terminal.ts'

/** `klio at X`: a context NAME@X whose server is the cluster as it was; it never moves. */
export const addAt: AddCommand = (program, run) => {
  program
    .command('at')
    .argument('<instant>', 'a revision, a time (2026-11-23T14:00:00Z) or an age (-10m)')
    .description('add a kubeconfig context that shows the past to every client')
    .option(...OUTPUT)
    .action((instant: string, options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const added = await at(instantText(instant), self.optsWithGlobals(), terminal)
        await print(
          terminal,
          form,
          added,
          () =>
            `${added.context}: revision ${added.revision}, ${bothTexts(added.time)}\n` +
            `next: kubectl --context ${shellWord(added.context)} get all\n`,
        )
        return EXIT.done
      }),
    )
}

async function at(typed: string, flags: ClusterFlags, terminal: Terminal) {
  const base = baseContext(flags, terminal)
  const { revision, time } = await ask<InstantAnswer>(terminal, flags, 'instant', { at: typed })
  const context = `${base.name}@${typed}`
  const server = `${presentServer(base.server)}/asof/${revision}`
  const { authority, user, namespace, insecure } = base
  addContext(base.file, { name: context, server, authority, insecure, user, namespace })
  return { context, revision, time, server }
}

/** The cluster's own context, also when the current one is itself of the past. */
function baseContext(flags: ClusterFlags, { env }: Terminal): KubeContext {
  if (flags.dataDir !== undefined || flags.name !== undefined)
    throw new CommandError(
      'klio at adds to a kubeconfig: choose the cluster with --kubeconfig and --context',
    )
  const current = contextOf(flags, env)
  const name = presentName(current.name)
  if (name === current.name || !/\/(asof|play)\//.test(current.server)) return current
  return findContext(kubeconfigFiles(flags.kubeconfig, env), name) ?? { ...current, name }
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
