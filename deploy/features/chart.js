/*
 * Draws a picture (see picture.ts) that is zoomed and panned: price above, the feature below, one crosshair through all.
 * Plain script for the page that plot-page.ts writes: no network, nothing but a canvas.
 */
import { colourOf } from '../look/theme.js'

const { title, at, step, panes, warmup, settle } = JSON.parse(document.getElementById('picture').textContent)
const canvas = document.querySelector('canvas')
const legends = document.getElementById('legends')
const clock = document.getElementById('clock')
const spoken = document.getElementById('spoken')
const pen = canvas.getContext('2d')

const AXIS = 76
const FOOT = 26
const GAP = 10
const LEAST = 8
const last = at.length - 1
const hidden = new Set()
/** Rows at the edges of the view, and the one under the crosshair; -1 for none. */
let [from, to, cursor] = [-0.5, last + 0.5, -1]
let [width, height, areas, colours] = [0, 0, [], {}]

const share = pane => (pane.main ? 1.7 : 1) / panes.reduce((sum, { main }) => sum + (main ? 1.7 : 1), 0)
const xOf = row => ((row - from) / (to - from)) * (width - AXIS)
const rowAt = x => Math.min(last, Math.max(0, Math.round(from + (x / (width - AXIS)) * (to - from))))
const shown = pane => pane.series.filter(({ id }) => !hidden.has(id))

const number = value => {
  if (value === null || value === undefined) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(3)
  const digits = size >= 1e4 ? 2 : size >= 100 ? 3 : 5
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

const stamp = (micros, isLong) => {
  const text = new Date(micros / 1000).toISOString()
  return isLong ? `${text.slice(0, 10)} ${text.slice(11, step < 1e6 ? 23 : 19)}` : text.slice(11, step < 60e6 ? 19 : 16)
}

const layOut = () => {
  const box = canvas.getBoundingClientRect()
  const ratio = window.devicePixelRatio || 1
  ;[width, height] = [box.width, box.height]
  ;[canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)]
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  const free = height - FOOT - GAP * (panes.length - 1)
  let top = 0
  areas = panes.map(pane => {
    const area = { top, height: free * share(pane) }
    top += area.height + GAP
    return area
  })
  for (const [i, { top }] of areas.entries()) legends.children[i].style.top = `${top + 6}px`
  const names = ['ink', 'soft', 'line', 'paper', 'up', 'down', 'warm', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5']
  colours = Object.fromEntries(names.map(name => [name, colourOf(name)]))
}

/** Least and greatest of what is in view, with some room. */
const rangeOf = pane => {
  let [low, high] = [Infinity, -Infinity]
  const [first, end] = [Math.max(0, Math.floor(from)), Math.min(last, Math.ceil(to))]
  const take = value => {
    if (value === null) return
    if (value < low) low = value
    if (value > high) high = value
  }
  for (const { values, candles, shape } of shown(pane)) {
    if (shape === 'stems') take(0)
    for (let row = first; row <= end; row++) {
      if (!candles) take(values[row])
      else if (candles.high[row] !== null) {
        take(candles.high[row])
        take(candles.low[row])
      }
    }
  }
  if (low > high) return [0, 1]
  const room = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1
  return [low - room, high + room]
}

const ticksOf = (low, high, count) => {
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const every = power * ([1, 2, 5].find(times => times * power >= rough) ?? 10)
  const ticks = []
  for (let tick = Math.ceil(low / every); tick * every <= high; tick++) ticks.push(tick * every)
  return { ticks, digits: Math.max(0, -Math.floor(Math.log10(every) + 1e-9)) }
}

const axisText = (value, digits) =>
  digits > 7 || Math.abs(value) >= 1e9 ? value.toExponential(2) : value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1')

const drawFrame = ({ top, height }, [low, high], yOf) => {
  const { ticks, digits } = ticksOf(low, high, Math.max(2, height / 40))
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  for (const tick of ticks) {
    const y = Math.round(yOf(tick)) + 0.5
    pen.strokeStyle = colours.line
    stroke([0, y], [width - AXIS, y])
    pen.fillStyle = colours.soft
    pen.fillText(axisText(tick, digits), width - AXIS + 8, y)
  }
  pen.strokeStyle = colours.line
  pen.strokeRect(0.5, Math.round(top) + 0.5, Math.round(width - AXIS), Math.round(height))
}

const stroke = (...points) => {
  pen.beginPath()
  for (const [x, y] of points) pen.lineTo(x, y)
  pen.stroke()
}

/** Where there is no value yet, and where it still shows when the history began. */
const shade = ({ top, height }, isFirst) => {
  const parts = [
    [-0.5, Math.min(warmup, last + 1) - 0.5, 0.16, 'warm-up'],
    [warmup - 0.5, Math.min(settle ?? 0, last + 1) - 0.5, 0.07, 'settling'],
  ]
  for (const [start, end, alpha, text] of parts) {
    const [left, right] = [Math.max(0, xOf(start)), Math.min(width - AXIS, xOf(end))]
    if (right - left < 1) continue
    pen.globalAlpha = alpha
    pen.fillStyle = colours.warm
    pen.fillRect(left, top, right - left, height)
    pen.globalAlpha = 1
    if (!isFirst || right - left < 60) continue
    pen.textAlign = 'left'
    pen.fillText(text, left + 6, top + height - 10)
  }
}

const drawCandles = ({ candles }, yOf) => {
  const { open, high, low, close } = candles
  const every = at.length / high.filter(value => value !== null).length
  const body = Math.max(1, Math.min(24, ((width - AXIS) / (to - from)) * every * 0.68))
  for (let row = Math.max(0, Math.floor(from)); row <= Math.min(last, Math.ceil(to)); row++) {
    if (high[row] === null) continue
    pen.strokeStyle = pen.fillStyle = close[row] >= open[row] ? colours.up : colours.down
    const x = xOf(row)
    stroke([x, yOf(high[row])], [x, yOf(low[row])])
    const [upper, lower] = [yOf(Math.max(open[row], close[row])), yOf(Math.min(open[row], close[row]))]
    if (body > 1.5) pen.fillRect(x - body / 2, upper, body, Math.max(1, lower - upper))
  }
}

const drawLine = ({ values, colour, shape }, yOf) => {
  pen.strokeStyle = pen.fillStyle = colours[colour]
  pen.lineWidth = 1.6
  pen.beginPath()
  let [isDown, before] = [false, 0]
  for (let row = Math.max(0, Math.floor(from) - 1); row <= Math.min(last, Math.ceil(to) + 1); row++) {
    if (values[row] === null) {
      if (shape === 'line') isDown = false
      continue
    }
    const [x, y] = [xOf(row), yOf(values[row])]
    if (!isDown) pen.moveTo(x, y)
    else if (shape === 'steps') pen.lineTo(x, before)
    pen.lineTo(x, y)
    ;[isDown, before] = [true, y]
  }
  pen.stroke()
  pen.lineWidth = 1
}

const drawStems = ({ values, colour }, yOf) => {
  pen.strokeStyle = pen.fillStyle = colours[colour]
  for (let row = Math.max(0, Math.floor(from)); row <= Math.min(last, Math.ceil(to)); row++) {
    if (values[row] === null) continue
    const [x, y] = [xOf(row), yOf(values[row])]
    stroke([x, yOf(0)], [x, y])
    pen.beginPath()
    pen.arc(x, y, 2.5, 0, 7)
    pen.fill()
  }
}

/** Events, on the price: up from below, down from above. */
const drawMarks = ({ values, signs }, yOf) => {
  for (let row = Math.max(0, Math.floor(from)); row <= Math.min(last, Math.ceil(to)); row++) {
    if (values[row] === null) continue
    const [x, y, sign] = [xOf(row), yOf(values[row]), signs[row]]
    pen.fillStyle = sign > 0 ? colours.up : sign < 0 ? colours.down : colours.c0
    pen.beginPath()
    if (sign === 0) pen.arc(x, y, 3.5, 0, 7)
    else {
      const tip = y + 6 * sign
      for (const [dx, dy] of [
        [0, 0],
        [-5, 9],
        [5, 9],
      ])
        pen.lineTo(x + dx, tip + dy * sign)
    }
    pen.fill()
  }
}

const drawSeries = (series, yOf) => {
  if (series.shape === 'candles') drawCandles(series, yOf)
  else if (series.shape === 'marks') drawMarks(series, yOf)
  else if (series.shape === 'stems') drawStems(series, yOf)
  else drawLine(series, yOf)
}

const drawTimes = () => {
  const every = Math.max(1, Math.ceil(((to - from) * 110) / (width - AXIS)))
  const nice = [1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440].find(rows => rows >= every) ?? every
  // Bars stand at round times, ticks where they come.
  const shift = step < 1e6 ? 0 : Math.round(at[0] / step) % nice
  let day = ''
  pen.textAlign = 'center'
  pen.fillStyle = colours.soft
  for (let row = Math.ceil((Math.max(0, from) + shift) / nice) * nice - shift; row <= Math.min(last, to); row += nice) {
    const [date, x] = [stamp(at[row], true).slice(0, 10), xOf(row)]
    pen.strokeStyle = colours.line
    for (const { top, height } of areas) stroke([Math.round(x) + 0.5, top], [Math.round(x) + 0.5, top + height])
    if (x > 24 && x < width - AXIS - 24) pen.fillText(day === date ? stamp(at[row]) : date, x, height - FOOT / 2 + 2)
    day = date
  }
}

const drawCursor = scales => {
  if (cursor < 0) return
  const x = Math.round(xOf(cursor)) + 0.5
  pen.setLineDash([3, 3])
  pen.strokeStyle = colours.soft
  for (const { top, height } of areas) stroke([x, top], [x, top + height])
  pen.setLineDash([])
  for (const [i, pane] of panes.entries())
    for (const { values, colour, shape } of shown(pane)) {
      if (shape === 'candles' || shape === 'marks' || values[cursor] === null) continue
      pen.fillStyle = colours[colour]
      pen.beginPath()
      pen.arc(x, scales[i](values[cursor]), 3.5, 0, 7)
      pen.fill()
    }
}

const draw = () => {
  pen.clearRect(0, 0, width, height)
  pen.font = '12px system-ui, sans-serif'
  drawTimes()
  const ranges = panes.map(rangeOf)
  const scales = areas.map(({ top, height }, i) => value => {
    const [low, high] = ranges[i]
    return top + height - ((value - low) / (high - low)) * height
  })
  for (const [i, pane] of panes.entries()) {
    shade(areas[i], i === areas.length - 1)
    drawFrame(areas[i], ranges[i], scales[i])
    pen.save()
    pen.beginPath()
    pen.rect(0, areas[i].top, width - AXIS, areas[i].height)
    pen.clip()
    for (const series of shown(pane)) drawSeries(series, scales[i])
    pen.restore()
  }
  drawCursor(scales)
  tell()
}

const shownOf = ({ values, candles, signs }, row) => {
  if (candles) {
    const { open, high, low, close } = candles
    return `O ${number(open[row])}  H ${number(high[row])}  L ${number(low[row])}  C ${number(close[row])}`
  }
  if (!signs) return number(values[row])
  return values[row] === null ? '' : ['down', 'event', 'up'][signs[row] + 1]
}

const tell = () => {
  const row = cursor < 0 ? Math.min(last, Math.floor(to)) : cursor
  clock.textContent = `${stamp(at[row], true)} UTC`
  for (const value of legends.querySelectorAll('b')) value.textContent = shownOf(byId.get(value.dataset.id), row)
}

const byId = new Map(panes.flatMap(({ series }) => series.map(one => [one.id, one])))

let isDue = false
const redraw = () => {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    draw()
  })
}

/** Keeps the row at `x` where it is. */
const zoom = (factor, x) => {
  const pivot = from + (x / (width - AXIS)) * (to - from)
  const span = Math.min(last + 1, Math.max(Math.min(LEAST, last + 1), (to - from) * factor))
  look(pivot - ((pivot - from) / (to - from)) * span, span)
}

const look = (start, span) => {
  from = Math.max(-0.5, Math.min(last + 0.5 - span, start))
  to = from + span
  redraw()
}

const reset = () => look(-0.5, last + 1)

const point = row => {
  cursor = Math.min(last, Math.max(0, row))
  const span = to - from
  if (cursor < from || cursor > to) look(cursor - span / 2, span)
  const told = panes.flatMap(shown).filter(({ values }) => values[cursor] !== null)
  const values = told.map(one => `${one.name} ${shownOf(one, cursor)}`)
  spoken.textContent = `${stamp(at[cursor], true)}: ${values.join(', ')}`
  redraw()
}

let drag = null
canvas.addEventListener('pointerdown', event => {
  drag = { x: event.clientX, from }
  canvas.setPointerCapture(event.pointerId)
})
canvas.addEventListener('pointerup', () => {
  drag = null
})
canvas.addEventListener('pointermove', event => {
  const x = event.clientX - canvas.getBoundingClientRect().left
  if (drag) look(drag.from - ((event.clientX - drag.x) / (width - AXIS)) * (to - from), to - from)
  cursor = x <= width - AXIS ? rowAt(x) : -1
  redraw()
})
canvas.addEventListener('pointerleave', () => {
  cursor = -1
  redraw()
})
canvas.addEventListener('dblclick', reset)
canvas.addEventListener(
  'wheel',
  event => {
    event.preventDefault()
    const span = to - from
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) look(from + (event.deltaX / width) * span, span)
    else zoom(1.0015 ** event.deltaY, event.clientX - canvas.getBoundingClientRect().left)
  },
  { passive: false },
)

const keys = {
  ArrowLeft: event =>
    event.shiftKey ? look(from - (to - from) / 5, to - from) : point(cursor < 0 ? last : cursor - 1),
  ArrowRight: event => (event.shiftKey ? look(from + (to - from) / 5, to - from) : point(cursor + 1)),
  '+': () => zoom(0.8, xOf(Math.max(cursor, from))),
  '=': () => zoom(0.8, xOf(Math.max(cursor, from))),
  '-': () => zoom(1.25, xOf(Math.max(cursor, from))),
  0: reset,
  Home: () => point(0),
  End: () => point(last),
  Escape: () => {
    cursor = -1
    redraw()
  },
}
canvas.addEventListener('keydown', event => {
  const act = keys[event.key]
  if (!act || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  act(event)
})

legends.addEventListener('click', event => {
  const button = event.target.closest('button')
  if (!button) return
  const { id } = button.dataset
  if (!hidden.delete(id)) hidden.add(id)
  button.setAttribute('aria-pressed', String(!hidden.has(id)))
  redraw()
})

const again = () => {
  layOut()
  draw()
}
document.addEventListener('theme', again)
new ResizeObserver(again).observe(canvas)
canvas.setAttribute('aria-label', `${title}: price above, feature below`)
again()
