import { connect, type Socket } from 'node:net'
import { err, ok, type Result } from '../../base/result.ts'

/** Bytes in both directions. */
export interface Duplex {
  readonly input: AsyncIterable<Uint8Array>
  /** False: the other end is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  closeWrite(): void
  close(): void
}

/** Where a Pod's network is. */
export interface PodNetwork {
  readonly ip: string
  /** Process whose network namespace it is. */
  readonly pid: number
}

/** How long a port may take to answer. */
const DIAL_MS = 5_000

/**
 * Connects to a port of a Pod as `localhost` inside would: by the Pod's address first, since most
 * servers listen on all; what listens on the loopback only is reached by a relay in the Pod's network
 * namespace. Without a network: the host's own loopback.
 */
export async function dialPod(pod: PodNetwork | undefined, port: number): Promise<Result<Duplex, string>> {
  if (!pod) return overSocket('127.0.0.1', port)
  const direct = await overSocket(pod.ip, port)
  if (direct.ok || pod.pid <= 0) return direct
  return relay(pod.pid, port, direct.error)
}

function overSocket(host: string, port: number): Promise<Result<Duplex, string>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true })
    const timer = setTimeout(() => fail(`no answer from ${host}:${port}`), DIAL_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(err(why))
    }
    socket.once('error', (cause) => fail(cause.message))
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      resolve(ok(socketDuplex(socket)))
    })
  })
}

const socketDuplex = (socket: Socket): Duplex => ({
  input: socket,
  write: (bytes) =>
    new Promise((resolve) => {
      if (socket.destroyed || socket.writableEnded) return resolve(false)
      socket.write(bytes, (cause) => resolve(!cause))
    }),
  closeWrite: () => void socket.end(),
  close: () => void socket.destroy(),
})

/**
 * A relay of this very program in the Pod's network namespace: nsenter joins it, then bytes pass between
 * the connection there and the pipes here. The image needs no tool for it.
 */
async function relay(pid: number, port: number, why: string): Promise<Result<Duplex, string>> {
  const args = ['nsenter', '--net', '-t', String(pid), '--', process.execPath, '-e', RELAY, String(port)]
  const child = Bun.spawn(args, {
    stdin: 'pipe', stdout: 'pipe', stderr: 'pipe',
    // A compiled klio runs the relay's text as Bun would.
    env: { ...process.env, BUN_BE_BUN: '1' },
  })
  const reader = child.stderr.getReader()
  const first = await Promise.race([reader.read(), child.exited.then(() => undefined)])
  const text = first?.value ? new TextDecoder().decode(first.value) : ''
  if (!text.startsWith('ok')) {
    child.kill()
    return err(text.trim() || why)
  }
  return ok({
    input: child.stdout,
    async write(bytes) {
      if (child.exitCode !== null) return false
      child.stdin.write(bytes)
      await child.stdin.flush()
      return true
    },
    closeWrite: () => void child.stdin.end(),
    close: () => child.kill(),
  })
}

/** Tries IPv4's loopback, then IPv6's, and says so on stderr before any byte passes. */
const RELAY = `
const net = require('node:net');
const port = Number(process.argv.at(-1));
let first;
const go = (hosts) => {
  const s = net.connect({ host: hosts[0], port, allowHalfOpen: true });
  s.once('error', (e) => {
    first ??= e;
    if (hosts.length > 1) return go(hosts.slice(1));
    process.stderr.write(first.message);
    process.exit(1);
  });
  s.once('connect', () => {
    process.stderr.write('ok');
    process.stdin.pipe(s);
    s.pipe(process.stdout);
    s.once('end', () => process.stdout.write('', () => process.exit(0)));
    s.once('close', () => process.exit(0));
  });
};
go(['127.0.0.1', '::1']);
`
