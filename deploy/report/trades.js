/* The table of trades: sorted, filtered, and only the rows in view are there. */
import { showTrade } from './charts.js'
import { $, data, number, span, stamp, trades } from './data.js'

const ROW = 30
const SPARE = 6
/** Rows that go on paper, where nothing scrolls. */
const PAPER = 500
const frame = $('table')
const priceText = (trade, value) => number(value, data.instruments[trade.instrument].digits)

const columns = [
  { key: 'number', title: '#', width: 64, text: trade => number(trade.number, 0) },
  { key: 'openedAt', title: 'Opened, UTC', isText: true, width: 168, text: trade => stamp(trade.openedAt) },
  { key: 'held', title: 'Held', width: 104, text: trade => span(trade.held) },
  ...(data.instruments.length > 1
    ? [
        {
          key: 'instrument',
          title: 'Instrument',
          isText: true,
          width: 104,
          text: trade => data.instruments[trade.instrument].name,
        },
      ]
    : []),
  { key: 'side', title: 'Side', isText: true, width: 56, text: trade => (trade.side > 0 ? 'buy' : 'sell') },
  { key: 'lots', title: 'Lots', width: 72, text: trade => number(trade.lots, 0) },
  { key: 'entry', title: 'Entry', width: 92, text: trade => priceText(trade, trade.entry) },
  { key: 'exit', title: 'Exit', width: 92, text: trade => priceText(trade, trade.exit) },
  ...(trades.some(({ highest }) => highest !== null)
    ? [
        { key: 'highest', title: 'Best', width: 92, text: trade => number(trade.highest, 2) },
        { key: 'lowest', title: 'Worst', width: 92, text: trade => number(trade.lowest, 2) },
      ]
    : []),
  { key: 'fees', title: 'Fees', width: 80, text: trade => number(trade.fees, 2) },
  { key: 'net', title: 'Net', width: 100, text: trade => number(trade.net, 2) },
]

let order = { key: 'number', way: 1 }
let shown = trades
let isOnPaper = false

const words = trade =>
  (trade.words ??= [
    `#${trade.number}`,
    stamp(trade.openedAt),
    trade.side > 0 ? 'buy long' : 'sell short',
    trade.net > 0 ? 'won' : trade.net < 0 ? 'lost' : 'even',
    data.instruments[trade.instrument].name.toLowerCase(),
  ].join(' '))

const find = () => {
  const asked = $('filter').value.toLowerCase().split(/\s+/).filter(Boolean)
  const found = asked.length === 0 ? trades : trades.filter(trade => asked.every(word => words(trade).includes(word)))
  const { key, way } = order
  shown = found.toSorted((a, b) => way * (a[key] - b[key]) || a.number - b.number)
  const net = found.reduce((sum, trade) => sum + trade.net, 0)
  const count = found.length === 1 ? '1 trade' : `${number(found.length, 0)} trades`
  $('found').textContent = `${count}, net ${number(net, 2)} ${data.currency}`
  table.setAttribute('aria-rowcount', String(found.length + 1))
  layRows()
}

const layRows = () => {
  body.style.height = isOnPaper ? 'auto' : `${shown.length * ROW}px`
  frame.scrollTop = 0
  paint()
}

const table = frame?.querySelector('table')
const body = document.createElement('tbody')
const pool = []

const newRow = () => {
  const row = document.createElement('tr')
  row.tabIndex = -1
  row.role = 'row'
  for (const { isText } of columns) {
    const cell = Object.assign(document.createElement('td'), { className: isText ? 'text' : '', role: 'cell' })
    cell.append('')
    row.append(cell)
  }
  body.append(row)
  return row
}

const write = (row, index) => {
  const trade = shown[index]
  row.hidden = trade === undefined
  row.trade = trade
  row.index = index
  if (trade === undefined) return
  row.style.transform = isOnPaper ? 'none' : `translateY(${index * ROW}px)`
  row.setAttribute('aria-rowindex', String(index + 2))
  row.classList.toggle('odd', index % 2 === 1)
  for (const [i, { text, key }] of columns.entries()) {
    const cell = row.children[i]
    cell.firstChild.data = text(trade)
    if (key === 'net') cell.className = trade.net < 0 ? 'loss' : ''
  }
}

/** As many rows as fit into the frame, and some to spare; one that leaves the view comes back at its other end. */
const paint = () => {
  const count = isOnPaper ? Math.min(PAPER, shown.length) : Math.ceil(frame.clientHeight / ROW) + 2 * SPARE
  while (pool.length < count) pool.push(newRow())
  const from = Math.max(0, Math.min(shown.length - pool.length, Math.floor(frame.scrollTop / ROW) - SPARE))
  for (let index = from; index < from + pool.length; index++) {
    const row = pool[index % pool.length]
    if (row.index !== index || row.trade !== shown[index]) write(row, index)
  }
}

const print = isPrinted => {
  isOnPaper = isPrinted
  frame.classList.toggle('paper', isPrinted)
  for (const row of pool.splice(0)) row.remove()
  layRows()
  const left = isPrinted ? shown.length - pool.length : 0
  $('left').textContent = left > 0 ? `${number(left, 0)} more trades are in trades.csv.` : ''
}

const sort = key => {
  order = { key, way: order.key === key ? -order.way : 1 }
  for (const head of table.querySelectorAll('th')) {
    const isOurs = head.dataset.key === key
    if (isOurs) head.ariaSort = order.way > 0 ? 'ascending' : 'descending'
    else head.removeAttribute('aria-sort')
  }
  find()
}

const choose = row => {
  if (!row?.trade) return
  showTrade(row.trade)
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  $('account').scrollIntoView({ behavior: isCalm ? 'auto' : 'smooth' })
}

if (frame) {
  const head = table.createTHead().insertRow()
  // Rows are laid out by a grid, which takes from them that they are rows.
  table.role = 'table'
  head.role = 'row'
  head.parentElement.role = body.role = 'rowgroup'
  table.style.setProperty('--columns', columns.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' '))
  for (const { key, title, isText } of columns) {
    const cell = Object.assign(document.createElement('th'), { className: isText ? 'text' : '', role: 'columnheader' })
    cell.dataset.key = key
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: title })
    button.addEventListener('click', () => sort(key))
    cell.append(button)
    head.append(cell)
  }
  head.firstElementChild.ariaSort = 'ascending'
  table.append(body)
  // Browsers tell of a scroll once a frame.
  frame.addEventListener('scroll', paint)
  body.addEventListener('click', event => choose(event.target.closest('tr')))
  frame.addEventListener('keydown', event => {
    const row = event.target.closest('tbody tr')
    if (event.key === 'Enter' && row) choose(row)
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    if (event.target !== frame && !row) return
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : -1
    const at = row ? shown.indexOf(row.trade) + step : Math.ceil(frame.scrollTop / ROW)
    reach(Math.max(0, Math.min(shown.length - 1, at)))
  })
  $('filter').addEventListener('input', find)
  addEventListener('beforeprint', () => print(true))
  addEventListener('afterprint', () => print(false))
  new ResizeObserver(() => {
    // Where a row lies in the pool hangs on its length.
    for (const row of pool) row.index = undefined
    paint()
  }).observe(frame)
  find()
}

/** Moves to a row, wherever it is. */
const reach = index => {
  const room = frame.clientHeight - 2 * ROW
  if (index * ROW < frame.scrollTop) frame.scrollTop = index * ROW
  else if ((index + 1) * ROW > frame.scrollTop + room) frame.scrollTop = (index + 1) * ROW - room
  paint()
  pool.find(({ trade, hidden }) => !hidden && trade === shown[index])?.focus({ preventScroll: true })
}
