/** A stream of numbers that looks like chance and is the same for the same seed and name, on every machine. */
export type Chance = Int32Array

/** Streams of different names do not depend on each other: what one draws does not move the other. */
export const chance = (seed: number, name: string): Chance => {
  let mixed = seed | 0
  for (let i = 0; i < name.length; i++) mixed = (Math.imul(mixed, 31) + name.charCodeAt(i)) | 0
  const state = new Int32Array(4)
  for (let i = 0; i < 4; i++) {
    mixed = (mixed + 0x9e3779b9) | 0
    const half = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
    state[i] = whole ^ (whole >>> 16)
  }
  for (let i = 0; i < WARM_UP; i++) word(state)
  return state
}

/** Evenly spread over [0, 1), in steps of 2^-32. */
export const even = (state: Chance): number => word(state) * 2 ** -32

/** A bell around 0 with deviation 1: the sum of four even draws. Only + - * /, so its bits are the same everywhere. */
export const bell = (state: Chance): number => {
  const a = word(state)
  const b = word(state)
  return ((a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16) - BELL_MEAN) / BELL_DEVIATION
}

/** Draws until a poor seed no longer shows. */
const WARM_UP = 12
const BELL_MEAN = 2 * 0xffff
/** The root of 4 (2^32 - 1) / 12. */
const BELL_DEVIATION = 37837.22703

/** 32 bits: Doty-Humphrey's small fast counting generator. */
const word = (state: Chance): number => {
  const a = state[0]!
  const b = state[1]!
  const c = state[2]!
  const counter = state[3]!
  const drawn = (a + b + counter) | 0
  state[0] = b ^ (b >>> 9)
  state[1] = (c + (c << 3)) | 0
  state[2] = (((c << 21) | (c >>> 11)) + drawn) | 0
  state[3] = (counter + 1) | 0
  return drawn >>> 0
}
