import { RE2JS } from 're2js'
import { CEL_PATTERNS_KEPT_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'

/** A compiled regular expression in RE2's language, which takes time linear in the text. */
export interface Pattern {
  readonly matches: (text: string) => boolean
  /** The places of the first `most` matches, from left to right; -1 is all of them. */
  readonly find: (text: string, most: number) => string[]
}

/** Compiles a pattern. Errors are Go's. */
export function compilePattern(text: string): Result<Pattern, string> {
  const known = kept.get(text)
  if (known) return known
  const compiled = compile(text)
  if (kept.size >= CEL_PATTERNS_KEPT_MAX) kept.clear()
  kept.set(text, compiled)
  return compiled
}

/** Compiled patterns by text: a memory of a pure function. */
const kept = new Map<string, Result<Pattern, string>>()

function compile(text: string): Result<Pattern, string> {
  try {
    const compiled = RE2JS.compile(text)
    return ok({
      matches: (given) => compiled.matcher(given).find(),
      find: (given, most) => {
        const found: string[] = []
        const matcher = compiled.matcher(given)
        let end = -1
        while ((most < 0 || found.length < most) && matcher.find()) {
          const text = matcher.group() ?? ''
          // Go leaves out empty matches right behind another.
          if (text !== '' || matcher.start() !== end) found.push(text)
          end = matcher.end()
        }
        return found
      },
    })
  } catch (error) {
    // re2js throws for patterns of users: a failure like any other here.
    return err(error instanceof Error ? error.message : String(error))
  }
}
