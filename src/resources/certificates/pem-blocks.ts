/** A block of a PEM text. Source: RFC 7468; encoding/pem Decode. */
export interface PemBlock {
  readonly type: string
  readonly hasHeaders: boolean
  readonly bytes: Uint8Array
  readonly text: string
}

const BLOCK = /^-----BEGIN ([^\n]*?)-----[ \t]*\r?\n([^]*?)^-----END \1-----[ \t]*(?:\r?\n|$)/gm

/** Blocks in their order; what stands between them is passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  for (const [whole, type = '', body = ''] of text.matchAll(BLOCK)) {
    const cut = /^(?:[^:\n]+:[^\n]*\r?\n)+\r?\n/.exec(body)
    const base64 = (cut ? body.slice(cut[0].length) : body).replace(/\s/g, '')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) continue
    blocks.push({ type, hasHeaders: cut !== null, bytes: Buffer.from(base64, 'base64'), text: whole })
  }
  return blocks
}
