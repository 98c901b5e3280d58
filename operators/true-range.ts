/**
 * How far prices went from the close before to the extremes of a bar; NaN where there was no close before. The close
 * before mostly lies within the bar, so that a processor foretells both comparisons, as it does not with `Math.max`.
 */
export const trueRangeOf = (high: number, low: number, before: number): number =>
  (high >= before ? high : before) - (low <= before ? low : before)
