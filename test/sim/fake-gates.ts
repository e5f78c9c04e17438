import { err, ok } from '../../src/base/result.ts'
import { GATE_TARGET, type Gates } from '../../src/docker/gate.ts'
import type { GateOutcome } from '../../src/docker/gatekeeper.ts'
import type { FakeDocker } from './fake-docker.ts'
import type { Program } from './fake-program.ts'
import type { FakeContainer, FakeState } from './fake-state.ts'

/** One container's wait in the simulation. */
export interface FakeGate {
  hostname: string
  settle(outcome: GateOutcome): void
}

/** Gates of the fake daemon's containers; `refuse` makes every name be refused. */
export function fakeGates(engine: FakeDocker, refuse?: string): Gates {
  const { gates } = engine.state
  return {
    open(key, hostname) {
      if (hostname === '') return err('"" cannot be a host name')
      gates.get(key)?.settle({ type: 'left' })
      const outcome = new Promise<GateOutcome>((settle) => gates.set(key, { hostname, settle }))
      if (refuse !== undefined) gates.get(key)?.settle({ type: 'refused', message: refuse })
      return ok({
        bind: `/gates/${key}:${GATE_TARGET}:ro`,
        prefix: [`${GATE_TARGET}/gate`, GATE_TARGET],
        outcome,
      })
    },
    pending: () => [...gates.keys()],
    forget(key) {
      gates.get(key)?.settle({ type: 'left' })
      gates.delete(key)
    },
    close: async () => undefined,
  }
}

/** What a start does at a gate: the command and host name behind it, and whom to tell. */
export interface AtGate {
  argv: string[]
  hostname: string | undefined
  /** Tells how it went; gives what runs then. */
  pass(program: Program, pid: number): Program
}

/** undefined: the container has no gate. */
export function atGate(state: FakeState, c: FakeContainer, argv: string[]): AtGate | undefined {
  if (argv[0] !== `${GATE_TARGET}/gate`) return undefined
  const bind = c.spec.HostConfig?.Binds?.find((entry) => entry.endsWith(`:${GATE_TARGET}:ro`))
  const key = bind?.split(':')[0]?.split('/').at(-1) ?? ''
  const gate = state.gates.get(key)
  return {
    argv: argv.slice(2),
    hostname: gate?.hostname,
    pass(program, pid) {
      // Nobody keeps the gate: it waits until it is stopped.
      if (!gate) return { steps: [{ do: 'sleep', ms: 2 ** 31 - 1 }], exitOnTerm: 143 }
      if (program.startError === undefined) {
        gate.settle({ type: 'ran', pid })
        return program
      }
      gate.settle({
        type: 'failed',
        message: program.startError.replace(/^.*create failed: |: unknown$/g, ''),
      })
      return { steps: [{ do: 'exit', code: 127 }] }
    },
  }
}
