/**
 * Solves A x = b for a symmetric A, given row by row, that is positive definite; null when it is not, so that there is
 * no one x. `A` is used up.
 *
 * @example
 * [...solve(Float64Array.of(4, 2, 2, 2), Float64Array.of(2, 3))] // => [-0.5, 2]
 * solve(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1)) // => null
 */
export const solve = (a: Float64Array, b: Float64Array): Float64Array | null => {
  const size = b.length
  for (let row = 0; row < size; row++) {
    const diagonal = a[row * size + row]!
    for (let column = 0; column <= row; column++) {
      let left = a[row * size + column]!
      for (let k = 0; k < column; k++) left -= a[row * size + k]! * a[column * size + k]!
      if (column < row) a[row * size + column] = left / a[column * size + column]!
      else if (left > SINGULAR * diagonal) a[row * size + row] = Math.sqrt(left)
      else return null
    }
  }
  const x = b.slice()
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) x[row]! -= a[row * size + k]! * x[k]!
    x[row]! /= a[row * size + row]!
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) x[row]! -= a[k * size + row]! * x[k]!
    x[row]! /= a[row * size + row]!
  }
  return x
}

/** What is left of a diagonal by rounding alone. */
const SINGULAR = 1e-13
