import { describe, expect, test } from 'bun:test'
import { ExpressionCompiler, RETURNS, STATELESS } from '../../../src/resources/admissionregistration/expression-compiler.ts'

const SCOPE = { params: false, authorizer: true }
const problem = (text: string, scope = SCOPE, compiler = STATELESS): string => {
  const compiled = compiler.compile(text, RETURNS.condition, scope, 'new')
  return compiled.ok ? '' : compiled.error
}

describe('what expressions may speak of', () => {
  test.each([
    ['object.metadata.name == request.name', ''],
    ['request.userInfo.groups.exists(g, g == "a")', ''],
    ['namespaceObject.metadata.labels["a"] == "b"', ''],
    ['authorizer.requestResource.check("get").allowed()', ''],
    ['request.nothing == 1', 'undefined field'],
    ['params == null', 'undeclared reference'],
    ['variables.a', 'undeclared reference'],
    ['1', 'must evaluate to bool but got int'],
  ])('%s', (text, wanted) => {
    const told = problem(text)
    expect(wanted === '' ? told : told.includes(wanted)).toBe(wanted === '' ? '' : true)
  })

  test('params and the authorizer where they are allowed', () => {
    expect(problem('params == null', { params: true, authorizer: false })).toBe('')
    expect(problem('authorizer.path("/").check("get").allowed()', { params: true, authorizer: false })).toContain('undeclared')
  })
})

describe('variables', () => {
  test('are seen with the type they were found to have, those before alone', () => {
    const compiler = new ExpressionCompiler(true)
    expect(compiler.variable('a', '1', SCOPE, 'new').ok).toBe(true)
    expect(compiler.variable('broken', 'nothing', SCOPE, 'new').ok).toBe(false)
    expect(problem('variables.a == 1', SCOPE, compiler)).toBe('')
    expect(problem('variables.broken == 1', SCOPE, compiler)).toBe('')
    expect(problem('variables.a == "1"', SCOPE, compiler)).toContain('no matching overload')
    expect(problem('variables.b == 1', SCOPE, compiler)).toContain('undefined field')
  })

  test('of one policy are none of another', () => {
    expect(problem('variables.a == 1', SCOPE, new ExpressionCompiler(true))).toContain('undefined field')
  })
})

test('patches are made of literals where they are wanted', () => {
  const patches = { ...SCOPE, patches: true }
  const literal = 'Object{spec: Object.spec{replicas: 1}}'
  expect(STATELESS.compile(literal, RETURNS.applyConfiguration, patches, 'new').ok).toBe(true)
  expect(STATELESS.compile(literal, RETURNS.applyConfiguration, SCOPE, 'new').ok).toBe(false)
  expect(STATELESS.compile('[JSONPatch{op: "remove", path: "/a"}]', RETURNS.jsonPatch, patches, 'new').ok).toBe(true)
})
