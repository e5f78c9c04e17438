import { KUBERNETES_VERSION } from '../api/health.ts'
import { VERSION } from '../version.ts'
import { OUTPUT, type AddCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { openApi, type ClusterAnswer } from './find-cluster.ts'
import { formOf, print } from './output/print.ts'
import type { ApiClient } from './api-client.ts'
import type { ClusterFlags } from './find-cluster.ts'
import type { Terminal } from './terminal.ts'

/** `klio version`: this klio's, and the cluster's where one answers. */
export const addVersion: AddCommand = (program, run) => {
  program
    .command('version')
    .description('the version of this klio and of the cluster')
    .option(...OUTPUT)
    .action((options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const server = await serverVersion(self.optsWithGlobals(), terminal)
        const value = {
          client: { version: VERSION, kubernetesVersion: KUBERNETES_VERSION },
          ...(server && { server }),
        }
        await print(
          terminal,
          form,
          value,
          () =>
            `klio ${VERSION} (Kubernetes ${KUBERNETES_VERSION})\n${server ? `cluster ${server.name}: klio ${server.version}\n` : ''}`,
        )
        return EXIT.done
      }),
    )
}

async function serverVersion(
  flags: ClusterFlags,
  terminal: Terminal,
): Promise<{ name: string; version: string } | undefined> {
  const answer = await tryApi(flags, terminal)?.get<ClusterAnswer>('/klio/v1/cluster')
  return answer?.ok ? { name: answer.value.name, version: answer.value.version } : undefined
}

/** The version is told without a cluster too. */
function tryApi(flags: ClusterFlags, terminal: Terminal): ApiClient | undefined {
  try {
    return openApi(flags, terminal.env)
  } catch {
    return undefined
  }
}
