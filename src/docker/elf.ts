/** The machines that klio brings programs for. */
export type ElfMachine = 'x64' | 'arm64'

/** Where code begins, in the file and (plus the base) in memory; link.ld says the same. */
export const ELF_HEAD_BYTES = 64 + 2 * 56
const BASE = 0x400000
/** Pages of arm64 kernels may be 64 KiB. */
const ALIGN = 0x10000

/**
 * Puts code into a static 64-bit ELF program: one segment that is read and executed (nothing in
 * it is ever written) and a stack that is not executed. The first byte of the code is the entry.
 * Source: System V ABI, chapter 4 and 5 (object files, program loading).
 */
export function staticElf(machine: ElfMachine, code: Uint8Array): Uint8Array {
  const file = Buffer.alloc(ELF_HEAD_BYTES + code.length)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) // magic, 64 bits, little endian, version 1
  file.writeUInt16LE(2, 16) // an executable at fixed addresses
  file.writeUInt16LE(machine === 'x64' ? 62 : 183, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(BASE + ELF_HEAD_BYTES), 24) // entry
  file.writeBigUInt64LE(64n, 32) // the program headers follow this one
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(2, 56)
  writeSegment(file, 64, { type: LOAD, flags: 5, address: BASE, size: file.length, align: ALIGN })
  writeSegment(file, 120, { type: GNU_STACK, flags: 6, address: 0, size: 0, align: 16 })
  file.set(code, ELF_HEAD_BYTES)
  return file
}

const LOAD = 1
const GNU_STACK = 0x6474e551

interface Segment {
  type: number
  flags: number
  address: number
  size: number
  align: number
}

function writeSegment(file: Buffer, at: number, segment: Segment): void {
  file.writeUInt32LE(segment.type, at)
  file.writeUInt32LE(segment.flags, at + 4)
  // The file is mapped from its start, so offset and address stay congruent.
  file.writeBigUInt64LE(0n, at + 8)
  file.writeBigUInt64LE(BigInt(segment.address), at + 16)
  file.writeBigUInt64LE(BigInt(segment.address), at + 24)
  file.writeBigUInt64LE(BigInt(segment.size), at + 32)
  file.writeBigUInt64LE(BigInt(segment.size), at + 40)
  file.writeBigUInt64LE(BigInt(segment.align), at + 48)
}
