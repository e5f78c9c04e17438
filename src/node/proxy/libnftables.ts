import { CString, dlopen, FFIType, ptr, type Pointer } from 'bun:ffi'
import { NFT_INPROCESS_BYTES_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { nftCommand } from './nft-command.ts'
import { firstError } from './nft-error.ts'
import type { Nft } from './nft.ts'

const SYMBOLS = {
  nft_ctx_new: { args: [FFIType.u32], returns: FFIType.ptr },
  nft_ctx_free: { args: [FFIType.ptr], returns: FFIType.void },
  nft_ctx_buffer_output: { args: [FFIType.ptr], returns: FFIType.i32 },
  nft_ctx_buffer_error: { args: [FFIType.ptr], returns: FFIType.i32 },
  nft_ctx_get_output_buffer: { args: [FFIType.ptr], returns: FFIType.ptr },
  nft_ctx_get_error_buffer: { args: [FFIType.ptr], returns: FFIType.ptr },
  nft_run_cmd_from_buffer: { args: [FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
} as const

const NAMES = ['libnftables.so.1', 'libnftables.so']

const open = () => {
  for (const name of NAMES)
    try {
      return dlopen(name, SYMBOLS)
    } catch {
      // Not under this name; what to do without is the caller's choice.
    }
  return undefined
}

/**
 * nftables in process: a change costs no process start (research/performance.md 3.4: 0.05 ms against 3.4 ms
 * by the command). Scripts above NFT_INPROCESS_BYTES_MAX go to the command where there is one, so that a
 * full load neither holds the event loop nor leaves its memory behind. Undefined without the library.
 * Source: libnftables(3).
 */
export function openLibNftables(command: string | null = Bun.which('nft')): Nft | undefined {
  const library = open()
  if (!library) return undefined
  const { symbols } = library
  const context = symbols.nft_ctx_new(0)
  if (!context) return undefined
  symbols.nft_ctx_buffer_output(context)
  symbols.nft_ctx_buffer_error(context)
  const outside = command === null ? undefined : nftCommand(command)
  const text = (pointer: Pointer | bigint | null): string =>
    pointer ? new CString(Number(pointer) as Pointer).toString() : ''
  return {
    way: 'libnftables',
    async run(script): Promise<Result<string, string>> {
      const bytes = Buffer.from(`${script}\0`)
      if (outside && bytes.length > NFT_INPROCESS_BYTES_MAX) return outside.run(script)
      const code = symbols.nft_run_cmd_from_buffer(context, ptr(bytes))
      // Reading a buffer empties it: both are read, so that nothing stays for the next run.
      const output = text(symbols.nft_ctx_get_output_buffer(context))
      const error = text(symbols.nft_ctx_get_error_buffer(context))
      return code === 0 ? ok(output) : err(firstError(error))
    },
    close() {
      symbols.nft_ctx_free(context)
      library.close()
    },
  }
}
