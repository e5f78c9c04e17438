/** Lines of aligned columns, three spaces apart as kubectl's; the last column is not padded. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  colour = false,
): string {
  const all = [header, ...rows]
  const widths = header.map((_, i) => Math.max(...all.map((row) => Bun.stringWidth(row[i] ?? ''))))
  return all
    .map((row, n) => {
      const line = row
        .map((cell, i) =>
          i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - Bun.stringWidth(cell)),
        )
        .join('   ')
      return colour && n === 0 ? `\u001b[2m${line}\u001b[22m\n` : `${line}\n`
    })
    .join('')
}
