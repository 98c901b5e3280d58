import { checkSpans, type Spans } from './rows.ts'

/**
 * How much of each label is its own: the mean, over the life of the label, of one part in as many as live at that time.
 * As weights they count a stretch of time once, however many labels tell of it; their sum is the number of rows that
 * the sample is worth. Rows of several instruments are weighed apart.
 *
 * A label lives from its event to its end; one whose end is its event has the weight 1.
 *
 * Fails: Defect ASSERT for rows that are not in order.
 * Source: Lopez de Prado 2018, Advances in Financial Machine Learning, 4.4, in time in place of bars.
 *
 * @example
 * [...uniqueness({ from: [0, 2, 10], until: [4, 4, 11] })] // => [0.75, 0.5, 1]
 */
export const uniqueness = (spans: Spans): Float64Array => {
  checkSpans('uniqueness', spans)
  const { from, until } = spans
  const order = Uint32Array.from({ length: from.length }, (_, row) => row).sort((a, b) => until[a]! - until[b]!)
  // What the shares have come to when a label begins, then how much more when it ends.
  const shares = new Float64Array(from.length)
  let [now, sum, alive, ended] = [from[0] ?? 0, 0, 0, 0]
  const moveTo = (time: number): void => {
    if (alive > 0) sum += (time - now) / alive
    now = time
  }
  const endUntil = (time: number): void => {
    for (let row = order[ended]; row !== undefined && until[row]! <= time && row < begun; row = order[ended]) {
      moveTo(until[row]!)
      const life = until[row]! - from[row]!
      shares[row] = life > 0 ? (sum - shares[row]!) / life : 1
      alive -= 1
      ended += 1
    }
  }
  let begun = 0
  for (; begun < from.length; begun++) {
    endUntil(from[begun]!)
    moveTo(from[begun]!)
    shares[begun] = sum
    alive += 1
  }
  endUntil(Infinity)
  return shares
}
