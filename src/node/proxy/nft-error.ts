/** An error's first line; nftables repeats the whole command below it. */
export function firstError(text: string): string {
  const line = text.split('\n').find((each) => each.includes('Error')) ?? text
  return line.trim().slice(0, 500)
}
