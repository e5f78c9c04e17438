import { dlopen, FFIType, ptr } from 'bun:ffi'
import { NETLINK_ANSWER_BYTES, NETLINK_MESSAGES_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'

/** Netlink families. Source: linux/netlink.h. */
export const NETLINK_ROUTE = 0
export const NETLINK_NETFILTER = 12

/** Flags of a request. Source: linux/netlink.h. */
export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
export const NLM_F_REPLACE = 0x100
export const NLM_F_CREATE = 0x400
export const NLM_F_DUMP = 0x300

/** A netlink message without its header. */
export interface NetlinkMessage {
  readonly type: number
  readonly payload: Buffer
}

/** Talks to the kernel where a command (`ip`, `conntrack`) may not be installed. Source: netlink(7). */
export interface Netlink {
  /** Sends one request and gives its answers; an error is the kernel's errno as a positive number. */
  ask(request: NetlinkMessage, flags: number): Result<NetlinkMessage[], number>
  close(): void
}

const SYMBOLS = {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  setsockopt: { args: [FFIType.i32, FFIType.i32, FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  send: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
} as const

const LIBC = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]

const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
const SO_RCVBUFFORCE = 33
const HEADER_BYTES = 16
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
/** Errno of an answer that did not come. */
const EIO = 5

const openLibc = () => {
  for (const name of LIBC)
    try {
      return dlopen(name, SYMBOLS)
    } catch {
      // The other C library, then.
    }
  return undefined
}

/** A netlink socket; undefined where the C library cannot be called or the kernel refuses. */
export function openNetlink(family: number): Netlink | undefined {
  const libc = openLibc()
  if (!libc) return undefined
  const { symbols } = libc
  const fd = symbols.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family)
  if (fd < 0) return undefined
  const second = Buffer.alloc(16)
  second.writeBigInt64LE(1n)
  // The kernel answers within the call; the time limit is for a kernel that does not.
  symbols.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, ptr(second), 16)
  const size = Buffer.alloc(4)
  size.writeInt32LE(NETLINK_ANSWER_BYTES * 4)
  symbols.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, ptr(size), 4)
  const space = Buffer.alloc(NETLINK_ANSWER_BYTES)
  const receive = (): Buffer | undefined => {
    const bytes = Number(symbols.recv(fd, ptr(space), BigInt(space.length), 0))
    return bytes > 0 ? Buffer.from(space.subarray(0, bytes)) : undefined
  }
  let sequence = 0
  return {
    ask(request, flags) {
      sequence++
      const message = encode(request, flags | NLM_F_REQUEST, sequence)
      const sent = Number(symbols.send(fd, ptr(message), BigInt(message.length), 0))
      return sent === message.length ? collect(receive, sequence) : err(EIO)
    },
    close() {
      symbols.close(fd)
      libc.close()
    },
  }
}

function encode({ type, payload }: NetlinkMessage, flags: number, sequence: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(HEADER_BYTES + payload.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags, 6)
  header.writeUInt32LE(sequence, 8)
  return Buffer.concat([header, payload])
}

function collect(receive: () => Buffer | undefined, sequence: number): Result<NetlinkMessage[], number> {
  const found: NetlinkMessage[] = []
  for (;;) {
    const datagram = receive()
    if (!datagram) return err(EIO)
    for (let at = 0; at + HEADER_BYTES <= datagram.length; ) {
      const length = datagram.readUInt32LE(at)
      if (length < HEADER_BYTES) return err(EIO)
      const type = datagram.readUInt16LE(at + 4)
      const payload = datagram.subarray(at + HEADER_BYTES, at + length)
      // Answers to a request that was given up before this one.
      const ours = datagram.readUInt32LE(at + 8) === sequence
      at += align(length)
      if (!ours) continue
      if (type === NLMSG_DONE) return ok(found)
      if (type === NLMSG_ERROR) {
        const errno = -payload.readInt32LE(0)
        return errno === 0 ? ok(found) : err(errno)
      }
      if (found.length < NETLINK_MESSAGES_MAX) found.push({ type, payload })
    }
  }
}

const align = (bytes: number): number => (bytes + 3) & ~3

/** One attribute with its padding. */
export function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(align(4 + value.length))
  bytes.writeUInt16LE(4 + value.length, 0)
  bytes.writeUInt16LE(type, 2)
  value.copy(bytes, 4)
  return bytes
}

/** Attributes by type; nesting and byte-order flags are taken off. */
export function attributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4) break
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length))
    at += align(length)
  }
  return found
}
