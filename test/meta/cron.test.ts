import { describe, expect, test } from 'bun:test'
import { parseCron } from '../../src/meta/cron.ts'
import { timeZoneProblem } from '../../src/meta/time-zone.ts'

const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)

describe('parseCron', () => {
  // The messages for what is wrong are held to upstream's in test/golden/cronjob.
  test.each([
    ['* * * * *', 'minutes', range(0, 59), true],
    ['*/20 * * * *', 'minutes', [0, 20, 40], false],
    ['5/20 * * * *', 'minutes', [5, 25, 45], false],
    ['1-7/3,30 * * * *', 'minutes', [1, 4, 7, 30], false],
    ['0 ? * * *', 'hours', range(0, 23), true],
    ['0 0 * feb-APR *', 'months', [2, 3, 4], false],
    ['0 0 * * sun,Mon', 'weekdays', [0, 1], false],
    ['0 0 10-31/7 * *', 'days', [10, 17, 24, 31], false],
    ['@hourly', 'minutes', [0], false],
    ['@weekly', 'weekdays', [0], false],
  ] as const)('%s has %s %j', (text, field, values, any) => {
    const parsed = parseCron(text)
    if (!parsed.ok || !('minutes' in parsed.value)) throw new Error(JSON.stringify(parsed))
    expect([...parsed.value[field].values]).toEqual([...values])
    expect(parsed.value[field].any).toBe(any)
  })

  test.each([
    ['@every 1h30m', 5400],
    ['@every 20ms', 1],
  ])('%s is every %d seconds', (text, everySeconds) => {
    expect(parseCron(text)).toEqual({ ok: true, value: { everySeconds, timeZone: undefined } })
  })

  test('a zone before the schedule is kept', () => {
    const parsed = parseCron('CRON_TZ=Asia/Kolkata 0 0 * * *')
    expect(parsed.ok && parsed.value.timeZone).toBe('Asia/Kolkata')
  })
})

test.each([
  ['Europe/Berlin', undefined],
  ['US/Eastern', undefined],
  ['UTC', undefined],
  ['europe/berlin', 'unknown time zone europe/berlin'],
  ['EUROPE/BERLIN', 'unknown time zone EUROPE/BERLIN'],
  ['+01:00', 'unknown time zone +01:00'],
  ['Nowhere', 'unknown time zone Nowhere'],
  ['../etc/passwd', 'time: invalid location name'],
])('time zone %s: %p', (name, problem) => {
  expect(timeZoneProblem(name)).toBe(problem)
})
