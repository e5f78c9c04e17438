import {
  closeSync, constants, fstatSync, mkdirSync, openSync, realpathSync, statSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '../../base/result.ts'
import { isMounted, runMount } from './mount-table.ts'

/** Where a subPath lies and where it will be mounted. */
export interface SubPath {
  readonly volumeRoot: string
  /** Relative, already expanded. */
  readonly path: string
  /** Our own folder or file that Docker binds; nobody in a container can swap it. */
  readonly target: string
}

/**
 * Binds a path inside a volume to a place of our own, without following links that a container might
 * swap in between: every part is opened by itself with O_NOFOLLOW, and the open file is what is bound.
 * Without root the checked path itself is returned. Source: volume/util/subpath/subpath_linux.go.
 */
export async function prepareSubPath(sub: SubPath): Promise<Result<string, string>> {
  const real = resolveInside(sub)
  if (!real.ok) return real
  if (process.geteuid?.() !== 0) return ok(real.value.path)
  const opened = openStepwise(real.value.root, real.value.parts)
  if (!opened.ok) return opened
  try {
    if (isMounted(sub.target)) return ok(sub.target)
    if (fstatSync(opened.value).isDirectory()) mkdirSync(sub.target, { recursive: true, mode: 0o750 })
    else {
      mkdirSync(join(sub.target, '..'), { recursive: true, mode: 0o750 })
      writeFileSync(sub.target, '', { flag: 'a', mode: 0o640 })
    }
    const source = `/proc/${process.pid}/fd/${opened.value}`
    const bound = await runMount('mount', ['--no-canonicalize', '-o', 'bind', source, sub.target])
    return bound.ok ? ok(sub.target) : bound
  } finally {
    closeSync(opened.value)
  }
}

/** The words of a subPath that is refused before anything is touched. */
export function subPathProblem(path: string): string | undefined {
  if (path.startsWith('/')) return `error SubPath \`${path}\` must not be an absolute path`
  if (!path.split('/').includes('..')) return undefined
  return `unable to provision SubPath \`${path}\`: must not contain '..'`
}

interface Inside {
  readonly root: string
  readonly path: string
  readonly parts: readonly string[]
}

/** Follows the links as they are now; the result must lie in the volume. Missing folders are made. */
function resolveInside({ volumeRoot, path }: SubPath): Result<Inside, string> {
  const root = realpathSync(volumeRoot)
  const mode = statSync(root).mode & 0o7777
  let at = root
  for (const part of path.split('/').filter((p) => p !== '' && p !== '.')) {
    const next = join(at, part)
    const made = makeMissing(next, mode)
    if (!made) return err('the path cannot be made')
    at = realpathSync(next)
    if (at !== root && !at.startsWith(`${root}/`)) return err('the path leaves its volume')
  }
  const parts = at === root ? [] : at.slice(root.length + 1).split('/')
  return ok({ root, path: at, parts })
}

function makeMissing(path: string, mode: number): boolean {
  if (statSync(path, { throwIfNoEntry: false })) return true
  try {
    mkdirSync(path, { mode })
    return true
  } catch {
    return false
  }
}

/** O_PATH of linux/fcntl.h: node names no such constant. */
const O_PATH = 0o10000000

function openStepwise(root: string, parts: readonly string[]): Result<number, string> {
  let fd = openSync(root, O_PATH | constants.O_DIRECTORY)
  for (const part of parts) {
    const parent = fd
    try {
      fd = openSync(`/proc/self/fd/${parent}/${part}`, O_PATH | constants.O_NOFOLLOW)
    } catch {
      return err('the path changed while it was opened')
    } finally {
      closeSync(parent)
    }
    if (!fstatSync(fd).isSymbolicLink()) continue
    closeSync(fd)
    return err('the path changed while it was opened')
  }
  return ok(fd)
}
