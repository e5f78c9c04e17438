import type { Answer } from '../support/api.ts'

/** Fields that two servers choose each for itself. */
const OWN = new Set([
  'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'time', 'clusterIP', 'clusterIPs', 'nodePort',
  'healthCheckNodePort', 'continue', 'lastTransitionTime', 'storageVersionHash', 'sha256', 'caBundle',
])

/** What is compared of an answer. */
export interface Shown {
  readonly code: number
  readonly type: string
  readonly warnings: readonly string[]
  readonly body: unknown
}

/** An answer without what may differ. */
export function shown(answer: Answer): Shown {
  const type = answer.headers.get('content-type')?.[0] ?? ''
  const isJson = type.startsWith('application/json') && answer.body.length > 0
  return {
    code: answer.code, type,
    warnings: answer.headers.get('warning') ?? [],
    body: isJson ? masked(answer.json) : textOf(answer.body),
  }
}

const textOf = (body: Buffer): string => {
  const text = body.toString('latin1')
  return text.length > 2_000 ? `${text.length} characters` : maskText(text)
}

function masked(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, key))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, inner]) => inner !== null || name === 'object')
        .map(([name, inner]) => [name, OWN.has(name) && inner !== null ? '*' : masked(inner, name)]),
    )
  if (typeof value !== 'string') return value
  return key === 'cells' && AGE.test(value) ? 'AGE' : maskText(value)
}

/** How old an object is, in a Table. */
const AGE = /^(?:\d+[smhdy]){1,2}$/

/** Ids, revisions and times inside messages. */
const maskText = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/(ersion: )[0-9]+(, current: )[0-9]+/g, '$1REV$2REV')
    .replace(/(resource ?version(?: in object meta| in precondition)?: )[0-9]+/gi, '$1REV')
    .replace(/(resourceVersion: ")[0-9]+/g, '$1REV')
    .replace(/too old resource version: [0-9]+ \([0-9]+\)/g, 'too old resource version: REV (REV)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\b(?:127|192|10)\.\d+\.\d+\.\d+:\d{4,5}\b/g, 'SERVER')
    .replace(/(in record )\([0-9]+\)/g, '$1(REV)')
    .replace(/resourceVersion(\\*)":(\\*)"[0-9]+/g, 'resourceVersion$1":$2"REV')
    .replace(/ \((?:\d+[smhdy]){1,2} ago\)/g, ' (AGE ago)')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-X')
    .replace(/\b(BAD)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1X')
    // Go's names of fields in the difference of two specs.
    .replace(/\n@@ -\d[\s\S]*/, '\nDIFFERENCE')
    .replace(/\bgen-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, 'gen-X')
    .replace(/\b10\.96\.\d+\.\d+\b/g, 'ADDRESS')

/** Places where two answers differ; where one is a refusal and the other none, only what it says. */
export function answerDifferences(ours: Shown, theirs: Shown): string[] {
  const kind = ({ body }: Shown): unknown => (isObject(body) ? body['kind'] : typeof body)
  const refused = kind(ours) === 'Status' || kind(theirs) === 'Status'
  if (!refused || kind(ours) === kind(theirs)) return differences(ours, theirs)
  const told = ({ code, body }: Shown): string => `${code} ${short(isObject(body) && body['kind'] === 'Status' ? body['message'] : kind({ body } as Shown))}`
  return [`klio ${told(ours)} kube ${told(theirs)}`]
}

/** Places where two values differ, as `path: klio's against kube's`. */
export function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (Object.is(ours, theirs)) return []
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length)
    return Array.from({ length }, (_, i) => differences(ours[i], theirs[i], `${path}[${i}]`)).flat()
  }
  if (isObject(ours) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    return keys.flatMap((key) => differences(ours[key], theirs[key], path === '' ? key : `${path}.${key}`))
  }
  return [`${path}: klio ${short(ours)} kube ${short(theirs)}`]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 700 ? `${text.slice(0, 700)}...` : text
}
