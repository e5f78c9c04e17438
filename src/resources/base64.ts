/** How many bytes a base64 text stands for, without decoding it. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.floor((text.length * 3) / 4) - padding
}

/** The text that base64 stands for, as UTF-8. */
export const base64Text = (text: string): string => Buffer.from(text, 'base64').toString()

/** Base64 of a text's UTF-8 bytes. */
export const toBase64 = (text: string): string => Buffer.from(text).toString('base64')
