/**
 * ln(a / b), with all the digits that the difference of the two has: a move of 1e-4 at a price of 1e9 keeps thirteen,
 * where the logarithm of the quotient keeps three.
 * NaN where one of them is not positive.
 */
export const logRatio = (a: number, b: number): number => (a > 0 && b > 0 ? Math.log1p((a - b) / b) : Number.NaN)
