/** A Docker network with containers on the machine itself, and a client in a namespace outside. */
export class DockerMachine implements AsyncDisposable {
  readonly id = `klproxy${process.pid.toString(36)}`
  readonly podCidr = '10.251.0.0/24'
  readonly serviceCidr = '10.252.0.0/16'
  readonly loadBalancerCidr = '10.253.0.0/24'
  readonly gateway = '10.251.0.1'
  readonly bridge = 'klproxytest'
  readonly client = `${this.id}c`
  readonly clientIp = '192.168.78.2'
  readonly nodeIp = '192.168.78.1'
  readonly #containers: string[] = []

  constructor() {
    sh(`docker network create --label klio.test=proxy --subnet ${this.podCidr} --gateway ${this.gateway}
      -o com.docker.network.bridge.name=${this.bridge} ${this.id}`)
    sh(`ip netns add ${this.client}`)
    sh(`ip link add ${this.id} type veth peer name out netns ${this.client}`)
    sh(`ip addr add ${this.nodeIp}/24 dev ${this.id}`)
    sh(`ip link set ${this.id} up`)
    sh(`ip -n ${this.client} addr add ${this.clientIp}/24 dev out`)
    sh(`ip -n ${this.client} link set out up`)
    sh(`ip -n ${this.client} route add 10.253.0.0/24 via ${this.nodeIp}`)
  }

  /** A container that serves its own name at /hostname, with curl and dig in it. */
  pod(name: string, ip: string, dns: string): void {
    const container = `${this.id}-${name}`
    this.#containers.push(container)
    run(['docker', 'run', '-d', '--label', 'klio.test=proxy', '--network', this.id, '--ip', ip,
      '--mount', `type=bind,source=${this.#resolvConf(dns)},target=/etc/resolv.conf`,
      '--name', container, '--hostname', name, agnhost!, 'netexec', '--http-port=80', '--udp-port=-1'])
  }

  /** Output of a command in a container; `!CODE` when it fails. */
  exec(name: string, ...command: string[]): Promise<string> {
    return outputOf(['docker', 'exec', `${this.id}-${name}`, ...command])
  }

  /** Asks from the machine itself, the client outside, or a container: the names that answered, or curl's code as `!7`. */
  async get(from: string, address: string, times = 1): Promise<string> {
    const loop = `for i in $(seq ${times}); do curl -s -m 3 http://${address}/hostname || echo "!$?"; echo; done`
    const inside =
      from === 'node' ? [] : from === 'client' ? ['ip', 'netns', 'exec', this.client] : ['docker', 'exec', `${this.id}-${from}`]
    const output = await outputOf([...inside, 'sh', '-c', loop])
    return [...new Set(output.split('\n').filter((line) => line !== ''))].sort().join()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#containers.length > 0) Bun.spawnSync(['docker', 'rm', '-f', ...this.#containers])
    Bun.spawnSync(['docker', 'network', 'rm', this.id])
    Bun.spawnSync(['ip', 'netns', 'del', this.client])
    Bun.spawnSync(['ip', 'link', 'del', this.id])
    Bun.spawnSync(['rm', '-f', `/tmp/${this.id}.conf`])
  }

  #resolvConf(dns: string): string {
    const path = `/tmp/${this.id}.conf`
    const text = `nameserver ${dns}\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n`
    run(['sh', '-c', `printf '${text.replaceAll('\n', '\\n')}' > ${path}`])
    return path
  }
}

const findAgnhost = (): string | undefined => {
  if (Bun.which('docker') === null) return undefined
  const listed = Bun.spawnSync(['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}']).stdout.toString()
  return listed.split('\n').find((name) => /(?:^|\/)agnhost:/.test(name))
}

const agnhost = findAgnhost()

/** Docker, root and Kubernetes' test image agnhost are needed; tests are left out without. */
export const canRunContainers = process.getuid?.() === 0 && Bun.which('ip') !== null && agnhost !== undefined

/** Not spawnSync: the servers that answer run in the test's own process. */
async function outputOf(command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'ignore' })
  const output = await new Response(child.stdout).text()
  const code = await child.exited
  return code === 0 ? output.trim() : `!${code}`
}

const sh = (line: string): string => run(line.trim().split(/\s+/))

function run(command: string[]): string {
  const done = Bun.spawnSync(command)
  if (done.exitCode !== 0) throw new Error(`${command.join(' ')}: ${done.stderr.toString()}`)
  return done.stdout.toString()
}
