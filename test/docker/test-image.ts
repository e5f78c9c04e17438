import { existsSync, readFileSync } from 'node:fs'
import type { Engine } from '../../src/docker/engine.ts'
import { writeTar } from '../../src/docker/tar.ts'
import { must } from '../contract/docker.ts'

/**
 * An image with busybox's shell: the local busybox:latest, else made of the machine's static
 * busybox.
 */
export async function testImage(engine: Engine): Promise<string> {
  for (const reference of ['busybox:latest', 'klio-test/shell:1']) {
    if ((await engine.images.inspect(reference)).ok) return reference
  }
  if (!existsSync('/bin/busybox'))
    throw new Error("these tests need busybox:latest or Debian's busybox-static")
  const busybox = readFileSync('/bin/busybox')
  const names = [
    'sh',
    'sleep',
    'cat',
    'echo',
    'true',
    'hostname',
    'wc',
    'dd',
    'seq',
    'stty',
    'yes',
    'head',
    'kill',
    'printf',
  ]
  // Each name is a small script: ustar links would need more of a tar writer than klio has use for.
  const entries = [
    { path: 'bin/', mode: 0o755 },
    { path: 'tmp/', mode: 0o1777 },
    { path: 'bin/busybox', content: busybox, mode: 0o755 },
    ...names.map((name) => ({
      path: `bin/${name}`,
      content: name === 'sh' ? busybox : script(name),
      mode: 0o755,
    })),
  ]
  must(
    await engine.images.importTar(writeTar(entries), {
      reference: 'klio-test/shell:1',
      changes: ['ENV PATH=/bin', 'CMD ["sh"]'],
    }),
  )
  return 'klio-test/shell:1'
}

const script = (name: string): Uint8Array =>
  Buffer.from(`#!/bin/busybox sh\nexec /bin/busybox ${name} "$@"\n`)
