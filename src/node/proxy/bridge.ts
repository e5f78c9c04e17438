import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const FILTERED = '/proc/sys/net/bridge/bridge-nf-call-iptables'

/**
 * Makes frames between two pods of a bridge pass netfilter, without which the reply of a Service's pod to
 * another pod would arrive under the wrong address. False where the kernel module br_netfilter is missing
 * and cannot be loaded: then such connections are masqueraded. Source: Kubernetes, network plugins.
 */
export async function filterBridges(): Promise<boolean> {
  if (!existsSync(FILTERED)) {
    const modprobe = Bun.which('modprobe')
    if (modprobe) await Bun.spawn([modprobe, 'br_netfilter'], { stdout: 'ignore', stderr: 'ignore' }).exited
  }
  try {
    if (readFileSync(FILTERED, 'utf8').trim() !== '1') writeFileSync(FILTERED, '1')
    return true
  } catch {
    return false
  }
}

/**
 * Lets a bridge send a frame back through the port it came from, so that a pod reaches itself through its
 * Service: with br_netfilter the translated frame never leaves the bridge. `known` remembers the ports
 * that are set. Source: kubelet --hairpin-mode=hairpin-veth.
 */
export function openHairpins(bridge: string, known: Set<string>): void {
  const folder = `/sys/class/net/${bridge}/brif`
  const ports = listed(folder)
  for (const port of known) if (!ports.includes(port)) known.delete(port)
  for (const port of ports) {
    if (known.has(port)) continue
    try {
      writeFileSync(`${folder}/${port}/hairpin_mode`, '1')
      known.add(port)
    } catch {
      // The pod went away meanwhile, or /sys is read-only: tried again at the next change.
    }
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
