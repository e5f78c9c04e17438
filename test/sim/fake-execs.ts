import { err, ok } from '../../src/base/result.ts'
import type { Execs, Frame } from '../../src/docker/engine.ts'
import { dockerError } from '../../src/docker/errors.ts'
import { notRunning } from './fake-containers.ts'
import { FakeProcess } from './fake-process.ts'
import { hostnameOf, programFor } from './fake-start.ts'
import { type FakeState, emitContainer, findContainer } from './fake-state.ts'
import { pushable } from './pushable.ts'

/** The fake's execs: programs that run beside a container's own. */
export function fakeExecs(state: FakeState): Execs {
  const { world } = state
  const missing = (id: string, call: string) =>
    err(dockerError('notFound', 404, `No such exec instance: ${id}`, call))
  return {
    create: (container, spec, call) =>
      world.call('execs.create', call, () => {
        const c = findContainer(state, container)
        if (!c)
          return err(
            dockerError('notFound', 404, `No such container: ${container}`, 'execs.create'),
          )
        if (c.status !== 'running') return err(notRunning(c, 'execs.create'))
        const id = world.id()
        state.execs.set(id, {
          id,
          container: c.id,
          argv: spec.Cmd,
          pid: 0,
          running: false,
          exitCode: null,
        })
        emitContainer(state, c, `exec_create: ${spec.Cmd.join(' ')}`, { execID: id })
        return ok(id)
      }),
    start: (id, _options, call) =>
      world.call('execs.start', call, () => {
        const exec = state.execs.get(id)
        const c = exec && findContainer(state, exec.container)
        if (!exec || !c) return missing(id, 'execs.start')
        if (c.status !== 'running') return err(notRunning(c, 'execs.start'))
        const stream = pushable<Frame>(
          call?.signal,
          dockerError('retry', 0, 'cancelled', 'execs.start'),
        )
        const program = programFor(state, c, exec.argv, hostnameOf(c), true)
        exec.running = true
        exec.pid = state.nextPid++
        emitContainer(state, c, `exec_start: ${exec.argv.join(' ')}`, { execID: id })
        // A command that is not found answers within the stream and exits with 126 or 127, as
        // runc does.
        const steps =
          program.startError === undefined
            ? program
            : {
                steps: [
                  {
                    do: 'write' as const,
                    stream: 'stdout' as const,
                    text: `${program.startError}\r\n`,
                  },
                  { do: 'exit' as const, code: 127 },
                ],
              }
        const process = new FakeProcess(steps, world.clock, (frame) => stream.push(frame))
        void c.process?.exited.then(() => process.signal('KILL'))
        void process.exited.then(({ code }) => {
          exec.running = false
          exec.exitCode = code
          emitContainer(state, c, 'exec_die', { execID: id, exitCode: String(code) })
          stream.end()
        })
        return ok(
          Object.assign(stream, {
            write: async (bytes: Uint8Array) => {
              process.stdin.push(bytes)
              return exec.running
            },
            closeWrite: () => process.stdin.end(),
          }),
        )
      }),
    resize: (id, _size, call) =>
      world.call('execs.resize', call, () =>
        state.execs.has(id) ? ok(undefined) : missing(id, 'execs.resize'),
      ),
    inspect: (id, call) =>
      world.call('execs.inspect', call, () => {
        const exec = state.execs.get(id)
        if (!exec) return missing(id, 'execs.inspect')
        return ok({
          ID: id,
          ContainerID: exec.container,
          Running: exec.running,
          ExitCode: exec.exitCode,
          Pid: exec.pid,
        })
      }),
  }
}
