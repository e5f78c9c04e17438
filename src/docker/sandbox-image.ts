import { createHash } from 'node:crypto'
import { err, ok } from '../base/result.ts'
import { ELF_CODE } from './elf-code.gen.ts'
import { type ElfMachine, staticElf } from './elf.ts'
import type { CallOptions, Engine, Reply } from './engine.ts'
import { dockerError } from './errors.ts'
import { writeTar } from './tar.ts'

/**
 * Makes sure that the sandbox's image is present and names it: one static program of 324 bytes that
 * holds namespaces open, collects orphans and ends at once on SIGTERM. It comes from no registry.
 */
export async function ensureSandboxImage(engine: Engine, call?: CallOptions): Reply<string> {
  const version = await engine.version(call)
  if (!version.ok) return version
  const machine = machineOf(version.value.Arch)
  if (!machine) {
    return err(
      dockerError(
        'fatal',
        0,
        `klio has no sandbox program for ${version.value.Arch}`,
        'make the sandbox image',
      ),
    )
  }
  const image = sandboxImage(machine)
  const present = await engine.images.inspect(image.reference, call)
  if (present.ok) return ok(image.reference)
  if (present.error.kind !== 'notFound') return present
  const made = await engine.images.importTar(
    image.tar,
    { reference: image.reference, changes: image.changes },
    call,
  )
  return made.ok ? ok(image.reference) : made
}

/** The image as bytes: the same on every machine of one kind, so its tag is its digest. */
export function sandboxImage(machine: ElfMachine) {
  const tar = writeTar([{ path: 'sandbox', content: program('sandbox', machine), mode: 0o755 }])
  const digest = createHash('sha256').update(tar).digest('hex').slice(0, 12)
  return { reference: `klio/sandbox:${digest}`, tar, changes: ['ENTRYPOINT ["/sandbox"]'] }
}

/** One of klio's static programs. */
export const program = (name: keyof typeof ELF_CODE, machine: ElfMachine): Uint8Array =>
  staticElf(machine, Buffer.from(ELF_CODE[name][machine], 'base64'))

/** Docker's and Node's words for the machines there are programs for. */
export function machineOf(name: string): ElfMachine | undefined {
  if (name === 'amd64' || name === 'x86_64' || name === 'x64') return 'x64'
  if (name === 'arm64' || name === 'aarch64') return 'arm64'
  return undefined
}
