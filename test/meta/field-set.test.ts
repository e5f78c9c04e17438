import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  difference,
  elementsOf,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  hasField,
  intersection,
  isBare,
  leaves,
  pathsOf,
  recursiveDifference,
  setOfPaths,
  union,
} from '../../src/meta/field-set.ts'
import { compareElements, type PathElement } from '../../src/meta/path-element.ts'

type Path = PathElement[]

const element = fc.constantFrom(
  'f:a',
  'f:b',
  'f:__proto__',
  'f:constructor',
  'k:{"name":"x"}',
  'k:{"port":443}',
  'k:{"port":80}',
  'v:"z"',
  'i:2',
  'i:10',
)
const path = fc.array(element, { minLength: 1, maxLength: 4 })
const paths = fc.array(path, { maxLength: 8 })

/** The model: a set of paths as texts. */
const model = (list: readonly Path[]): Set<string> => new Set(list.map((p) => JSON.stringify(p)))
const modelOf = (set: FieldSet): Set<string> => model(pathsOf(set))
const check = (a: FieldSet, wanted: Set<string>): void => {
  expect(modelOf(a)).toEqual(wanted)
  expect(isBare(a)).toBe(wanted.size === 0)
  expectCanonical(a)
}

/** Keys in order, no member `.` without children, nothing that holds nothing. */
function expectCanonical(set: FieldSet): void {
  const elements = elementsOf(set)
  for (let i = 1; i < elements.length; i++) {
    expect(compareElements(elements[i - 1]!, elements[i]!)).toBeLessThan(0)
  }
  for (const each of elements) {
    const node = set[each]!
    if (node['.'] !== undefined) expect(elementsOf(node).length).toBeGreaterThan(0)
    expectCanonical(node)
  }
}

describe('a field set agrees with a set of paths', () => {
  test('made of paths, and each path is in it', () => {
    fc.assert(
      fc.property(paths, path, (list, other) => {
        const set = setOfPaths(list)
        check(set, model(list))
        expect(hasField(set, other)).toBe(model(list).has(JSON.stringify(other)))
      }),
    )
  })

  test('union, intersection and difference', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const [left, right] = [setOfPaths(a), setOfPaths(b)]
        const before = JSON.stringify([left, right])
        check(union(left, right), model([...a, ...b]))
        check(intersection(left, right), model(a).intersection(model(b)))
        check(difference(left, right), model(a).difference(model(b)))
        expect(JSON.stringify([left, right])).toBe(before)
      }),
    )
  })

  test('recursive difference takes what stands below as well', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const gone = (p: Path): boolean => b.some((q) => q.every((each, i) => p[i] === each))
        check(recursiveDifference(setOfPaths(a), setOfPaths(b)), model(a.filter((p) => !gone(p))))
      }),
    )
  })

  test('leaves have nothing below them', () => {
    fc.assert(
      fc.property(paths, (a) => {
        const inner = (p: Path): boolean =>
          a.some((q) => q.length > p.length && p.every((each, i) => q[i] === each))
        check(leaves(setOfPaths(a)), model(a.filter((p) => !inner(p))))
      }),
    )
  })

  test('equal sets have equal texts', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const [left, right] = [setOfPaths(a), setOfPaths(b)]
        expect(equalSets(left, right)).toBe(JSON.stringify(left) === JSON.stringify(right))
        expect(equalSets(left, setOfPaths(a.toReversed()))).toBe(true)
      }),
    )
  })
})

test('a set is FieldsV1', () => {
  const set = setOfPaths([
    ['f:spec', 'f:containers', 'k:{"name":"web"}'],
    ['f:spec', 'f:containers', 'k:{"name":"web"}', 'f:image'],
    ['f:metadata', 'f:finalizers', 'v:"x"'],
    ['f:spec', 'f:replicas'],
  ])
  expect(JSON.stringify(set)).toBe(
    '{"f:metadata":{"f:finalizers":{"v:\\"x\\"":{}}},"f:spec":{"f:containers":' +
      '{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{}}},"f:replicas":{}}}',
  )
})

test('a level lists its own fields before those below', () => {
  const set = setOfPaths([['f:a', 'f:x'], ['f:b'], ['f:a']])
  expect(pathsOf(set)).toEqual([['f:a'], ['f:b'], ['f:a', 'f:x']])
})

test('nothing taken away gives the very same set', () => {
  const set = setOfPaths([['f:a', 'f:b']])
  expect(difference(set, setOfPaths([['f:a']]))).toBe(set)
  expect(difference(set, EMPTY_SET)).toBe(set)
  expect(union(set, EMPTY_SET)).toBe(set)
})
