/** A stored body's text in two: the object without managedFields, and those as JSON, '' for none. */
export interface SplitBody {
  readonly rest: string
  readonly managed: string
}

const METADATA = '"metadata":{'
const MANAGED = ',"managedFields":['
const QUOTE = 34
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN = 123
const CLOSE = 125

/**
 * Cuts managedFields out of a body as klio stores it: they are the last of metadata, which comes before
 * all that could hold the like. They are near half of a small Pod, and few who read it ask for them.
 * Undefined for a text of another form: then only a parse tells.
 */
export function splitManaged(text: string): SplitBody | undefined {
  const start = text.indexOf(METADATA)
  if (start < 0) return undefined
  const from = start + METADATA.length
  const at = text.indexOf(MANAGED, from)
  if (at < 0) return text.includes('"managedFields":') ? undefined : { rest: text, managed: '' }
  const close = closeOf(text, from)
  // Further down in the object: a template's, or a field of that name.
  if (at > close) return { rest: text, managed: '' }
  const end = closeOf(text, at + MANAGED.length)
  if (end + 1 !== close || text.charCodeAt(end) !== CLOSE_LIST) return undefined
  return {
    rest: text.slice(0, at) + text.slice(close),
    managed: text.slice(at + MANAGED.length - 1, close),
  }
}

const HEAD = /^\{"apiVersion":"[^"\\]*","kind":"[^"\\]*","metadata":\{/

/**
 * The text of an object with nothing but its type and metadata, without managedFields: less than half to
 * parse for who asks for no more. Undefined for a text of another form.
 */
export function headOf(text: string): string | undefined {
  const head = HEAD.exec(text)
  if (!head) return undefined
  const from = head[0].length
  const managed = text.indexOf(MANAGED, from)
  const end = closeOf(managed < 0 ? text : text.slice(0, managed), from)
  if (managed >= 0 && end === managed) return `${text.slice(0, managed)}}}`
  return end === text.length ? undefined : `${text.slice(0, end)}}}`
}

/** Where the object or list ends whose inside begins at `from`; the text's length when it does not. */
function closeOf(text: string, from: number): number {
  let depth = 1
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = stringEnd(text, i)
    else if (code === OPEN || code === OPEN_LIST) depth++
    else if ((code === CLOSE || code === CLOSE_LIST) && --depth === 0) return i
  }
  return text.length
}

/** The closing quote of the string that opens at `from`. */
function stringEnd(text: string, from: number): number {
  let end = text.indexOf('"', from + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before--
  return (at - before) % 2 === 0
}
