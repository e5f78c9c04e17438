import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A machine of network namespaces: a node with a bridge for pods, pods on it, and a client outside.
 * Tests call nftables inside the node's namespace, so that the machine they run on is left alone.
 */
export class TestMachine implements AsyncDisposable {
  readonly id = `kt${process.pid.toString(36)}${(serial++).toString(36)}`
  readonly folder = mkdtempSync(join(tmpdir(), 'klio-proxy-'))
  readonly node = `${this.id}n`
  readonly client = `${this.id}c`
  readonly bridge = 'pods'
  /** The node's address as the client sees it. */
  readonly nodeIp = '192.168.77.1'
  readonly clientIp = '192.168.77.2'
  readonly gateway = '10.42.0.1'
  readonly #namespaces: string[] = []
  readonly #children: Bun.Subprocess[] = []

  constructor() {
    for (const name of [this.node, this.client]) this.#namespace(name)
    const script = `
      ip -n ${this.node} link add ${this.bridge} type bridge
      ip -n ${this.node} addr add ${this.gateway}/24 dev ${this.bridge}
      ip -n ${this.node} link set ${this.bridge} up
      ip -n ${this.node} link add out type veth peer name out netns ${this.client}
      ip -n ${this.node} addr add ${this.nodeIp}/24 dev out
      ip -n ${this.client} addr add ${this.clientIp}/24 dev out
      ip -n ${this.node} link set out up
      ip -n ${this.client} link set out up
      ip -n ${this.client} route add 10.44.0.0/24 via ${this.nodeIp}
      ip -n ${this.client} route add 10.43.0.0/16 via ${this.nodeIp}
      ip netns exec ${this.node} sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1`
    for (const line of script.trim().split('\n')) sh(line.trim().split(' '))
  }

  /** A namespace with an address on the bridge. */
  pod(name: string, ip: string): string {
    const ns = `${this.id}${name}`
    this.#namespace(ns)
    for (const line of [
      `ip -n ${this.node} link add v${name} type veth peer name eth0 netns ${ns}`,
      `ip -n ${this.node} link set v${name} master ${this.bridge} up`,
      `ip -n ${ns} addr add ${ip}/24 dev eth0`,
      `ip -n ${ns} link set eth0 up`,
      `ip -n ${ns} route add default via ${this.gateway}`,
    ])
      sh(line.split(' '))
    return ns
  }

  /** A TCP and a UDP server in a namespace that answer `NAME CLIENT-ADDRESS`. */
  async serve(ns: string, name: string, port = 80): Promise<void> {
    const file = join(this.folder, 'server.ts')
    writeFileSync(file, SERVER)
    await this.run(ns, [process.execPath, file, name, String(port)])
  }

  /** Runs a program in a namespace until it prints a line. */
  async run(ns: string, command: string[], env: Record<string, string> = {}): Promise<Bun.Subprocess<'ignore', 'pipe', 'inherit'>> {
    const child = Bun.spawn(['ip', 'netns', 'exec', ns, ...command], {
      stdin: 'ignore', stdout: 'pipe', stderr: 'inherit', env: { ...process.env, ...env },
    })
    this.#children.push(child)
    const reader = child.stdout.getReader()
    await reader.read()
    reader.releaseLock()
    return child
  }

  /** Asks an address by HTTP from a namespace: the answer, or curl's exit code as `!7`. */
  get(ns: string, address: string, ...flags: string[]): string {
    const done = Bun.spawnSync(['ip', 'netns', 'exec', ns, 'curl', '-s', '-m', '3', ...flags, `http://${address}/`])
    return done.exitCode === 0 ? done.stdout.toString().trim() : `!${done.exitCode}`
  }

  exec(ns: string, ...command: string[]): string {
    return sh(['ip', 'netns', 'exec', ns, ...command])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill()
    await Promise.all(this.#children.map((child) => child.exited))
    for (const name of this.#namespaces) Bun.spawnSync(['ip', 'netns', 'del', name])
    rmSync(this.folder, { recursive: true, force: true })
  }

  #namespace(name: string): void {
    sh(['ip', 'netns', 'add', name])
    this.#namespaces.push(name)
    sh(['ip', '-n', name, 'link', 'set', 'lo', 'up'])
  }
}

let serial = 0

/** Network namespaces need root and iproute2; these tests are left out without. */
export const canMakeNamespaces =
  process.getuid?.() === 0 && Bun.which('ip') !== null && Bun.which('nft') !== null && Bun.which('curl') !== null

function sh(command: string[]): string {
  const done = Bun.spawnSync(command)
  if (done.exitCode !== 0) throw new Error(`${command.join(' ')}: ${done.stderr.toString()}`)
  return done.stdout.toString()
}

const SERVER = `
const [name, port] = process.argv.slice(2)
Bun.serve({ hostname: '0.0.0.0', port: Number(port), fetch: (request, server) =>
  new Response(name + ' ' + server.requestIP(request)?.address + '\\n') })
await Bun.udpSocket({ hostname: '0.0.0.0', port: Number(port), socket: {
  data(socket, _bytes, from, address) { socket.send(name + ' ' + address, from, address) } } })
console.log('up')
`
