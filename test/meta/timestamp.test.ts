import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  ageText,
  humanDuration,
  isMomentSame,
  microTimeText,
  parseMicroTime,
  parseTime,
  shortHumanDuration,
  timeText,
  untilText,
} from '../../src/meta/timestamp.ts'
import durations from './golden/duration.json'
import times from './golden/time.json'

test.each(durations)('%o', ({ ms, long, short }) => {
  expect(humanDuration(ms)).toBe(long)
  expect(shortHumanDuration(ms)).toBe(short)
})

describe('times are read as Go reads RFC 3339', () => {
  for (const { text, micros } of times)
    test(JSON.stringify(text), () => {
      const instant = parseTime(text)
      expect(instant === undefined ? null : Math.round(instant * 1000)).toBe(micros)
    })
})

test('times are written in UTC, cut to the second or microsecond', () => {
  const instant = Date.UTC(2026, 0, 2, 15, 4, 5, 999)
  expect(timeText(instant)).toBe('2026-01-02T15:04:05Z')
  expect(microTimeText(instant)).toBe('2026-01-02T15:04:05.999000Z')
  expect(microTimeText(instant + 0.5)).toBe('2026-01-02T15:04:05.999500Z')
  expect(timeText(-1)).toBe('1969-12-31T23:59:59Z')
})

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: -6e13, max: 2.5e14 }), (instant) => {
      expect(parseTime(timeText(instant))).toBe(Math.floor(instant / 1000) * 1000)
      expect(parseMicroTime(microTimeText(instant))).toBe(instant)
    }),
  )
})

test('a MicroTime has exactly six digits', () => {
  expect(parseMicroTime('2026-01-02T15:04:05.123456Z')).toBeCloseTo(1767366245123.456, 2)
  expect(parseMicroTime('2026-01-02T15:04:05Z')).toBeUndefined()
  expect(parseMicroTime('2026-01-02T15:04:05.123Z')).toBeUndefined()
})

test('moments are compared, not texts', () => {
  expect(isMomentSame('2020-01-01T00:00:00Z', '2020-01-01T01:00:00+01:00')).toBe(true)
  expect(isMomentSame('2020-01-01T00:00:00Z', '2020-01-01T00:00:01Z')).toBe(false)
  expect(isMomentSame(undefined, null)).toBe(true)
  expect(isMomentSame(undefined, '2020-01-01T00:00:00Z')).toBe(false)
})

test('ages of tables', () => {
  const now = Date.UTC(2026, 0, 1, 0, 5, 30)
  expect(ageText('2026-01-01T00:00:00Z', now)).toBe('5m30s')
  expect(untilText('2026-01-01T00:06:00Z', now)).toBe('30s')
  for (const absent of [undefined, null, '', 'x']) expect(ageText(absent, now)).toBe('<unknown>')
})
