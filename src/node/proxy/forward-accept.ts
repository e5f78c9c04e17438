import { NFT_COMMAND_MS_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'

/** Docker's chain for the rules of others: looked at before its own, kept over its restarts. */
const CHAIN = 'DOCKER-USER'

const ruleOf = (table: string, podCidr: string): string[] => [
  '-d', podCidr, '-m', 'conntrack', '--ctstate', 'DNAT',
  '-m', 'comment', '--comment', table, '-j', 'ACCEPT',
]

/**
 * Lets connections that were translated to pods pass Docker's policy of dropping what is forwarded: an
 * accept in our own table cannot. Only iptables may write to its chains, so its command does. Nothing to
 * do where Docker keeps no such chain.
 */
export async function acceptForwarded(table: string, podCidr: string): Promise<Result<void, string>> {
  const iptables = Bun.which('iptables')
  if (iptables === null || !(await succeeds([iptables, '-w', '-n', '-L', CHAIN]))) return ok(undefined)
  const rule = ruleOf(table, podCidr)
  if (await succeeds([iptables, '-w', '-C', CHAIN, ...rule])) return ok(undefined)
  return (await succeeds([iptables, '-w', '-I', CHAIN, ...rule]))
    ? ok(undefined)
    : err(`iptables refuses a rule in ${CHAIN}: connections from other machines do not reach pods`)
}

/** Takes the rule back, however often it is there. */
export async function removeForwarded(table: string, podCidr: string): Promise<void> {
  const iptables = Bun.which('iptables')
  if (iptables === null) return
  while (await succeeds([iptables, '-w', '-D', CHAIN, ...ruleOf(table, podCidr)]));
}

async function succeeds(command: string[]): Promise<boolean> {
  const child = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore', timeout: NFT_COMMAND_MS_MAX })
  return (await child.exited) === 0
}
