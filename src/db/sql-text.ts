/** An identifier as SQL text. */
export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`
