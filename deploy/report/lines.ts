import { dateOf } from '../../engine/figures/days.ts'
import { escaped } from '../look/html.ts'

const WIDTH = 360
const HEIGHT = 150
const FOOT = 18
const SIDE = 42

/** A figure of a moving window, day by day, as a picture; nothing when it has no value on two days. */
export const lineChart = (
  title: string,
  days: readonly number[],
  values: readonly (number | undefined)[],
  text: (value: number) => string,
): string => {
  const known = values.flatMap((value, i) => (value === undefined ? [] : [{ i, value }]))
  if (known.length < 2) return ''
  const numbers = known.map(({ value }) => value)
  const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)]
  const x = (i: number): number => SIDE + ((i - known[0]!.i) / (known.at(-1)!.i - known[0]!.i)) * (WIDTH - SIDE)
  const y = (value: number): number => 8 + (1 - (value - low) / (high - low || 1)) * (HEIGHT - FOOT - 8)
  const path = known.map(({ i, value }, place) => {
    const isNext = place > 0 && known[place - 1]!.i === i - 1
    return `${isNext ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`
  })
  const [first, last] = [known[0]!, known.at(-1)!]
  const [from, to] = [first, last].map(({ i, value }) => `${text(value)} on ${dateOf(days[i]!)}`)
  const told = `${title}: ${from}, ${to}`
  const level = (value: number): string =>
    `<path class="base" d="M${SIDE} ${y(value).toFixed(1)}H${WIDTH}"/>` +
    `<text x="${SIDE - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${escaped(text(value))}</text>`
  return [
    `<figure><figcaption>${escaped(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(told)}">`,
    level(0),
    ...(high > 0 ? [level(high)] : []),
    ...(low < 0 ? [level(low)] : []),
    `<path class="line" d="${path.join('')}"/>`,
    `<text x="${SIDE}" y="${HEIGHT - 3}">${dateOf(days[first.i]!)}</text>`,
    `<text x="${WIDTH}" y="${HEIGHT - 3}" text-anchor="end">${dateOf(days[last.i]!)}</text>`,
    '</svg></figure>',
  ].join('')
}
