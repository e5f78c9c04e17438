/**
 * Says whether `a` goes before `b`. It may contradict itself; then the steps decide the outcome.
 */
export type Before<T> = (a: T, b: T) => boolean

/**
 * Sorts in place with the very steps of Go's sort.SliceStable. Upstream's patch code passes an
 * order that claims "before" for elements it does not know, so the result depends on the algorithm.
 * Source: Go sort/zsortfunc.go stable_func (insertion sort of blocks of 20, then SymMerge).
 */
export function goStableSort<T>(list: T[], before: Before<T>): void {
  const length = list.length
  let block = 20
  let start = 0
  while (start + block <= length) {
    insertionSort(list, start, start + block, before)
    start += block
  }
  insertionSort(list, start, length, before)
  for (; block < length; block *= 2) mergeBlocks(list, block, before)
}

function mergeBlocks<T>(list: T[], block: number, before: Before<T>): void {
  let start = 0
  while (start + 2 * block <= list.length) {
    symMerge(list, { from: start, middle: start + block, to: start + 2 * block }, before)
    start += 2 * block
  }
  const middle = start + block
  if (middle < list.length) symMerge(list, { from: start, middle, to: list.length }, before)
}

function insertionSort<T>(list: T[], from: number, to: number, before: Before<T>): void {
  for (let i = from + 1; i < to; i++) {
    for (let j = i; j > from && before(list[j]!, list[j - 1]!); j--) swap(list, j, j - 1)
  }
}

interface Range {
  readonly from: number
  readonly middle: number
  readonly to: number
}

function symMerge<T>(list: T[], { from, middle, to }: Range, before: Before<T>): void {
  if (middle - from === 1) return insertLeft(list, { from, middle, to }, before)
  if (to - middle === 1) return insertRight(list, { from, middle, to }, before)
  const half = Math.floor((from + to) / 2)
  const sum = half + middle
  let low = middle > half ? sum - to : from
  let high = middle > half ? half : middle
  const last = sum - 1
  while (low < high) {
    const probe = Math.floor((low + high) / 2)
    if (before(list[last - probe]!, list[probe]!)) high = probe
    else low = probe + 1
  }
  const end = sum - low
  if (low < middle && middle < end) rotate(list, low, middle, end)
  if (from < low && low < half) symMerge(list, { from, middle: low, to: half }, before)
  if (half < end && end < to) symMerge(list, { from: half, middle: end, to }, before)
}

/** One element on the left: moves it behind all that go before it. */
function insertLeft<T>(list: T[], { from, middle, to }: Range, before: Before<T>): void {
  let low = middle
  let high = to
  while (low < high) {
    const probe = Math.floor((low + high) / 2)
    if (before(list[probe]!, list[from]!)) low = probe + 1
    else high = probe
  }
  for (let k = from; k < low - 1; k++) swap(list, k, k + 1)
}

/** One element on the right: moves it before the first that does not go before it. */
function insertRight<T>(list: T[], { from, middle }: Range, before: Before<T>): void {
  let low = from
  let high = middle
  while (low < high) {
    const probe = Math.floor((low + high) / 2)
    if (!before(list[middle]!, list[probe]!)) low = probe + 1
    else high = probe
  }
  for (let k = middle; k > low; k--) swap(list, k, k - 1)
}

/** Exchanges the neighbouring runs [from, middle) and [middle, to). */
function rotate<T>(list: T[], from: number, middle: number, to: number): void {
  const moved = [...list.slice(middle, to), ...list.slice(from, middle)]
  for (let i = 0; i < moved.length; i++) list[from + i] = moved[i]!
}

function swap<T>(list: T[], i: number, j: number): void {
  const kept = list[i]!
  list[i] = list[j]!
  list[j] = kept
}
