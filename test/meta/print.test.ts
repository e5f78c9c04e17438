import { expect, test } from 'bun:test'
import { labelsCell, listCell, shortListCell, textCell, unsetCell } from '../../src/meta/print.ts'
import { column, nameColumn } from '../../src/meta/table.ts'

test('cells', () => {
  expect([labelsCell({ b: '1', a: '2' }), labelsCell({}), labelsCell(undefined)]).toEqual([
    'a=2,b=1', '<none>', '<none>',
  ])
  expect([listCell(['a', 'b']), listCell([]), listCell(undefined)]).toEqual(['a,b', '<none>', '<none>'])
  expect([shortListCell(['a', 'b', 'c', 'd', 'e'], 3), shortListCell(['a'], 3), shortListCell([], 3)]).toEqual([
    'a,b,c + 2 more...', 'a', '<none>',
  ])
  expect([textCell('x'), textCell(''), textCell(undefined)]).toEqual(['x', '<none>', '<none>'])
  expect([unsetCell(0), unsetCell('x'), unsetCell(undefined)]).toEqual(['0', 'x', '<unset>'])
})

test('columns', () => {
  expect(nameColumn('The name.')).toEqual({
    name: 'Name', type: 'string', format: 'name', description: 'The name.', priority: 0,
  })
  expect(column('IP', 'Where.', { priority: 1 }).priority).toBe(1)
})
