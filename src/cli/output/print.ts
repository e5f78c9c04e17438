import { stringify } from 'yaml'
import { CommandError } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** Forms of output. `''` is for people, `wide` has more columns. */
export const FORMS = ['json', 'yaml', 'wide'] as const
export type Form = '' | (typeof FORMS)[number]

/** Checks `-o`. */
export function formOf(text: string | undefined): Form {
  if (text === undefined || text === '') return ''
  const form = FORMS.find((one) => one === text)
  if (!form)
    throw new CommandError(
      `unable to match a printer suitable for the output format ${JSON.stringify(text)}, allowed formats are: ${FORMS.join(',')}`,
    )
  return form
}

/** Prints a value as it is, or as `human` words it. */
export async function print(
  terminal: Terminal,
  form: Form,
  value: unknown,
  human: (wide: boolean) => string,
): Promise<void> {
  if (form === 'json') return terminal.out(`${JSON.stringify(value, null, 2)}\n`)
  if (form === 'yaml') return terminal.out(stringify(value))
  return terminal.out(human(form === 'wide'))
}
