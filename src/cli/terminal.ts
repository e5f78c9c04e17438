/** What a command sees of the process: tests give their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** People look at stdout: colour is welcome unless NO_COLOR says otherwise. */
  readonly colour: boolean
  /** Milliseconds since the epoch. */
  now(): number
  /** Writes to stdout; resolves when it is out, so that a pipe gets everything before the process ends. */
  out(text: string): Promise<void>
  /** Writes a line to stderr. */
  note(line: string): void
}

/** The process's own terminal. Source of NO_COLOR: no-color.org. */
export const processTerminal = (): Terminal => ({
  env: process.env,
  colour:
    process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  now: () => Date.now(),
  out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
  note: (line) => void process.stderr.write(`${line}\n`),
})
