/* Equity, drawdown and price over one time: zoomed together, one cursor through all. */
import { colourOf } from '../look/theme.js'
import { $, data, number, placeOf, stamp, summed, trades } from './data.js'

const equity = { at: summed(data.equity.at), worth: data.equity.worth, drawdown: data.equity.drawdown }
const prices = data.prices.map(({ instrument, at, low, range }) => {
  const name = data.instruments.findIndex(({ name }) => name === instrument)
  const scale = 10 ** data.instruments[name].digits
  const lows = summed(low)
  return {
    name,
    at: summed(at),
    low: lows.map(value => value / scale),
    high: lows.map((value, i) => (value + range[i]) / scale),
  }
})
let shownPrice = 0
const first = equity.at[0]
const last = equity.at.at(-1)
/** Most trades in view that are drawn one by one; more are a strip of how many. */
const MARKS = 400
const AXIS = 76
const charts = []
let isZooming = false

const ink = name => () => colourOf(name)
const font = '12px system-ui, sans-serif'
const axis = values => ({
  stroke: ink('soft'),
  font,
  grid: { stroke: ink('line'), width: 1 },
  ticks: { show: false },
  ...values,
})

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A day where the day changes, and at the first; else the time of day, UTC. */
const timesOf = (_, ticks, __, ___, step) => {
  let before = ''
  return ticks.map(tick => {
    const time = new Date(tick)
    const day = `${MONTHS[time.getUTCMonth()]} ${time.getUTCDate()}`
    const isNew = day !== before
    before = day
    if (step >= 86_400_000 * 28) return `${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`
    if (step >= 86_400_000 || (isNew && tick % 86_400_000 === 0)) return day
    const clock = stamp(tick).slice(11, step < 60_000 ? 19 : 16)
    return isNew ? `${day} ${clock}` : clock
  })
}

const options = ({ height, values, series, hooks = {}, hasTimes }) => ({
  width: 300,
  height,
  ms: 1,
  padding: [8, 12, hasTimes ? 0 : 10, 0],
  tzDate: millis => uPlot.tzDate(new Date(millis), 'Etc/UTC'),
  legend: { show: false },
  cursor: { sync: { key: 'run', setSeries: false, scales: ['x', null] }, drag: { x: true, y: false }, y: false },
  scales: { x: { range: (_, from, to) => [from, to] } },
  axes: [
    axis({ show: hasTimes, size: 28, space: 90, values: timesOf }),
    axis({ size: AXIS, space: 34, values: (_, ticks, __, ___, step) => ticks.map(tick => values(tick, step)) }),
  ],
  series: [{}, ...series],
  hooks: { ...hooks, setScale: [follow], setCursor: [read] },
})

/** A zoom of one is a zoom of all. */
const follow = (chart, scale) => {
  if (scale !== 'x' || isZooming) return
  isZooming = true
  const { min, max } = chart.scales.x
  for (const other of charts) if (other !== chart) other.setScale('x', { min, max })
  isZooming = false
  $('all').disabled = min <= first && max >= last
}

const HINT = 'Drag to zoom, double click to show all. A trade of the table shows where it was.'

const read = chart => {
  const { left } = chart.cursor
  const at = left >= 0 ? chart.posToVal(left, 'x') : undefined
  $('readout').classList.toggle('live', at !== undefined)
  $('readout').textContent = at === undefined ? HINT : told(at)
}

const told = at => {
  const place = Math.max(0, placeOf(equity.at, at))
  const parts = [
    `${stamp(at)} UTC`,
    `equity ${number(equity.worth[place], 2)} ${data.currency}`,
    `drawdown ${number(equity.drawdown[place] * 100, 2)} %`,
  ]
  const price = prices[shownPrice]
  const bucket = price === undefined ? -1 : placeOf(price.at, at)
  if (bucket >= 0) {
    const { name, digits } = data.instruments[price.name]
    parts.push(`${name} ${number(price.low[bucket], digits)} to ${number(price.high[bucket], digits)}`)
  }
  return parts.join('   ')
}

/** Places after the point that tell two ticks apart. */
const placesOf = step => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))

const compact = (value, step) =>
  step >= 1e4 && Math.abs(value) >= 1e6 ? `${number(value / 1e6, 2)} M` : number(value, placesOf(step))

const stepped = () => uPlot.paths.stepped({ align: 1 })

const draw = (id, opts, columns) => {
  const chart = new uPlot(opts, columns, $(id))
  charts.push(chart)
  return chart
}

if (equity.at.length > 0) {
  draw(
    'equity',
    options({ height: 260, values: compact, series: [{ stroke: ink('c0'), width: 1.5, paths: stepped() }] }),
    [equity.at, equity.worth],
  )
  draw(
    'drawdown',
    options({
      height: 130,
      values: (value, step) => `${number(value * 100, placesOf(step * 100))} %`,
      series: [{ stroke: ink('down'), fill: () => faded('down', 0.16), width: 1, paths: stepped(), fillTo: 0 }],
      hasTimes: true,
    }),
    [equity.at, equity.drawdown],
  )
}

const faded = (name, alpha) => colourOf(name).replace('rgb(', 'rgba(').replace(')', `, ${alpha})`)

/** Between days without a row the line is cut. */
const columnsOf = price => {
  const at = []
  const low = []
  const high = []
  const usual = Math.max(3_600_000, (20 * (last - first)) / Math.max(1, price.at.length))
  for (const [i, time] of price.at.entries()) {
    if (i > 0 && time - price.at[i - 1] > usual) {
      at.push(price.at[i - 1] + 1)
      low.push(null)
      high.push(null)
    }
    at.push(time)
    low.push(price.low[i])
    high.push(price.high[i])
  }
  return [at, low, high]
}

const marksOf = name => trades.filter(({ instrument }) => instrument === name)

/** Trades by their opening; the longest one says how far back one may be that still reaches into the view. */
const byOpening = name => {
  const all = marksOf(name).sort((a, b) => a.openedAt - b.openedAt)
  return {
    all,
    opened: all.map(({ openedAt }) => openedAt),
    longest: Math.max(0, ...all.map(t => t.closedAt - t.openedAt)),
  }
}

let marks = { all: [], opened: [], longest: 0 }

const inView = ({ min, max }) => {
  const from = placeOf(marks.opened, min - marks.longest - 1) + 1
  const to = placeOf(marks.opened, max) + 1
  return marks.all.slice(from, to).filter(({ closedAt }) => closedAt >= min)
}

const drawMarks = chart => {
  const { ctx, bbox } = chart
  const shown = inView(chart.scales.x)
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  const isMany = shown.length > MARKS
  const count = `${number(shown.length, 0)} trade${shown.length === 1 ? '' : 's'}`
  const how = isMany ? 'won above, lost below the line; zoom in to see each' : 'a loss is dashed'
  $('price').dataset.label = shown.length === 0 ? 'Price' : `Price, ${count}: ${how}`
  if (isMany) drawStrip(chart, shown)
  else for (const trade of shown) drawTrade(chart, trade)
  ctx.restore()
}

/** Too many to tell apart: how many won and lost, up and down from a line, a column of pixels each. */
const drawStrip = (chart, shown) => {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio || 1
  const width = 3 * ratio
  const won = new Map()
  for (const { closedAt, net } of shown) {
    const column = Math.floor((chart.valToPos(closedAt, 'x', true) - bbox.left) / width)
    const counts = won.get(column) ?? [0, 0]
    counts[net > 0 ? 0 : 1] += 1
    won.set(column, counts)
  }
  const most = Math.max(...[...won.values()].flat())
  const room = 22 * ratio
  const middle = bbox.top + bbox.height - room
  for (const [column, [wins, losses]] of won) {
    const x = bbox.left + column * width
    ctx.fillStyle = colourOf('up')
    ctx.fillRect(x, middle - (wins / most) * room, width - 1, (wins / most) * room)
    ctx.fillStyle = colourOf('down')
    ctx.fillRect(x, middle, width - 1, (losses / most) * room)
  }
}

/** An entry points the way it went; the exit is a ring; a line that lost is dashed. */
const drawTrade = (chart, trade) => {
  const { ctx } = chart
  const ratio = devicePixelRatio || 1
  const at = (time, price) => [chart.valToPos(time, 'x', true), chart.valToPos(price, 'y', true)]
  const [x, y] = at(trade.openedAt, trade.entry)
  const [endX, endY] = at(trade.closedAt, trade.exit)
  const size = (trade === chosen ? 8 : 5) * ratio
  ctx.strokeStyle = ctx.fillStyle = colourOf(trade.net > 0 ? 'up' : 'down')
  ctx.lineWidth = (trade === chosen ? 2.5 : 1.5) * ratio
  ctx.setLineDash(trade.net > 0 ? [] : [4 * ratio, 3 * ratio])
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(endX, endY)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x - size, y + trade.side * size * 1.7)
  ctx.lineTo(x + size, y + trade.side * size * 1.7)
  ctx.fill()
  ctx.beginPath()
  ctx.arc(endX, endY, size * 0.8, 0, 2 * Math.PI)
  ctx.fillStyle = colourOf('paper')
  ctx.fill()
  ctx.stroke()
}

let chosen
let priceChart
const showPrice = place => {
  shownPrice = place
  const price = prices[place]
  const { digits } = data.instruments[price.name]
  marks = byOpening(price.name)
  if (priceChart !== undefined) {
    charts.splice(charts.indexOf(priceChart), 1)
    priceChart.destroy()
  }
  const side = { stroke: ink('c5'), width: 1, paths: stepped(), points: { show: false } }
  priceChart = draw(
    'price',
    {
      ...options({
        height: 320,
        values: value => number(value, digits),
        series: [side, side],
        hooks: { draw: [drawMarks] },
        hasTimes: true,
      }),
      bands: [{ series: [2, 1], fill: () => faded('c5', 0.3) }],
    },
    columnsOf(price),
  )
}
if (prices.length > 0) showPrice(0)

const spread = () => {
  for (const chart of charts) {
    const { clientWidth } = chart.root.parentElement
    if (clientWidth !== chart.width) chart.setSize({ width: clientWidth, height: chart.height })
  }
}

const zoom = (min, max) => {
  const least = 1000
  const room = Math.max(0, least - (max - min)) / 2
  charts[0]?.setScale('x', { min: Math.max(first, min - room), max: Math.min(last, max + room) })
}

/** Shows a trade of the table where it was. */
export const showTrade = trade => {
  chosen = trade
  const place = prices.findIndex(({ name }) => name === trade.instrument)
  if (place >= 0 && place !== shownPrice) {
    showPrice(place)
    $('instrument').value = String(place)
    spread()
  }
  const room = Math.max(300_000, 2 * (trade.closedAt - trade.openedAt))
  zoom(trade.openedAt - room, trade.closedAt + room)
}

const all = () => zoom(first, last)
let cursor
const point = step => {
  const [chart] = charts
  const { min, max } = chart.scales.x
  cursor = cursor === undefined ? max : cursor + (step * (max - min)) / 100
  if (cursor > max || cursor < min) {
    const way = ((max - min) / 4) * Math.sign(step)
    const move = Math.max(first - min, Math.min(last - max, way))
    zoom(min + move, max + move)
  }
  cursor = Math.max(chart.scales.x.min, Math.min(chart.scales.x.max, cursor))
  chart.setCursor({ left: chart.valToPos(cursor, 'x'), top: 4 }, true, true)
}
const scaled = factor => {
  const { min, max } = charts[0].scales.x
  const middle = cursor !== undefined && cursor >= min && cursor <= max ? cursor : (min + max) / 2
  zoom(middle - (middle - min) * factor, middle + (max - middle) * factor)
}
const keys = {
  ArrowLeft: event => point(event.shiftKey ? -10 : -1),
  ArrowRight: event => point(event.shiftKey ? 10 : 1),
  '+': () => scaled(0.6),
  '=': () => scaled(0.6),
  '-': () => scaled(1 / 0.6),
  0: all,
}
if (charts.length > 0) {
  spread()
  all()
  new ResizeObserver(spread).observe($('panes'))
  $('panes').addEventListener('keydown', event => {
    const act = keys[event.key]
    if (!act || event.ctrlKey || event.metaKey || event.target !== $('panes')) return
    event.preventDefault()
    $('readout').ariaLive = 'polite'
    act(event)
  })
  $('panes').addEventListener('pointermove', () => {
    $('readout').ariaLive = 'off'
  })
  $('panes').addEventListener('dblclick', all)
  $('all').addEventListener('click', all)
  $('instrument')?.addEventListener('change', event => {
    showPrice(Number(event.target.value))
    spread()
    const { min, max } = charts[0].scales.x
    zoom(min, max)
  })
  document.addEventListener('theme', () => {
    for (const chart of charts) chart.redraw(false, true)
  })
}
