import {
  chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync,
  readlinkSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from './plan-volumes.ts'

/** Name of the link that is swapped; names of our own start with two dots, which no key may. */
const DATA = '..data'

/**
 * Writes files so that readers see all of the old or all of the new: into a fresh folder, then one
 * rename of a link. Returns whether anything changed. The files are small, so it is synchronous.
 * Source: volume/util/atomic_writer.go.
 */
export function writeAtomically(
  dir: string,
  files: readonly PlannedFile[],
  fsGroup: number | undefined,
): boolean {
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  const before = currentFolder(dir)
  if (before !== undefined && sameContent(join(dir, before), files)) return false
  const fresh = mkdtempSync(join(dir, '..klio_'))
  chmodSync(fresh, 0o755)
  for (const file of files) writeOne(fresh, file, fsGroup)
  if (fsGroup !== undefined) {
    groupDir(fresh, fsGroup)
    groupDir(dir, fsGroup)
  }
  const link = join(dir, '..data_tmp')
  rmSync(link, { force: true })
  symlinkSync(fresh.slice(dir.length + 1), link)
  renameSync(link, join(dir, DATA))
  linkNames(dir, files)
  if (before !== undefined) rmSync(join(dir, before), { recursive: true, force: true })
  return true
}

function currentFolder(dir: string): string | undefined {
  const link = join(dir, DATA)
  return existsSync(link) ? readlinkSync(link) : undefined
}

function writeOne(root: string, file: PlannedFile, fsGroup: number | undefined): void {
  const path = join(root, file.path)
  const folder = dirname(path)
  if (folder !== root) mkdirSync(folder, { recursive: true, mode: 0o755 })
  writeFileSync(path, file.bytes)
  if (file.uid !== undefined || fsGroup !== undefined) chownSync(path, file.uid ?? 0, fsGroup ?? 0)
  // The umask must not count; with a group its members may read. Source: volume_linux.go roMask.
  chmodSync(path, fsGroup === undefined ? file.mode : file.mode | 0o440)
  for (let at = folder; fsGroup !== undefined && at !== root; at = dirname(at)) groupDir(at, fsGroup)
}

function groupDir(path: string, gid: number): void {
  chownSync(path, 0, gid)
  chmodSync(path, (statSync(path).mode & 0o7777) | 0o2550)
}

/** One link per first part of a path; links of names that are gone go too. */
function linkNames(dir: string, files: readonly PlannedFile[]): void {
  const names = new Set(files.map((f) => f.path.split('/')[0]!))
  for (const name of names) {
    const link = join(dir, name)
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(`${DATA}/${name}`, link)
  }
  for (const name of readdirSync(dir)) {
    if (!name.startsWith('..') && !names.has(name)) rmSync(join(dir, name), { force: true })
  }
}

function sameContent(folder: string, files: readonly PlannedFile[]): boolean {
  const wanted = new Map(files.map((f) => [f.path, f]))
  const found = listFiles(folder)
  if (found.length !== wanted.size) return false
  return found.every((path) => {
    const file = wanted.get(path)
    return file !== undefined && Buffer.compare(readFileSync(join(folder, path)), file.bytes) === 0
  })
}

function listFiles(folder: string, under = ''): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? listFiles(join(folder, entry.name), `${under}${entry.name}/`)
      : [`${under}${entry.name}`],
  )
}
