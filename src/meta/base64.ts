import { err, ok, type Result } from '../base/result.ts'

/**
 * Base64 as Go writes it again after reading: line breaks gone, unused bits zero. Errors are Go's.
 * Source: Go encoding/base64 StdEncoding.
 */
export function canonicalBase64(text: string): Result<string, string> {
  const written = Buffer.from(text, 'base64').toString('base64')
  if (written === text) return ok(text)
  const bare = text.replace(/[\r\n]/g, '')
  const end = bare.search(/[^A-Za-z0-9+/]/)
  const body = end < 0 ? bare : bare.slice(0, end)
  const padding = bare.slice(body.length)
  const wanted = ['', undefined, '==', '='][body.length % 4]
  if (wanted === padding) return ok(Buffer.from(bare, 'base64').toString('base64'))
  return err(`illegal base64 data at input byte ${corruptAt(text, body.length, padding, wanted)}`)
}

/** The byte Go's decoder stops at, counted in the text as given. */
function corruptAt(
  text: string,
  length: number,
  padding: string,
  wanted: string | undefined,
): number {
  const at = (digits: number): number => {
    let seen = 0
    for (let i = 0; i < text.length; i++) {
      if (text[i] === '\r' || text[i] === '\n') continue
      if (seen++ === digits) return i
    }
    return text.length
  }
  if (padding === '') return at(length - (length % 4))
  if (wanted === undefined || wanted === '' || !padding.startsWith('=')) return at(length)
  return wanted === '==' && padding[1] !== '=' ? at(length + 1) : at(length + wanted.length)
}
