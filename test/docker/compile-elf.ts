import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElfMachine } from '../../src/docker/elf.ts'

/**
 * Compiles src/docker/elf/*.c to flat code. Run by hand after a change there:
 *   bun test/docker/compile-elf.ts    writes src/docker/elf-code.gen.ts (needs both compilers)
 */
export const PROGRAMS = ['sandbox', 'gate', 'gatekeeper'] as const
export type ProgramName = (typeof PROGRAMS)[number]

const SOURCE = join(import.meta.dir, '../../src/docker/elf')
const TOOLS: Record<ElfMachine, { prefix: string; flags: string[] }> = {
  x64: { prefix: 'x86_64-linux-gnu-', flags: ['-fcf-protection=none'] },
  arm64: {
    prefix: 'aarch64-linux-gnu-',
    flags: ['-mbranch-protection=none', '-mno-outline-atomics'],
  },
}
const FLAGS = [
  '-Os',
  '-std=c11',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffreestanding',
  '-nostdlib',
  '-static',
  '-fno-pie',
  '-no-pie',
  '-fno-stack-protector',
  '-fno-tree-loop-distribute-patterns',
  '-fno-asynchronous-unwind-tables',
  '-Wl,--build-id=none',
  '-Wl,-T,link.ld',
]

/** The compiler's version, or undefined where it is not installed. */
export function compilerVersion(machine: ElfMachine): string | undefined {
  const gcc = Bun.which(`${TOOLS[machine].prefix}gcc`)
  return gcc ? Bun.spawnSync([gcc, '-dumpfullversion']).stdout.toString().trim() : undefined
}

/** The flat code of one program; throws with the compiler's words. */
export function compile(name: ProgramName, machine: ElfMachine): Uint8Array {
  const { prefix, flags } = TOOLS[machine]
  const folder = mkdtempSync(join(tmpdir(), 'klio-elf-'))
  try {
    const linked = join(folder, 'linked')
    run([`${prefix}gcc`, ...FLAGS, ...flags, '-o', linked, `${name}.c`])
    run([`${prefix}objcopy`, '-O', 'binary', linked, join(folder, 'flat')])
    return new Uint8Array(readFileSync(join(folder, 'flat')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(command: string[]): void {
  const done = Bun.spawnSync(command, { cwd: SOURCE })
  if (!done.success) throw new Error(`${command[0]}: ${done.stderr.toString()}`)
}

if (import.meta.main) {
  const lines = PROGRAMS.flatMap((name) => [
    `  ${name}: {`,
    ...(['x64', 'arm64'] as const).map(
      (machine) =>
        `    ${machine}:\n${chunks(Buffer.from(compile(name, machine)).toString('base64'))},`,
    ),
    '  },',
  ])
  writeFileSync(
    join(SOURCE, '../elf-code.gen.ts'),
    [
      '// Written by test/docker/compile-elf.ts out of src/docker/elf/*.c; never by hand.',
      '/** The compiler that made these bytes: another one may make others that do the same. */',
      `export const COMPILER = '${compilerVersion('x64')}'`,
      '/** Flat machine code in base64, to be put into an ELF by elf.ts. */',
      'export const ELF_CODE = {',
      ...lines,
      '} as const',
      '',
    ].join('\n'),
  )
}

function chunks(text: string): string {
  return (text.match(/.{1,88}/g) ?? []).map((piece) => `      '${piece}'`).join(' +\n')
}
