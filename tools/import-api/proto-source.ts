/** Field numbers by message and field name. Source: a package's generated.proto. */
export type ProtoMessages = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Reads the messages of a generated.proto; go-to-protobuf writes one field a line. */
export function parseProto(text: string): ProtoMessages {
  const messages = new Map<string, Map<string, number>>()
  let current: Map<string, number> | undefined
  for (const line of text.split('\n')) {
    const message = /^message (\w+) \{$/.exec(line)
    if (message) {
      current = new Map()
      messages.set(message[1]!, current)
    }
    const field = /^ {2}(?:optional |repeated |required )?(?:map<[^>]*>|[.\w]+) (\w+) = (\d+)/.exec(
      line,
    )
    if (field && current) current.set(field[1]!, Number(field[2]))
    if (line === '}') current = undefined
  }
  return messages
}
