import { err, ok } from '../../src/base/result.ts'
import { dockerError } from '../../src/docker/errors.ts'
import { recordOutput } from './fake-containers.ts'
import { atGate } from './fake-gates.ts'
import { attachNetwork, detachNetworks } from './fake-networks.ts'
import { FakeProcess } from './fake-process.ts'
import { type Program, smallShell } from './fake-program.ts'
import {
  argvOf,
  emitContainer,
  findContainer,
  type FakeContainer,
  type FakeState,
} from './fake-state.ts'

/** Starts a container: false when it ran already, Docker's refusals otherwise. */
export async function startContainer(state: FakeState, c: FakeContainer) {
  if (c.status === 'running') return ok(false)
  if (c.status === 'paused')
    return err(dockerError('conflict', 409, 'cannot start a paused container', 'containers.start'))
  const joined = /^container:(.*)$/.exec(c.spec.HostConfig?.NetworkMode ?? '')?.[1]
  const target = joined === undefined ? undefined : findContainer(state, joined)
  if (joined !== undefined && target?.status !== 'running') {
    return err(
      dockerError(
        'conflict',
        409,
        `cannot join network of a non running container: ${joined}`,
        'containers.start',
      ),
    )
  }
  const words = argvOf(c.spec, state.images.get(c.imageId))
  const gate = atGate(state, c, words)
  const hostname = gate?.hostname ?? hostnameOf(target ?? c)
  const program = programFor(state, c, gate?.argv ?? words, hostname, false)
  if (state.startMs > 0) await state.world.clock.sleep(state.startMs)
  if (program.startError !== undefined && !gate) return refuseStart(c, program.startError)
  run(state, c, gate ? gate.pass(program, state.nextPid) : program)
  return ok(true)
}

/** The script of a process: the test's own, else the small shell. */
export function programFor(
  state: FakeState,
  c: FakeContainer,
  argv: string[],
  hostname: string,
  exec: boolean,
): Program {
  return state.programs(argv, { spec: c.spec, name: c.name, exec }) ?? smallShell(argv, hostname)
}

/** What `hostname` prints in a container. */
export const hostnameOf = (c: FakeContainer): string => c.spec.Hostname ?? c.id.slice(0, 12)

function refuseStart(c: FakeContainer, message: string) {
  c.error = message
  c.exitCode = 127
  const kind = message.includes('not found') || message.includes('no such file') ? 400 : 500
  return err(dockerError(kind === 400 ? 'fatal' : 'retry', kind, message, 'containers.start'))
}

function run(state: FakeState, c: FakeContainer, program: Program): void {
  const { world } = state
  Object.assign(c, {
    status: 'running',
    pid: state.nextPid++,
    startedAt: world.time(),
    exitCode: 0,
    oomKilled: false,
    error: '',
    starts: c.starts + 1,
  })
  attachNetwork(state, c)
  const process = new FakeProcess(program, world.clock, (frame) =>
    recordOutput(c, world.time(), frame),
  )
  c.process = process
  emitContainer(state, c, 'start')
  void process.exited.then(({ code, oom }) => {
    detachNetworks(state, c)
    Object.assign(c, {
      status: 'exited',
      pid: 0,
      exitCode: code,
      oomKilled: oom,
      finishedAt: world.time(),
      process: undefined,
    })
    if (oom) emitContainer(state, c, 'oom')
    emitContainer(state, c, 'die', { exitCode: String(code) })
    for (const waiter of [...c.waiters]) waiter('exited')
    if (c.spec.HostConfig?.AutoRemove) {
      state.containers.delete(c.id)
      for (const waiter of [...c.waiters]) waiter('removed')
      emitContainer(state, c, 'destroy')
    }
  })
}
