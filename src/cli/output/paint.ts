/** Marks of what came, went and changed. */
export interface Paint {
  added(text: string): string
  removed(text: string): string
  changed(text: string): string
  strong(text: string): string
  faint(text: string): string
}

const wrap =
  (on: boolean, start: number, end: number) =>
  (text: string): string =>
    on ? `\u001b[${start}m${text}\u001b[${end}m` : text

/** ANSI colours, or plain text. */
export const paint = (colour: boolean): Paint => ({
  added: wrap(colour, 32, 39),
  removed: wrap(colour, 31, 39),
  changed: wrap(colour, 33, 39),
  strong: wrap(colour, 1, 22),
  faint: wrap(colour, 2, 22),
})
