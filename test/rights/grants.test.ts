import { describe, expect, test } from 'bun:test'
import type { PolicyRule } from '../../src/resources/generated/rbac.gen.ts'
import { onResource, type Attributes } from '../../src/rights/attributes.ts'
import { Grants } from '../../src/rights/grants.ts'

/** `verb group/resource/subresource name`, or `verb path`. */
function attributesOf(text: string): Attributes {
  const [verb = '', what = '', name = ''] = text.split(' ')
  if (what.startsWith('/')) return { ...onResource({ verb, group: '', resource: '' }), isResource: false, path: what }
  const [group = '', resource = '', ...subresource] = what.split(':').at(-1)!.split('|')
  return onResource({ verb, group, resource, subresource: subresource.join('/'), name })
}

const rule = (verbs: string, groups: string, resources: string, names = ''): PolicyRule => ({
  verbs: verbs.split(','), apiGroups: groups.split(','), resources: resources.split(','),
  ...(names !== '' && { resourceNames: names.split(',') }),
})
const urls = (verbs: string, ...nonResourceURLs: string[]): PolicyRule => ({ verbs: verbs.split(','), nonResourceURLs })

/** Source of the meaning: pkg/apis/rbac/v1/evaluation_helpers_test.go and rbac_test.go. */
describe('a rule allows', () => {
  test.each<[PolicyRule, string, boolean]>([
    [rule('get', '', 'pods'), 'get |pods', true],
    [rule('get', '', 'pods'), 'list |pods', false],
    [rule('get', '', 'pods'), 'get apps|pods', false],
    [rule('get', '', 'pods'), 'get |pods|log', false],
    [rule('get', '', 'pods/log'), 'get |pods|log', true],
    [rule('get', '', 'pods/log'), 'get |pods', false],
    [rule('get', '', '*'), 'get |pods|log', true],
    [rule('get', '', '*/log'), 'get |pods|log', true],
    [rule('get', '', '*/log'), 'get |pods|exec', false],
    [rule('get', '', '*/log'), 'get |pods', false],
    [rule('get', '', 'pods/*'), 'get |pods|log', false],
    [rule('get', '', 'pods/'), 'get |pods', false],
    [rule('*', '*', '*'), 'teleport any.example|thing|part name', true],
    [rule('*', '*', '*'), 'get /metrics', false],
    [rule('get', '*', 'pods'), 'get metrics.k8s.io|pods', true],
    [rule('get', '', 'pods', 'a,b'), 'get |pods a', true],
    [rule('get', '', 'pods', 'a,b'), 'get |pods c', false],
    [rule('get', '', 'pods', 'a,b'), 'get |pods', false],
    [rule('*', '', 'pods', 'a'), 'delete |pods a', true],
    [urls('get', '/metrics'), 'get /metrics', true],
    [urls('get', '/metrics'), 'get /metrics/x', false],
    [urls('get', '/metrics'), 'post /metrics', false],
    [urls('get', '/metrics/*'), 'get /metrics/x', true],
    [urls('get', '/metrics/*'), 'get /metrics', false],
    [urls('get', '/metrics*'), 'get /metricsx', true],
    [urls('*', '*'), 'post /anything', true],
    [urls('*', '*'), 'get |pods', false],
  ])('%j: %s is %p', (one, question, answer) => {
    expect(new Grants([one]).allows(attributesOf(question))).toBe(answer)
  })

  test('a review may join resource and subresource', () => {
    const grants = new Grants([rule('get', '', 'pods/log')])
    expect(grants.allows(onResource({ verb: 'get', group: '', resource: 'pods/log' }))).toBe(true)
    expect(grants.allows(onResource({ verb: 'get', group: '', resource: 'pods/exec' }))).toBe(false)
  })

  test('rules add up, and names of one do not widen another', () => {
    const grants = new Grants([rule('get', '', 'pods'), rule('delete', '', 'pods', 'a'), rule('list', 'apps', 'pods')])
    expect(['get |pods b', 'delete |pods a', 'delete |pods b', 'list |pods', 'get |pods'].map((text) => grants.allows(attributesOf(text)))).toEqual(
      [true, true, false, false, true],
    )
  })
})
