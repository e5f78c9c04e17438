import type { Program, Programs } from './fake-program.ts'

/** Images that every node has. Anything else is found nowhere. */
export const IMAGES = ['app:1', 'app:2', 'app:3', 'app:4'] as const

/** An image that no registry has: a rollout to it never ends by itself. */
export const ABSENT = 'absent:1'

const EVER: Program['steps'] = [{ do: 'sleep', ms: 2 ** 31 - 1 }]

/**
 * What simulated containers do: `serve` runs until it is told to end, `slow` takes five seconds for
 * that, `deaf` does not listen; `task SECONDS CODE` ends by itself; `shaky N` fails its first N tries.
 * `ready` is the probe: it fails for containers whose name begins as one in `unready` does.
 */
export function simPrograms(unready: ReadonlySet<string>): Programs {
  return ([word = '', ...words], { name, exec }) => {
    if (exec) return { steps: [{ do: 'exit', code: word === 'ready' && isUnready(unready, name) ? 1 : 0 }] }
    switch (word) {
      case '/sandbox':
        return { steps: EVER, exitOnTerm: 0 }
      case 'serve':
        return { steps: EVER, exitOnTerm: 0, termDelayMs: 100 }
      case 'slow':
        return { steps: EVER, exitOnTerm: 0, termDelayMs: 5_000 }
      case 'deaf':
        return { steps: EVER }
      case 'task':
        return { steps: [{ do: 'sleep', ms: Number(words[0]) * 1000 }, { do: 'exit', code: Number(words[1]) }], exitOnTerm: 143 }
      case 'shaky': {
        const attempt = Number(name.split('_').at(-1) ?? 0)
        if (attempt >= Number(words[0])) return { steps: EVER, exitOnTerm: 0 }
        return { steps: [{ do: 'sleep', ms: 1_500 }, { do: 'exit', code: 1 }], exitOnTerm: 1 }
      }
      default:
        return undefined
    }
  }
}

const isUnready = (unready: ReadonlySet<string>, name: string): boolean =>
  [...unready].some((beginning) => name.startsWith(beginning))
