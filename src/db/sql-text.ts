/** An identifier as SQL text. */
export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/** A text as SQL; standard_conforming_strings is on since PostgreSQL 9.1. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
