/** One regular file, or a directory when `content` is missing. */
export interface TarEntry {
  /** At most 100 bytes; relative, without a leading slash. */
  path: string
  content?: Uint8Array
  /** Permission bits. */
  mode: number
}

const BLOCK_BYTES = 512

/**
 * Packs files as an ustar archive; owner root, time 0, so that equal files make equal bytes.
 * Source: POSIX.1-2017 pax, "ustar Interchange Format".
 */
export function writeTar(entries: TarEntry[]): Uint8Array {
  const pieces: Uint8Array[] = []
  for (const entry of entries) {
    const content = entry.content ?? new Uint8Array()
    pieces.push(header(entry, content.length), content, new Uint8Array(padding(content.length)))
  }
  pieces.push(new Uint8Array(2 * BLOCK_BYTES))
  return Buffer.concat(pieces)
}

const padding = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES

function header(entry: TarEntry, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES)
  const octal = (value: number, at: number, width: number) =>
    block.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1')
  block.write(entry.path, 0, 100, 'utf8')
  octal(entry.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.fill(' ', 148, 156)
  block.write(entry.content === undefined ? '5' : '0', 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  // The checksum counts its own field as spaces.
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  block.write('\0 ', 154, 'latin1')
  return block
}
