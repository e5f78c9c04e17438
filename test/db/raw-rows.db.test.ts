import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { microsOf, openPool, type Database } from '../../src/db/pool.ts'
import { rawBoolean, rawBytes, rawInteger, rawRows, rawText, rawTextOrNull } from '../../src/db/raw-rows.ts'
import { testServer } from '../support/database.ts'

let db: Database
beforeAll(async () => { db = openPool(await testServer(), { purpose: 'test' }) })
afterAll(() => db.end())

describe('rawRows', () => {
  test('reads each type as it is', async () => {
    const rows: unknown[] = []
    await rawRows(db, `select -2::int4, 9007199254740991::int8, true, false, 'ä🐳', null::text, '\\x00ff'::bytea,
      timestamptz '2026-11-23 18:10:52.123456+00', timestamptz '1999-12-31 23:59:59.9+00', timestamptz '2026-11-23 18:10:52+00'`, [], (row) => rows.push([
      rawInteger(row[0]), rawInteger(row[1]), rawBoolean(row[2]), rawBoolean(row[3]), rawText(row[4]), rawTextOrNull(row[5]),
      rawBytes(row[6]!), ...[7, 8, 9].map((at) => microsOf(rawText(row[at]))),
    ]))
    expect(rows).toEqual([[-2, 9007199254740991, true, false, 'ä🐳', null, Buffer.from([0, 255]), 1795457452123456, 946684799900000, 1795457452000000]])
  })

  test('no rows', async () => {
    let count = 0
    await rawRows(db, 'select 1 where false', [], () => { count++ })
    expect(count).toBe(0)
  })

  test('page after page, with work between them, never hangs and loses nothing', async () => {
    for (let page = 0; page < 40; page++) {
      let bytes = 0
      await rawRows(db, "select repeat('x', 2000) from generate_series(1, $1::int)", [page * 50], (row) => { bytes += rawText(row[0]).length })
      expect(bytes).toBe(page * 50 * 2_000)
      for (const until = performance.now() + 2; performance.now() < until;);
    }
  })

  for (const { query, take, says } of [
    { query: 'select 1/0', take: () => {}, says: 'division by zero' },
    { query: 'select 10 / (5000 - g) from generate_series(1, 9000) g', take: () => {}, says: 'division by zero' },
    { query: 'select g from generate_series(1, 9000) g', take: () => { throw new Error('taker') }, says: 'taker' },
  ]) {
    test(`an error of the query or of the taker is the caller's: ${says}`, async () => {
      expect(rawRows(db, query, [], take)).rejects.toThrow(says)
      expect(await db`select 1 as x`).toHaveLength(1)
    })
  }
})
