import type { Frame } from '../../src/docker/engine.ts'
import type { ContainerSpec } from '../../src/docker/types.ts'

/** One thing that a simulated process does. */
export type Step =
  | { do: 'write'; stream: Frame['stream']; text: string }
  | { do: 'sleep'; ms: number }
  | { do: 'exit'; code: number }
  /** Copies stdin to stdout until it ends. */
  | { do: 'cat' }
  | { do: 'oom' }

/** What a simulated process does, and how it takes a signal. */
export interface Program {
  /** The start itself fails with this message; nothing ever runs. */
  startError?: string
  steps: Step[]
  /**
   * Exit code on SIGTERM and SIGINT; undefined: ignored, as a first process without a handler
   * does.
   */
  exitOnTerm?: number
  /** Time between such a signal and the exit. */
  termDelayMs?: number
}

/** Decides what runs: a test's own script, or the small shell below. */
export type Programs = (
  argv: string[],
  context: { spec: ContainerSpec; name: string; exec: boolean },
) => Program | undefined

/**
 * A shell of a few words: `sleep N`, `echo TEXT [>&2]`, `exit N`, `true`, `false`, `cat`,
 * `hostname`, `trap 'exit N' TERM`, `oom`, joined by `;` below `sh -c`. What it does not know is
 * not found.
 */
export function smallShell(argv: string[], hostname: string): Program {
  const [name = '', ...rest] = argv
  const program: Program = { steps: [] }
  const command = name.split('/').at(-1)
  const statements =
    command === 'sh' && rest[0] === '-c'
      ? (rest[1] ?? '').split(/;(?=(?:[^']*'[^']*')*[^']*$)/)
      : [argv.join(' ')]
  for (const statement of statements) {
    const problem = addStatement(program, statement.trim(), hostname)
    if (problem === undefined) continue
    if (statements.length === 1 && command !== 'sh') {
      const message = `exec: "${name}": executable file not found in $PATH`
      return { steps: [], startError: `OCI runtime create failed: ${message}: unknown` }
    }
    program.steps.push(
      { do: 'write', stream: 'stderr', text: `sh: ${problem}: not found\n` },
      { do: 'exit', code: 127 },
    )
  }
  return program
}

function addStatement(program: Program, statement: string, hostname: string): string | undefined {
  const [word = '', ...words] = statement.split(/\s+/)
  const { steps } = program
  switch (word) {
    case '':
    case ':':
    case 'true':
    case 'sh':
      return undefined
    case 'false':
      steps.push({ do: 'exit', code: 1 })
      return undefined
    case 'exit':
      steps.push({ do: 'exit', code: Number(words[0] ?? 0) })
      return undefined
    case 'while':
      // A loop stands for a process that never ends by itself.
      steps.push({ do: 'sleep', ms: 2 ** 31 - 1 })
      return undefined
    case 'do':
    case 'done':
      return undefined
    case 'sleep':
      steps.push({ do: 'sleep', ms: Number(words[0]) * 1000 })
      return undefined
    case 'cat':
      steps.push({ do: 'cat' })
      return undefined
    case 'oom':
      steps.push({ do: 'oom' })
      return undefined
    case 'hostname':
      steps.push({ do: 'write', stream: 'stdout', text: `${hostname}\n` })
      return undefined
    case 'echo': {
      const toStderr = words.at(-1) === '>&2'
      const text = (toStderr ? words.slice(0, -1) : words).join(' ')
      steps.push({ do: 'write', stream: toStderr ? 'stderr' : 'stdout', text: `${text}\n` })
      return undefined
    }
    case 'trap': {
      const code = /exit (\d+)/.exec(statement)
      program.exitOnTerm = Number(code?.[1] ?? 0)
      return undefined
    }
    default:
      return word
  }
}
