/** What a request is about. Source: apiserver endpoints/request/requestinfo.go. */
export interface RequestInfo {
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly resource: string
  readonly name: string
  readonly subresource: string
  /** What follows the subresource, for proxies: starts with '/' or is empty. */
  readonly rest: string
  readonly verb: string
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete',
}

/** Subresources of a namespace, to tell `/namespaces/x/status` from a resource inside x. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize']

/**
 * Reads method and path; undefined when the path is not well encoded. Segments are decoded one by one; a
 * segment that is empty or decodes to something with a slash makes the request no resource request, so
 * that router and authorizer can never see two different things (path confusion).
 */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  const parts = segments(path)
  if (!parts) return undefined
  const verb = METHOD_VERBS[method] ?? method.toLowerCase()
  if (parts === 'odd') return nonResource(verb)
  const core = parts[0] === 'api'
  if (parts.length < 3 || (!core && (parts[0] !== 'apis' || parts.length < 4))) return nonResource(verb)
  const group = core ? '' : parts[1]!
  const version = core ? parts[1]! : parts[2]!
  return resourceInfo(group, version, parts.slice(core ? 2 : 3), verb, query)
}

function resourceInfo(
  group: string,
  version: string,
  parts: string[],
  verb: string,
  query: URLSearchParams,
): RequestInfo {
  let namespace = ''
  // `watch` as a path prefix is deprecated and still served upstream.
  const watching = parts[0] === 'watch' && parts.length > 1
  let left = watching ? parts.slice(1) : parts
  if (left[0] === 'namespaces' && left.length > 2 && !NAMESPACE_SUBRESOURCES.includes(left[2]!)) {
    namespace = left[1]!
    left = left.slice(2)
  } else if (left[0] === 'namespaces' && left.length > 1) namespace = left[1]!
  const [resource = '', name = '', subresource = '', ...rest] = left
  const info = {
    isResource: true, group, version, namespace, resource, name, subresource,
    rest: rest.length > 0 ? `/${rest.join('/')}` : '',
  }
  return { ...info, verb: verbOf(verb, name, watching, query) }
}

function verbOf(verb: string, name: string, watching: boolean, query: URLSearchParams): string {
  if (watching && verb === 'get') return 'watch'
  if (name !== '') return verb
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list'
  return verb === 'delete' ? 'deletecollection' : verb
}

/** Query booleans as upstream converts them: present and not false-like. Source: conversion/queryparams. */
export const isTrue = (text: string | null): boolean =>
  text !== null && text.toLowerCase() !== 'false' && text !== '0'

const nonResource = (verb: string): RequestInfo => ({
  isResource: false, group: '', version: '', namespace: '', resource: '', name: '', subresource: '',
  rest: '', verb,
})

function segments(path: string): string[] | 'odd' | undefined {
  const parts = path.split('/')
  parts.shift()
  if (parts.at(-1) === '') parts.pop()
  if (path.includes('//')) return 'odd'
  if (!path.includes('%')) return parts
  const decoded: string[] = []
  for (const part of parts) {
    const text = decodeSegment(part)
    if (text === undefined) return undefined
    if (text === '' || text.includes('/')) return 'odd'
    decoded.push(text)
  }
  return decoded
}

/** What is wrong with a name in a path. Source: apimachinery api/validation/path IsValidPathSegmentName. */
export function badPathName(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`
  return name.includes('%') ? "may not contain '%'" : undefined
}

function decodeSegment(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
