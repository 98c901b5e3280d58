import { escaped } from '../look/html.ts'
import type { Pane, Picture, Series } from './picture.ts'

const WIDTH = 860
const AXIS = 66
const FOOT = 22
const GAP = 12
const MAIN = 210
const BELOW = 120

/** A picture that stands still: as it is drawn by `chart.js`, with all of it in view. */
export const svgOf = (picture: Picture): string => {
  const { title, market, panes } = picture
  const height = panes.reduce((sum, pane) => sum + heightOf(pane) + GAP, FOOT - GAP)
  let top = 0
  const drawn = panes.map(pane => {
    const text = paneOf(picture, pane, top)
    top += heightOf(pane) + GAP
    return text
  })
  const names = panes.slice(1).flatMap(({ series }) => series.map(({ name }) => name))
  const told = `${title} over ${market}: the price above, ${names.join(', ')} below`
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(told)}">`,
    ...drawn,
    timesOf(picture, height),
    '</svg>',
  ].join('\n')
}

const heightOf = ({ main }: Pane): number => (main ? MAIN : BELOW)
const digit = (value: number): string => String(Math.round(value * 10) / 10)

/** Where a row and a value stand. */
interface Scale {
  x(row: number): number
  y(value: number): number
}

const paneOf = ({ at, warmup, settle }: Picture, pane: Pane, top: number): string => {
  const height = heightOf(pane)
  const [low, high] = rangeOf(pane.series)
  const inner = WIDTH - AXIS
  const scale: Scale = {
    x: row => ((row + 0.5) / at.length) * inner,
    y: value => top + height - ((value - low) / (high - low)) * height,
  }
  const shade = (from: number, to: number, name: string): string => {
    const [left, right] = [from, Math.min(to, at.length)].map(row => scale.x(row - 0.5)) as [number, number]
    if (right <= left) return ''
    return `<rect class="${name}" x="${digit(left)}" y="${top}" width="${digit(right - left)}" height="${height}"/>`
  }
  const ticks = ticksOf(low, high, height / 44).map(
    ([tick, text]) =>
      `<path class="grid" d="M0 ${digit(scale.y(tick))}H${inner}"/>` +
      `<text x="${inner + 8}" y="${digit(scale.y(tick) + 4)}">${text}</text>`,
  )
  return [
    shade(0, warmup, 'warm'),
    shade(warmup, settle ?? 0, 'settling'),
    ...ticks,
    `<rect class="frame" x="0.5" y="${top + 0.5}" width="${inner}" height="${height}"/>`,
    ...pane.series.map(series => drawn(series, scale, inner / at.length)),
    legendOf(pane.series, top),
  ].join('\n')
}

const legendOf = (series: readonly Series[], top: number): string => {
  const names = series.map(({ name, colour, shape }) => {
    const paint = shape === 'marks' ? 'up' : colour
    return `<tspan dx="8" style="fill:var(--${paint})">■</tspan><tspan dx="4">${escaped(name)}</tspan>`
  })
  return `<text class="legend" x="2" y="${top + 16}">${names.join('')}</text>`
}

const rangeOf = (series: readonly Series[]): readonly [number, number] => {
  const numbers = series.flatMap(({ values, candles }) => (candles ? [...candles.high, ...candles.low] : values))
  const told = numbers.filter(value => value !== null)
  // Stems stand on it.
  if (series.some(({ shape }) => shape === 'stems')) told.push(0)
  const [low, high] = [Math.min(...told), Math.max(...told)]
  const room = (high - low) * 0.1 || Math.abs(high) * 0.05 || 1
  return [low - room, high + room]
}

const ticksOf = (low: number, high: number, most: number): readonly (readonly [number, string])[] => {
  const rough = (high - low) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const every = power * ([1, 2, 5].find(times => times * power >= rough) ?? 10)
  const digits = Math.max(0, -Math.floor(Math.log10(every) + 1e-9))
  const count = Math.floor(high / every) - Math.ceil(low / every) + 1
  return Array.from({ length: count }, (_, i) => {
    const tick = (Math.ceil(low / every) + i) * every
    const isPlain = digits <= 7 && Math.abs(tick) < 1e7
    return [tick, (isPlain ? tick.toFixed(digits) : tick.toExponential(1)).replace(/^-(0(\.0*)?)$/, '$1')]
  })
}

const drawn = (series: Series, scale: Scale, room: number): string => {
  if (series.shape === 'candles') return candlesOf(series, scale, room)
  const points = series.values.flatMap((value, row) => (value === null ? [] : [[row, scale.x(row), scale.y(value)]]))
  if (series.shape === 'marks') return points.map(([row, x, y]) => markOf(series.signs![row!]!, x!, y!)).join('')
  const paint = `style="stroke:var(--${series.colour})"`
  if (series.shape === 'stems') {
    const low = scale.y(0)
    const stems = points.map(([, x, y]) => `M${digit(x!)} ${digit(low)}V${digit(y!)}`)
    return `<path class="line" ${paint} d="${stems.join('')}"/>`
  }
  let before = -1
  const path = points.map(([row, x, y]) => {
    const isNext = before >= 0 && (series.shape === 'steps' || before === row! - 1)
    before = row!
    if (!isNext) return `M${digit(x!)} ${digit(y!)}`
    return series.shape === 'steps' ? `H${digit(x!)}V${digit(y!)}` : `L${digit(x!)} ${digit(y!)}`
  })
  return `<path class="line" ${paint} d="${path.join('')}"/>`
}

const candlesOf = ({ candles }: Series, { x, y }: Scale, room: number): string => {
  const { open, high, low, close } = candles!
  const count = high.filter(value => value !== null).length
  const body = Math.min(14, Math.max(1, (room * high.length * 0.66) / count))
  const paths = { up: '', down: '' }
  for (const [row, top] of high.entries()) {
    if (top === null) continue
    const [middle, from, to] = [digit(x(row)), y(open[row]!), y(close[row]!)]
    const box = `h${digit(body)}v${digit(Math.max(0.8, Math.abs(from - to)))}h-${digit(body)}z`
    const corner = `M${digit(x(row) - body / 2)} ${digit(Math.min(from, to))}`
    paths[close[row]! >= open[row]! ? 'up' : 'down'] +=
      `M${middle} ${digit(y(top))}V${digit(y(low[row]!))}${corner}${box}`
  }
  return `<path class="up" d="${paths.up}"/><path class="down" d="${paths.down}"/>`
}

const markOf = (sign: number, x: number, y: number): string => {
  if (sign === 0) return `<circle class="event" cx="${digit(x)}" cy="${digit(y)}" r="3"/>`
  const [name, tip] = [sign > 0 ? 'up' : 'down', y + 4 * sign]
  return `<path class="${name}" d="M${digit(x)} ${digit(tip)}l-4 ${8 * sign}h8z"/>`
}

const timesOf = ({ at, step }: Picture, height: number): string => {
  const places = [0.1, 0.3, 0.5, 0.7, 0.9].map(share => Math.floor(share * (at.length - 1)))
  const texts = places.map((row, i) => {
    const stamp = new Date(at[row]! / 1000).toISOString()
    const text = i === 0 ? stamp.slice(0, 16).replace('T', ' ') : stamp.slice(11, step < 60e6 ? 19 : 16)
    const x = ((row + 0.5) / at.length) * (WIDTH - AXIS)
    return `<text text-anchor="middle" x="${digit(x)}" y="${height - 5}">${text}</text>`
  })
  return texts.join('')
}
