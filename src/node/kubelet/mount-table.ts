import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '../../base/result.ts'

/** Targets of all mounts below a folder, deepest first. Source: proc_pid_mountinfo(5). */
export function mountsBelow(folder: string): string[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`
  const targets = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((target) => target.startsWith(prefix))
  return targets.sort((a, b) => b.length - a.length)
}

/** Whether something is mounted right there. */
export const isMounted = (target: string): boolean =>
  mountsBelow(target.slice(0, target.lastIndexOf('/')) || '/').includes(target)

/** Runs mount(8) or umount(8); an error is its words. */
export async function runMount(command: 'mount' | 'umount', args: string[]): Promise<Result<void, string>> {
  const child = Bun.spawn([command, ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' })
  const [text, code] = await Promise.all([new Response(child.stderr).text(), child.exited])
  return code === 0 ? ok(undefined) : err(text.trim() || `${command} exited with ${code}`)
}

/** Takes down every mount below a folder. Busy ones are detached: they go with their last user. */
export async function unmountBelow(folder: string): Promise<Result<void, string>> {
  for (const target of mountsBelow(folder)) {
    const gone = await runMount('umount', [target])
    if (gone.ok) continue
    const lazily = await runMount('umount', ['-l', target])
    if (!lazily.ok && isMounted(target)) return lazily
  }
  return ok(undefined)
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
