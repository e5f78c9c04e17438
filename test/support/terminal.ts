import type { Terminal } from '../../src/cli/terminal.ts'

/** A terminal that keeps what was written to it. */
export interface TestTerminal extends Terminal {
  readonly text: () => string
  readonly notes: () => string
}

/** No colour, the environment as given. */
export function testTerminal(env: Readonly<Record<string, string>> = {}): TestTerminal {
  let text = ''
  let notes = ''
  return {
    env,
    colour: false,
    now: () => Date.now(),
    out: async (more) => void (text += more),
    note: (line) => void (notes += `${line}\n`),
    text: () => text,
    notes: () => notes,
  }
}
