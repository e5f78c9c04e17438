import { functionOf, overload, type FunctionDecl, type Implementation, type Overload } from './declarations.ts'
import { escapedPath, hostAndPort, parseRequestUri, parseUrl, queryOf, textOf, urlText, type GoUrl } from './go-url.ts'
import { stringMap } from './maps.ts'
import { structType } from './types.ts'
import { celObject, dataOf, failure, madeList, orNoOverload, type ObjectKind, type Value } from './values.ts'

/** URLs. Source: apiserver pkg/cel/url.go. */
export const URL_KIND: ObjectKind<GoUrl> = {
  type: structType('kubernetes.URL'),
  equal: (a, b) => urlText(a) === urlText(b),
}

const toUrl: Implementation = (text) => {
  if (typeof text !== 'string') return orNoOverload(text)
  const request = parseRequestUri(text)
  const refused = (error: string): Value => failure(`URL parse error during conversion from string: ${error}`)
  if (!request.ok) return refused(request.error)
  const url = parseUrl(text)
  return url.ok ? celObject(URL_KIND, url.value) : refused(url.error)
}

const getter = (id: string, result: string, get: (url: GoUrl) => Value): Overload[] => [
  overload(id, `kubernetes.URL.() -> ${result}`, (value) => {
    const url = dataOf(value, URL_KIND)
    return url ? get(url) : orNoOverload(value)
  }),
]

/** URLs. Source: apiserver cel/library/urls.go. */
export const URL_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('url', [overload('string_to_url', '(string) -> kubernetes.URL', toUrl)]),
  functionOf('getScheme', getter('url_get_scheme', 'string', ({ scheme }) => scheme)),
  functionOf('getHost', getter('url_get_host', 'string', ({ host }) => textOf(host))),
  functionOf('getHostname', getter('url_get_hostname', 'string', (url) => textOf(hostAndPort(url).host))),
  functionOf('getPort', getter('url_get_port', 'string', (url) => hostAndPort(url).port)),
  functionOf('getEscapedPath', getter('url_get_escaped_path', 'string', (url) => textOf(escapedPath(url)))),
  functionOf('getQuery', getter('url_get_query', 'map(string, list(string))', (url) =>
    stringMap([...queryOf(url)].map(([key, values]) => [key, madeList(values)] as const)),
  )),
  functionOf('isURL', [
    overload('is_url_string', '(string) -> bool', (text) =>
      typeof text === 'string' ? parseRequestUri(text).ok : orNoOverload(text),
    ),
  ]),
]
