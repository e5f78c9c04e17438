import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds one command to the program. Its action answers the exit code. */
export type AddCommand = (program: Command, run: Run) => void

/** Runs a command's work: gives it the terminal, and keeps its exit code. */
export type Run = (work: (terminal: Terminal) => Promise<number>) => Promise<void>

/** `-o` with its forms. */
export const OUTPUT = ['-o, --output <form>', 'json, yaml or wide'] as const

/** `-n` and `-A`, as kubectl's. */
export interface NamespaceFlags {
  readonly namespace?: string
  readonly allNamespaces?: boolean
}

/** The namespace of a question about an object: as given, the context's, or default; undefined for all. */
export function namespaceFor(
  flags: NamespaceFlags,
  object: string | undefined,
  ofContext: () => string | undefined,
): string | undefined {
  if (flags.allNamespaces) return undefined
  if (flags.namespace !== undefined) return flags.namespace
  return object?.includes('/') ? (ofContext() ?? 'default') : undefined
}

/**
 * A minus before a digit is an age (`-10m`), never a flag: it goes through the parser as the minus sign
 * U+2212, and `instantText` turns it back.
 */
export const shieldAges = (args: readonly string[]): string[] =>
  args.map((arg) => (/^-\d+[smhd]/.test(arg) ? `\u2212${arg.slice(1)}` : arg))

/** An instant as typed. */
export const instantText = (text: string): string => text.replace(/^\u2212/, '-')
