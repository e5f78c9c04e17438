import { createPrivateKey, X509Certificate } from 'node:crypto'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----/g

/**
 * What is wrong with a certificate and its key, in Go's words; undefined when they fit together.
 * Source: crypto/tls X509KeyPair.
 */
export function tlsPairError(certificate: string, key: string): string | undefined {
  const leaf = firstBlock(certificate, (type) => type === 'CERTIFICATE')
  if ('error' in leaf) return leaf.error('certificate', '"CERTIFICATE" PEM block')
  const own = firstBlock(key, (type) => type.endsWith('PRIVATE KEY'))
  if ('error' in own) return own.error('key', 'PEM block with type ending in "PRIVATE KEY"')
  try {
    const parsed = new X509Certificate(leaf.block)
    return parsed.checkPrivateKey(createPrivateKey(own.block))
      ? undefined
      : 'tls: private key does not match public key'
  } catch (error) {
    return `tls: failed to parse key pair: ${error instanceof Error ? error.message : String(error)}`
  }
}

type Found =
  | { readonly block: string }
  | { readonly error: (input: string, wanted: string) => string }

function firstBlock(pem: string, wanted: (type: string) => boolean): Found {
  const skipped: string[] = []
  for (const [block, type = ''] of pem.matchAll(BLOCK)) {
    if (wanted(type)) return { block }
    skipped.push(type)
  }
  if (skipped.length === 0)
    return { error: (input) => `tls: failed to find any PEM data in ${input} input` }
  return {
    error: (input, what) =>
      `tls: failed to find ${what} in ${input} input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`,
  }
}
