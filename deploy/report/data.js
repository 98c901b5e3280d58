/* What the charts and the table share: the data of the page, unpacked. */
export const data = JSON.parse(document.getElementById('data').textContent)
export const $ = id => document.getElementById(id)

/** Sums of deltas. */
export const summed = deltas => {
  let sum = 0
  return deltas.map(delta => (sum += delta))
}

export const trades = (({ instrument, opened, held, side, lots, entry, exit, fees, net, highest, lowest }) => {
  const openedAt = summed(opened)
  return openedAt.map((at, i) => ({
    number: i + 1,
    instrument: instrument[i],
    openedAt: at / 1000,
    closedAt: (at + held[i]) / 1000,
    held: held[i],
    side: side[i],
    lots: lots[i],
    entry: entry[i],
    exit: exit[i],
    fees: fees[i],
    net: net[i],
    highest: highest[i],
    lowest: lowest[i],
  }))
})(data.trades)

const formats = new Map()

/** To make a format costs more than to use it a hundred times. */
const formatOf = digits => {
  if (!formats.has(digits)) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits }
    formats.set(digits, new Intl.NumberFormat('en-US', options))
  }
  return formats.get(digits)
}

export const number = (value, digits) => (value === null ? '–' : formatOf(digits).format(value).replace('-', '−'))

const pad = (value, places = 2) => String(value).padStart(places, '0')

/** '2014-05-06 12:33:10', UTC. */
export const stamp = millis => {
  const time = new Date(millis)
  const date = `${time.getUTCFullYear()}-${pad(time.getUTCMonth() + 1)}-${pad(time.getUTCDate())}`
  return `${date} ${pad(time.getUTCHours())}:${pad(time.getUTCMinutes())}:${pad(time.getUTCSeconds())}`
}

export const span = micros => {
  if (micros < 1e3) return `${micros} µs`
  if (micros < 1e6) return `${Math.round(micros / 1e3)} ms`
  const seconds = micros / 1e6
  if (seconds < 90) return `${seconds.toFixed(1)} s`
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min ${pad(Math.floor(seconds % 60))} s`
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`
}

/** The last place whose value is not above, -1 when there is none. */
export const placeOf = (values, value) => {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

// What is told of a figure can be sent away without leaving it.
addEventListener('keydown', event => {
  if (event.key === 'Escape') document.activeElement?.closest('.figure')?.blur()
})
