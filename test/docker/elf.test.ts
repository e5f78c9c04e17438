import { describe, expect, test } from 'bun:test'
import { COMPILER, ELF_CODE } from '../../src/docker/elf-code.gen.ts'
import { ELF_HEAD_BYTES, staticElf } from '../../src/docker/elf.ts'
import { program, sandboxImage } from '../../src/docker/sandbox-image.ts'
import { readTar } from '../sim/fake-archive.ts'
import { compile, compilerVersion, PROGRAMS } from './compile-elf.ts'

const MACHINES = ['x64', 'arm64'] as const

describe.each([...MACHINES])('programs for %s', (machine) => {
  // Another compiler makes other bytes that do the same: only the recorded one can be compared.
  const comparable = compilerVersion(machine) === COMPILER
  test.skipIf(!comparable).each([...PROGRAMS])('%s is what its source compiles to', (name) => {
    expect(Buffer.from(compile(name, machine)).toString('base64')).toBe(ELF_CODE[name][machine])
  })

  test.each([...PROGRAMS])('%s is small, and its head describes it', (name) => {
    const elf = Buffer.from(program(name, machine))
    expect(elf.length).toBeLessThan(name === 'sandbox' ? 512 : 4096)
    expect(elf.toString('latin1', 1, 4)).toBe('ELF')
    expect(elf.readUInt16LE(18)).toBe(machine === 'x64' ? 62 : 183)
    expect(elf.readBigUInt64LE(24)).toBe(BigInt(0x400000 + ELF_HEAD_BYTES))
    expect(elf.readBigUInt64LE(64 + 32)).toBe(BigInt(elf.length))
  })

  test('the sandbox image holds one program and is named by its digest', () => {
    const image = sandboxImage(machine)
    expect(image.reference).toMatch(/^klio\/sandbox:[0-9a-f]{12}$/)
    expect(image.tar.length).toBeLessThanOrEqual(2048)
    expect(readTar(image.tar).map((entry) => [entry.path, entry.content.length])).toEqual([
      ['sandbox', program('sandbox', machine).length],
    ])
    expect(sandboxImage(machine)).toEqual(image)
  })
})

test('code lies behind the head, byte for byte', () => {
  const elf = staticElf('x64', new Uint8Array([1, 2, 3]))
  expect([...elf.subarray(ELF_HEAD_BYTES)]).toEqual([1, 2, 3])
})
