import { newTrail, noteStrict, type Trail } from './decode-trail.ts'
import { endOfString } from './json-syntax.ts'
import type { TypeSchema, ValueType } from './schema.ts'

/**
 * All strict errors of a JSON text in document order, duplicates included: JSON.parse keeps only
 * the last of equal keys, so the text itself is walked by the schema. The text must be valid JSON
 * that has the schema's types. Source: sigs.k8s.io/json decode.go (duplicates count in structs and
 * maps).
 */
export function strictErrors(text: string, schema: TypeSchema): string[] {
  const scan: Scan = { text, at: 0, trail: newTrail() }
  try {
    walk(scan, { of: 'object', type: schema })
  } catch (error) {
    // What is nested too deep for the stack is not looked at; the errors so far stand.
    if (!(error instanceof RangeError)) throw error
  }
  return [...scan.trail.strict]
}

interface Scan {
  readonly text: string
  at: number
  readonly trail: Trail
}

function walk(scan: Scan, value: ValueType | undefined): void {
  skipSpace(scan)
  const c = scan.text[scan.at]
  if (c === '{') walkObject(scan, value)
  else if (c === '[') walkList(scan, value?.of === 'list' ? value.items : value === ANYTHING ? ANYTHING : undefined)
  else skipLiteral(scan)
}

/** Any value of a custom resource: no type knows its keys, and each counts once all the same. */
const ANYTHING: ValueType = { of: 'json' }

const beyond = (struct: TypeSchema | undefined): ValueType | undefined =>
  struct?.preserveUnknown ? ANYTHING : undefined

function walkObject(scan: Scan, value: ValueType | undefined): void {
  const seen = new Set<string>()
  const struct = value?.of === 'object' ? value.type : undefined
  const values = value === ANYTHING ? ANYTHING : value?.of === 'map' ? value.values : beyond(struct)
  for (const key of keysOf(scan)) {
    const field = struct?.byName.get(key)
    const isKnown = field !== undefined || values !== undefined
    if (isKnown && seen.has(key)) noteStrict(scan.trail, 'duplicate', key)
    if (struct && !field && !struct.preserveUnknown) noteStrict(scan.trail, 'unknown', key)
    seen.add(key)
    scan.trail.path.push(field ?? key)
    walk(scan, field?.value ?? values)
    scan.trail.path.pop()
  }
}

/** Keys of the object that begins here; after each, the scan stands before its value. */
function* keysOf(scan: Scan): Generator<string> {
  scan.at++
  for (;;) {
    skipSpace(scan)
    if (scan.text[scan.at] === '}') break
    if (scan.text[scan.at] === ',') {
      scan.at++
      skipSpace(scan)
    }
    const end = endOfString(scan.text, scan.at) + 1
    const key: string = JSON.parse(scan.text.slice(scan.at, end))
    scan.at = end
    skipSpace(scan)
    scan.at++
    yield key
  }
  scan.at++
}

function walkList(scan: Scan, items: ValueType | undefined): void {
  scan.at++
  for (let index = 0; ; index++) {
    skipSpace(scan)
    if (scan.text[scan.at] === ']') break
    if (scan.text[scan.at] === ',') scan.at++
    scan.trail.path.push(index)
    walk(scan, items)
    scan.trail.path.pop()
  }
  scan.at++
}

function skipLiteral(scan: Scan): void {
  if (scan.text[scan.at] === '"') scan.at = endOfString(scan.text, scan.at) + 1
  else while (scan.at < scan.text.length && !',]} \t\r\n'.includes(scan.text[scan.at]!)) scan.at++
}

function skipSpace(scan: Scan): void {
  while (' \t\r\n'.includes(scan.text[scan.at] ?? '.')) scan.at++
}
