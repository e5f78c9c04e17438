/** A Go doc comment: its first sentence and its `+name=value` markers. */
export interface Doc {
  readonly sentence: string
  /** Values by marker name; a marker without a value has ''. */
  readonly markers: ReadonlyMap<string, readonly string[]>
  readonly deprecated: boolean
}

/**
 * Splits a comment. `orphan` are comment lines one blank line above: gengo reads markers there too
 * (second closest comment lines).
 */
export function parseDoc(lines: readonly string[], orphan: readonly string[]): Doc {
  const markers = new Map<string, string[]>()
  for (const line of [...orphan, ...lines]) {
    const m = /^\s*\+([\w.:()-]+?)(?:=(.*))?$/.exec(line)
    if (m) markers.set(m[1]!, [...(markers.get(m[1]!) ?? []), (m[2] ?? '').trim()])
  }
  const prose = lines.filter((l) => !/^\s*\+/.test(l))
  const text = prose.join('\n')
  return {
    sentence: firstSentence(text),
    markers,
    deprecated: /^\s*deprecated\b/im.test(text) || /\bDEPRECATED\b/.test(text),
  }
}

const ABBREVIATION = /(?:e\.g|i\.e|etc|vs|cf)\.$/i

function firstSentence(text: string): string {
  const paragraph = text.split(/\n\s*\n|\n(?=TODO|---|More info)/)[0] ?? ''
  const flat = paragraph.replace(/\s+/g, ' ').trim()
  let from = 0
  for (;;) {
    const end = flat.indexOf('. ', from)
    if (end < 0) return flat
    const sentence = flat.slice(0, end + 1)
    if (!ABBREVIATION.test(sentence)) return sentence
    from = end + 2
  }
}
