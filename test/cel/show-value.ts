import { dataOf, durationOf, type Value } from '../../src/cel/values.ts'
import { urlText } from '../../src/cel/go-url.ts'
import { URL_KIND } from '../../src/cel/library-url.ts'
import { listItems } from '../../src/cel/lists.ts'
import { mapFind, mapKeys } from '../../src/cel/maps.ts'
import { doubleText } from '../../src/cel/number-text.ts'
import { timestampText } from '../../src/cel/time-text.ts'

/** A value as the oracle writes it: its kind can be told, maps are in order. */
export function showValue(value: Value): string {
  switch (typeof value) {
    case 'boolean': return String(value)
    case 'number':
    case 'bigint': return `int(${value})`
    case 'string': return `string(${goJsonText(value)})`
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `bytes(${Buffer.from(value).toString('hex')})`
  switch (value.tag) {
    case 'uint': return `uint(${value.value})`
    case 'double': return `double(${doubleText(value.value)})`
    case 'timestamp': return `timestamp(${timestampText({ ...value, offset: 0 })})`
    case 'duration': return `duration(${durationOf(value.nanoseconds).nanoseconds})`
    case 'optional': return value.value === undefined ? 'optional()' : `optional(${showValue(value.value)})`
    case 'type': return `type(${value.name})`
    case 'failure': return `error(${value.message})`
    case 'list': return `list[${listItems(value).map(showValue).join(', ')}]`
    case 'map': {
      const entries = mapKeys(value).map((key) => `${showValue(key)}: ${showValue(mapFind(value, key)!)}`)
      return `map{${entries.sort(byBytes).join(', ')}}`
    }
    case 'object': {
      const url = dataOf(value, URL_KIND)
      if (url) return `url(${urlText(url)})`
      return showObject(value.kind.type.name, value.kind.text?.(value.data))
    }
  }
}

function showObject(type: string, text: string | undefined): string {
  if (type === 'net.IP') return `ip(${text})`
  if (type === 'net.CIDR') return `cidr(${text})`
  return text === undefined ? type : `${type}(${text})`
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** As Go's encoding/json writes a text. */
const goJsonText = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029\x7f]/g, (c) => (c === '\x7f' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`))
