import { expect, test } from 'bun:test'
import { validateListOptions, type ListWish } from '../../src/meta/list-options.ts'

const plain: ListWish = {
  watch: false, resourceVersion: '', resourceVersionMatch: '', continueToken: '',
}
const MATCH = 'resourceVersionMatch'

test.each<[Partial<ListWish>, string[]]>([
  [{}, []],
  [{ resourceVersion: '5', resourceVersionMatch: 'Exact' }, []],
  [{ resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' }, []],
  [{ resourceVersionMatch: 'Exact' }, [`${MATCH}: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`]],
  [{ resourceVersion: '5', resourceVersionMatch: 'Exact', continueToken: 'x' }, [`${MATCH}: Forbidden: resourceVersionMatch is forbidden when continue is provided`]],
  [{ resourceVersion: '5', resourceVersionMatch: 'foo' }, [`${MATCH}: Unsupported value: "foo": supported values: "Exact", "NotOlderThan", ""`]],
  [{ resourceVersion: '0', resourceVersionMatch: 'Exact' }, [`${MATCH}: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`]],
  [{ sendInitialEvents: false }, ['sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list']],
  [{ watch: true }, []],
  [{ watch: true, continueToken: 'x' }, [`${MATCH}: Forbidden: resourceVersionMatch is forbidden when continue is provided`]],
  [{ watch: true, resourceVersion: '5', continueToken: 'x' }, []],
  [{ watch: true, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }, []],
  [{ watch: true, sendInitialEvents: true }, [`${MATCH}: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`]],
  [{ watch: true, resourceVersionMatch: 'NotOlderThan' }, [`${MATCH}: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided`]],
  [
    { watch: true, resourceVersionMatch: 'Exact', continueToken: 'x' },
    [
      `${MATCH}: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided`,
      `${MATCH}: Unsupported value: "Exact": supported values: "NotOlderThan"`,
      `${MATCH}: Forbidden: resourceVersionMatch is forbidden when continue is provided`,
    ],
  ],
])('%o', (wish, errors) => {
  const found = validateListOptions({ ...plain, ...wish })
  expect(found.map((e) => `${e.field}: ${e.message}`)).toEqual(errors)
})
