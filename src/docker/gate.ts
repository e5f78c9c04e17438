import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '../base/result.ts'
import { GATES_MAX } from '../base/limits.ts'
import { textOf } from './incoming.ts'
import { type Gatekeeper, type GateOutcome, startGatekeeper } from './gatekeeper.ts'
import { machineOf, program } from './sandbox-image.ts'

/** One container's gate. */
export interface Gate {
  /** An entry for HostConfig.Binds. */
  bind: string
  /** Comes before the command's own words, as the spec's Entrypoint. */
  prefix: [string, string]
  /** Settles once; never rejects. */
  outcome: Promise<GateOutcome>
}

/**
 * Gates hold a container before its first instruction until its UTS namespace has its name, because
 * Docker gives a container that joins another's network that one's name
 * (docs/design/006-sandbox.md). They need the right to enter namespaces (CAP_SYS_ADMIN) on the
 * daemon's own machine.
 */
export interface Gates {
  /**
   * Makes one; `key` is its folder's name. The same key again takes up a wait that a dead klio
   * left.
   */
  open(key: string, hostname: string): Result<Gate, string>
  /** Keys whose containers may still wait: those of a klio that died. */
  pending(): string[]
  /** Removes a gate with its folder; its container is gone or is about to be. */
  forget(key: string): void
  close(): Promise<void>
}

/**
 * Where the gate's folder lies in a container: on the tmpfs of /dev, so that no image is touched.
 */
export const GATE_TARGET = '/dev/.klio'

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,75}$/
const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/

/**
 * Prepares `directory` (not on a noexec mount; /run often is) and starts the gatekeeper in it.
 * An error says why this machine cannot have gates: then sandboxes are made cold.
 */
export async function openGates(directory: string): Promise<Result<Gates, string>> {
  const machine = machineOf(process.arch)
  if (process.platform !== 'linux' || !machine)
    return err(`gates need Linux on x64 or arm64, not ${process.platform}`)
  try {
    mkdirSync(join(directory, 'gates'), { recursive: true, mode: 0o755 })
    for (const name of ['gate', 'gatekeeper'] as const) {
      // A running program cannot be written to; its file can be replaced.
      rmSync(join(directory, name), { force: true })
      writeFileSync(join(directory, name), program(name, machine), { mode: 0o755 })
    }
  } catch (cause) {
    return err(`gates cannot be made in ${directory}: ${textOf(cause)}`)
  }
  const keeper = await startGatekeeper(join(directory, 'gatekeeper'), join(directory, 'gates'))
  return keeper.ok ? ok(gatesOf(directory, keeper.value)) : keeper
}

function gatesOf(directory: string, keeper: Gatekeeper): Gates {
  const folderOf = (key: string) => join(directory, 'gates', key)
  const dropPipes = (key: string) => {
    for (const pipe of ['go', 'said']) rmSync(join(folderOf(key), pipe), { force: true })
  }
  return {
    open(key, hostname) {
      if (!KEY.test(key)) return err(`"${key}" cannot be a gate's key`)
      if (!HOSTNAME.test(hostname)) return err(`"${hostname}" cannot be a host name`)
      if (keeper.count() >= GATES_MAX) return err(`${GATES_MAX} containers wait at their gates`)
      try {
        mkdirSync(folderOf(key), { recursive: true, mode: 0o755 })
        rmSync(join(folderOf(key), 'gate'), { force: true })
        linkSync(join(directory, 'gate'), join(folderOf(key), 'gate'))
      } catch (cause) {
        return err(`the gate ${key} cannot be made: ${textOf(cause)}`)
      }
      const outcome = keeper.open(key, hostname)
      // Nothing may open them later: the container could else hold up the next one of this name.
      void outcome.then((how) => how.type !== 'refused' && dropPipes(key))
      return ok({
        bind: `${folderOf(key)}:${GATE_TARGET}:ro`,
        prefix: [`${GATE_TARGET}/gate`, GATE_TARGET],
        outcome,
      })
    },
    pending: () =>
      readdirSync(join(directory, 'gates')).filter((key) =>
        readdirSync(folderOf(key)).includes('go'),
      ),
    forget(key) {
      if (!KEY.test(key)) return
      keeper.shut(key)
      rmSync(folderOf(key), { recursive: true, force: true })
    },
    close: () => keeper.close(),
  }
}
