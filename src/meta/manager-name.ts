import { FIELD_MANAGER_BYTES_MAX } from '../base/limits.ts'
import { isPrintable } from './go-quote.ts'

/**
 * Who a write is attributed to: the `fieldManager` parameter, else the user agent up to its first
 * slash, printable characters only, cut at 128 bytes. Source: apiserver
 * endpoints/handlers/create.go managerOrUserAgent.
 */
export function managerName(fieldManager: string | undefined, userAgent: string): string {
  if (fieldManager !== undefined && fieldManager !== '') return fieldManager
  const prefix = userAgent.split('/', 1)[0] ?? ''
  let name = ''
  let bytes = 0
  for (const character of prefix) {
    if (!isPrintable(character)) continue
    bytes += Buffer.byteLength(character)
    if (bytes > FIELD_MANAGER_BYTES_MAX) break
    name += character
  }
  return name
}
