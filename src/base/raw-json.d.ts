/** Parts of JSON that Bun 1.4.5 has and TypeScript's library does not know yet. Source: TC39 proposal-json-parse-with-source. */
interface JSON {
  /** An opaque value that JSON.stringify writes as this text. Throws for what is no JSON primitive. */
  rawJSON(text: string): { readonly rawJSON: string }
  /** Whether JSON.rawJSON made this value. */
  isRawJSON(value: unknown): boolean
  /** Like `parse`, with the text that a primitive was read from. */
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown
}
