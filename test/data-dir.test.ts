import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimDataDir, runningPid } from '../src/data-dir.ts'

function inFolder(run: (dir: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'klio-claim-'))
    try {
      await run(dir)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

test('a claim names this process until it is released', inFolder((dir) => {
  const claim = claimDataDir(dir)
  if (!claim.ok) throw new Error(claim.error)
  expect(runningPid(dir)).toBe(process.pid)
  claim.value.release()
  expect(runningPid(dir)).toBeUndefined()
}))

test('a process id that came round again is somebody else', inFolder((dir) => {
  writeFileSync(join(dir, 'klio.pid'), `${process.pid}\n1\n`)
  expect(runningPid(dir)).toBeUndefined()
}))

test('a living holder is named with the remedy', inFolder(async (dir) => {
  const holder = Bun.spawn(['sleep', '30'])
  try {
    const stat = await Bun.file(`/proc/${holder.pid}/stat`).text()
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    writeFileSync(join(dir, 'klio.pid'), `${holder.pid}\n${started}\n`)
    const claim = claimDataDir(dir)
    expect(claim.ok ? '' : claim.error).toContain(`in use by klio process ${holder.pid}: end it with "klio down`)
  } finally {
    holder.kill()
    await holder.exited
  }
}))

test('what is left of a dead process is no claim', inFolder(async (dir) => {
  const gone = Bun.spawn(['true'])
  await gone.exited
  writeFileSync(join(dir, 'klio.pid'), `${gone.pid}\n123\n`)
  expect(claimDataDir(dir).ok).toBe(true)
}))
