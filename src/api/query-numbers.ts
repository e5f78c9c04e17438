import { ok, err, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'
import { notAnInteger, type Status } from '../meta/status.ts'

const INT64_MAX = 2n ** 63n - 1n

/** A whole number of the query; undefined when it is not there. Source: apimachinery conversion, ParseInt. */
export function integerOf(query: URLSearchParams, name: string): Result<number | undefined, Status> {
  const text = query.get(name)
  if (text === null) return ok(undefined)
  if (!/^[+-]?[0-9]+$/.test(text)) return err(notAnInteger(text))
  const value = BigInt(text.replace('+', ''))
  if (value > INT64_MAX || value < -INT64_MAX - 1n) return err(notAnInteger(text, true))
  return ok(Number(value))
}

const UINT64_MAX = 2n ** 64n - 1n

/** What is wrong with a resourceVersion. Source: apiserver storage APIObjectVersioner ParseResourceVersion. */
export function versionProblem(text: string): string | undefined {
  const why = !/^[0-9]*$/.test(text) ? 'invalid syntax' : BigInt(text || '0') > UINT64_MAX ? 'value out of range' : undefined
  if (why === undefined) return undefined
  return `resourceVersion: Invalid value: ${goQuote(text)}: strconv.ParseUint: parsing ${goQuote(text)}: ${why}`
}
