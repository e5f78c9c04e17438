import { Argument, type Command } from 'commander'
import type { AddCommand } from './command.ts'
import { EXIT } from './exit.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** `klio completion SHELL`: words for the shell's own completion, made from the command table. */
export const addCompletion: AddCommand = (program, run) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose completion').choices(SHELLS))
    .description('completion of commands and flags: source <(klio completion bash)')
    .action((shell: (typeof SHELLS)[number]) =>
      run(async (terminal) => {
        await terminal.out(SCRIPTS[shell](wordsOf(program)))
        return EXIT.done
      }),
    )
}

/** A command with what may follow it. */
interface Words {
  readonly name: string
  readonly about: string
  readonly flags: readonly {
    readonly flag: string
    readonly about: string
    readonly value: boolean
  }[]
}

function wordsOf(program: Command): Words[] {
  const shared = flagsOf(program)
  return program.commands.map((command) => ({
    name: command.name(),
    about: command.description(),
    flags: [...flagsOf(command), ...shared],
  }))
}

const flagsOf = (command: Command) =>
  command.options.flatMap(({ long, description, required }) =>
    long ? [{ flag: long, about: description, value: required }] : [],
  )

const SCRIPTS: Record<(typeof SHELLS)[number], (commands: readonly Words[]) => string> = {
  bash: (commands) => `_klio() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" = 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"
  else case "\${COMP_WORDS[1]}" in
${commands.map(({ name, flags }) => `    ${name}) words="${flags.map(({ flag }) => flag).join(' ')}" ;;`).join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _klio klio
`,
  zsh: (commands) => `#compdef klio
_klio() {
  local -a commands=(${commands.map(({ name, about }) => quoted(`${name}:${about.replaceAll(':', '\\:')}`)).join(' ')})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case "$words[2]" in
${commands.map(zshCase).join('\n')}
  esac
}
compdef _klio klio
`,
  fish: (commands) =>
    commands
      .flatMap(({ name, about, flags }) => [
        `complete -c klio -f -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
        ...flags.map(
          ({ flag, about: text, value }) =>
            `complete -c klio -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${value ? ' -r' : ''} -d ${quoted(text)}`,
        ),
      ])
      .map((line) => `${line}\n`)
      .join(''),
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const bracketed = (text: string): string => text.replaceAll('[', '\\[').replaceAll(']', '\\]')

/** What may follow one command, in zsh's words. */
function zshCase({ name, flags }: Words): string {
  const specs = flags.map(({ flag, about, value }) =>
    quoted(`${flag}[${bracketed(about)}]${value ? ':value:_files' : ''}`),
  )
  return `    ${name}) _arguments ${specs.join(' ')} '*:argument:_files' ;;`
}
