/** A table whose columns are flush in the source too: text to the left, numbers to the right. */
export const markdown = (head: readonly string[], lines: readonly (readonly string[])[]): string => {
  const isNumber = head.map((_, i) => lines.every(cells => /^[[\d-]|^$|^lost$/.test(cells[i]!)))
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map(cells => cells[i]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |\n`
  const rule = widths.map((width, i) => (isNumber[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [head, rule, ...lines].map(line).join('')
}

/** As many digits as a time is good for; NaN is none. */
export const cellOf = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(value < 10 ? 1 : 0))
