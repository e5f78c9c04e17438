import type { Entry } from '../projections/entry.ts'
import { unsupportedMediaType } from '../meta/status.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'

export function applyFrom(_frame: Frame, _wish: PatchWish, _current: Entry | undefined): Decided {
  return refused(unsupportedMediaType('server-side apply'))
}
