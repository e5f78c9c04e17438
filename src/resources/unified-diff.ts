/** Lines shown around each change. Source: apimachinery util/diff Diff. */
const CONTEXT_LINES = 3

/** What differs between two values, as a unified diff of their JSON with an indent of one. */
export function unifiedDiff(before: unknown, after: unknown): string {
  const a = JSON.stringify(before, null, 1).split('\n')
  const b = JSON.stringify(after, null, 1).split('\n')
  return hunks(edits(a, b)).join('')
}

interface Edit {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** The shortest way from one list of lines to the other, by their longest common subsequence. */
function edits(a: readonly string[], b: readonly string[]): Edit[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++
  const same = (text: string): Edit => ({ mark: ' ', text })
  return [
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ]
}

function middle(a: readonly string[], b: readonly string[]): Edit[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] =
        a[i] === b[j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const result: Edit[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({ mark: ' ', text: a[i++]! })
      j++
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      result.push({ mark: '-', text: a[i++]! })
    else result.push({ mark: '+', text: b[j++]! })
  }
  return result
}

function hunks(all: readonly Edit[]): string[] {
  const texts: string[] = []
  let oldLine = 1
  let newLine = 1
  let i = 0
  while (i < all.length) {
    const change = all.findIndex((edit, at) => at >= i && edit.mark !== ' ')
    if (change < 0) break
    const start = Math.max(i, change - CONTEXT_LINES)
    oldLine += start - i
    newLine += start - i
    const end = endOfHunk(all, change)
    const part = all.slice(start, end)
    const olds = part.filter(({ mark }) => mark !== '+').length
    const news = part.filter(({ mark }) => mark !== '-').length
    texts.push(`@@ -${oldLine},${olds} +${newLine},${news} @@\n`)
    texts.push(...part.map(({ mark, text }) => `${mark}${text}\n`))
    oldLine += olds
    newLine += news
    i = end
  }
  return texts
}

/** Changes that are near each other share a hunk. */
function endOfHunk(all: readonly Edit[], change: number): number {
  let last = change
  for (let i = change; i < all.length && i - last <= 2 * CONTEXT_LINES; i++)
    if (all[i]!.mark !== ' ') last = i
  return Math.min(all.length, last + 1 + CONTEXT_LINES)
}
