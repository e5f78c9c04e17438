/**
 * Why a text is no JSON object, in Go's words where they are short; undefined when it is one.
 * Source: encoding/json Unmarshal into a map.
 */
export function jsonObjectError(text: string): string | undefined {
  if (text.trim() === '') return 'unexpected end of JSON input'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const first = text.trimStart()[0]!
    if (!'{["-0123456789tfn'.includes(first))
      return `invalid character '${first}' looking for beginning of value`
    return 'unexpected end of JSON input'
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
  return `json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`
}

const goKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
