/** A stop on each side of the price, of which one is in force: each moves towards the price, never away from it. */
export interface Trail {
  upper: number
  lower: number
  close: number
  readonly out: { stop: number; direction: number }
}

export const trail = (): Trail => ({
  upper: Infinity,
  lower: -Infinity,
  close: Number.NaN,
  out: { stop: Number.NaN, direction: 0 },
})

/**
 * Takes the close of a bar and where its stops would be. A stop that the close before has broken is set anew; a close
 * that reaches the one in force turns the direction. The first direction is the caller's to set.
 */
export const slideTrail = (trail: Trail, upper: number, lower: number, close: number): Trail['out'] => {
  const { out } = trail
  if (upper < trail.upper || trail.close > trail.upper) trail.upper = upper
  if (lower > trail.lower || trail.close < trail.lower) trail.lower = lower
  trail.close = close
  out.direction = close <= (out.direction > 0 ? trail.lower : trail.upper) ? -1 : 1
  out.stop = out.direction > 0 ? trail.lower : trail.upper
  return out
}
