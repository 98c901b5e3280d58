import { quantileOf, sorted } from '../../engine/figures/arithmetic.ts'
import { escaped } from '../look/html.ts'
import { count } from '../terminal.ts'
import { spanText } from './format.ts'

/** How many lie between two values; `tone` is what the look calls the colour. */
export interface Bin {
  readonly label: string
  readonly count: number
  readonly tone: 'up' | 'down' | 'c0'
}

const WIDTH = 250
const HEIGHT = 140
const FOOT = 18
const BINS = 32

/** Even steps of a round width. What lies beyond 99 % of many values is counted in the bins at the ends. */
export const evenBins = (values: readonly number[], text: (value: number) => string): readonly Bin[] => {
  if (values.length === 0) return []
  const ordered = sorted(values)
  const tail = values.length > 200 ? 0.005 : 0
  const [low, high] = [quantileOf(ordered, tail), quantileOf(ordered, 1 - tail)]
  const step = roundStep((high - low || Math.abs(high) || 1) / BINS)
  const first = Math.floor(low / step)
  const bins = Math.max(1, Math.floor(high / step) - first + 1)
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor(value / step) - first))]! += 1
  return counts.map((count, i) => {
    const from = (first + i) * step
    return { label: `${text(from)} to ${text(from + step)}`, count, tone: from < 0 ? 'down' : 'up' }
  })
}

const roundStep = (rough: number): number => {
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5].find(times => times * power >= rough) ?? 10)
}

/** Times, microseconds: each bin is some 2 times as long as the one before. */
export const timeBins = (spans: readonly number[]): readonly Bin[] => {
  const edges = [0, ...Array.from({ length: 40 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** (Math.floor(i / 3) + 2))]
  const counts = edges.map((edge, i) => spans.filter(span => span >= edge && span < (edges[i + 1] ?? Infinity)).length)
  const used = counts.flatMap((found, i) => (found > 0 ? [i] : []))
  return edges.slice(used[0] ?? 0, (used.at(-1) ?? -1) + 1).map((edge, i) => {
    const place = i + (used[0] ?? 0)
    return { label: `${spanText(edge)} to ${spanText(edges[place + 1] ?? edge)}`, count: counts[place]!, tone: 'c0' }
  })
}

/** A picture of bins; what it shows is said, and each bar tells its numbers. */
export const histogram = (title: string, bins: readonly Bin[], ends: readonly [string, string]): string => {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const room = WIDTH / Math.max(1, bins.length)
  const bars = bins.map(({ label, count: found, tone }, i) => {
    const height = found === 0 ? 0 : Math.max(1.5, (found / most) * (HEIGHT - FOOT - 14))
    const place = `x="${(i * room + 0.5).toFixed(1)}" y="${(HEIGHT - FOOT - height).toFixed(1)}"`
    const size = `width="${Math.max(0.5, room - 1).toFixed(1)}" height="${height.toFixed(1)}"`
    return `<rect ${place} ${size} fill="var(--${tone})"><title>${escaped(label)}: ${count(found)}</title></rect>`
  })
  const top = bins.reduce((best, bin) => (bin.count > best.count ? bin : best), bins[0] ?? { label: '', count: 0 })
  const told = `${title}: ${count(bins.reduce((sum, bin) => sum + bin.count, 0))}, most of them ${top.label}`
  return [
    `<figure><figcaption>${escaped(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(told)}">`,
    `<text x="0" y="10">${count(most)}</text>`,
    ...bars,
    `<path class="base" d="M0 ${HEIGHT - FOOT + 0.5}H${WIDTH}"/>`,
    `<text x="0" y="${HEIGHT - 3}">${escaped(ends[0])}</text>`,
    `<text x="${WIDTH}" y="${HEIGHT - 3}" text-anchor="end">${escaped(ends[1])}</text>`,
    '</svg></figure>',
  ].join('')
}
