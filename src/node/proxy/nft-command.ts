import { NFT_COMMAND_MS_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { firstError } from './nft-error.ts'
import type { Nft } from './nft.ts'

/** nftables by its command, a process a script: for large scripts, and where the library is missing. */
export function nftCommand(path: string): Nft {
  return {
    way: path,
    async run(script): Promise<Result<string, string>> {
      const child = Bun.spawn([path, '-f', '-'], {
        stdin: new TextEncoder().encode(script),
        stdout: 'pipe',
        stderr: 'pipe',
        timeout: NFT_COMMAND_MS_MAX,
      })
      const [output, error, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return code === 0 ? ok(output) : err(firstError(error) || `nft ended with ${code}`)
    },
    close() {},
  }
}
