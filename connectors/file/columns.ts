import { MillraceError } from '../../engine/errors.ts'
import { BAR_PRICES, type BarPrice } from './bar-path.ts'

/** What the door can take from a row. */
export type ColumnName = (typeof QUOTE_OR_TRADE)[number] | BarPrice
const QUOTE_OR_TRADE = ['at', 'instrument', 'bid', 'ask', 'bidSize', 'askSize', 'price', 'size', 'side'] as const
export const COLUMN_NAMES: readonly ColumnName[] = [...QUOTE_OR_TRADE, ...BAR_PRICES]

/** Where a column stands: by its name in the header, or by its place from 0. */
export type ColumnMap = Readonly<Partial<Record<ColumnName, string | number>>>

/** The place of each column in the line, from 0; -1 when the file does not have it. */
export type ColumnPlaces = Readonly<Record<ColumnName, number>>

/** Bars are given out as the quotes along their path. */
export type RowKind = 'quotes' | 'trades' | 'bars'

/**
 * Reads a column map as it is written at the command line.
 *
 * Fails  usage FILE_OPTION when a part is not `column=place` or the column is none of ours
 *
 * @example
 * parseColumns('at=0,bid=Best Bid') // => { at: 0, bid: 'Best Bid' }
 */
export const parseColumns = (text: string): ColumnMap => {
  const map: Partial<Record<ColumnName, string | number>> = {}
  for (const part of text.split(',')) {
    const [name = '', place = ''] = part.split('=').map(side => side.trim())
    if (!isColumn(name) || place === '')
      throw new MillraceError(
        'FILE_OPTION',
        `columns '${text}': found '${part}', expected ${COLUMN_NAMES.join(', ')} = a place`,
      )
    map[name] = /^\d+$/.test(place) ? Number(place) : place
  }
  return map
}

export interface FirstLine {
  readonly fields: readonly string[]
  /** `file:line`, for messages. */
  readonly place: string
}

/** True when the line names columns: none of its fields is a number or a stamp. ('24h_volume' is neither.) */
export const isHeader = ({ fields }: FirstLine): boolean =>
  !fields.some(field => /^[-+.]?\d[-+.:/\dTZ ]*(?:e[-+]?\d+)?$/i.test(field.trim()))

/**
 * Finds the columns of a file: those of the map first, the others by their usual names.
 *
 * Fails  usage FILE_HEADER with the columns that were found, those that are missing, and how to map them
 */
export const placeColumns = (
  first: FirstLine,
  map: ColumnMap,
  kind?: RowKind,
): { kind: RowKind; places: ColumnPlaces } => {
  const header = isHeader(first) ? first.fields.map(plainName) : []
  const places = Object.fromEntries(
    COLUMN_NAMES.map(name => [
      name,
      map[name] === undefined ? usualPlace(header, name) : mappedPlace(first, header, name, map[name]),
    ]),
  ) as ColumnPlaces
  const found = kind ?? kindOf(places)
  const missing = NEEDED[found].filter(name => places[name] < 0)
  if (missing.length > 0) throw headerError(first, header.length > 0, found, missing)
  return { kind: found, places }
}

const kindOf = (places: ColumnPlaces): RowKind => {
  if (places.bid >= 0 || places.ask >= 0) return 'quotes'
  if (places.price >= 0) return 'trades'
  return BAR_PRICES.every(price => places[price] >= 0) ? 'bars' : 'quotes'
}

/** What every row must have. */
export const NEEDED: Readonly<Record<RowKind, readonly ColumnName[]>> = {
  quotes: ['at', 'bid', 'ask'],
  trades: ['at', 'price'],
  bars: ['at', ...BAR_PRICES],
}

/** The usual names, without case, blanks and underscores; the earlier in the list is taken first. */
const USUAL: Readonly<Record<ColumnName, readonly string[]>> = {
  at: [
    'at',
    'ts',
    'tsns',
    'tsus',
    'tsms',
    'timestamp',
    'timestampms',
    'datetime',
    'eventtime',
    'time',
    'date',
    'gmttime',
  ],
  instrument: ['instrument', 'symbol', 'pair', 'ticker', 'instrumentid'],
  bid: ['bid', 'bidprice', 'bestbid', 'bestbidprice', 'bidpx'],
  ask: ['ask', 'askprice', 'bestask', 'bestaskprice', 'askpx', 'offer', 'ofr'],
  bidSize: ['bidsize', 'bidqty', 'bidvolume', 'bidamount', 'bestbidqty', 'bidsz'],
  askSize: ['asksize', 'askqty', 'askvolume', 'askamount', 'bestaskqty', 'offersize', 'ofrsiz', 'asksz'],
  price: ['price', 'px', 'last', 'tradeprice', 'lastprice'],
  size: ['size', 'qty', 'quantity', 'volume', 'amount', 'tradesize', 'lastqty', 'sz'],
  side: ['side', 'aggressor', 'takerside', 'aggressorside'],
  open: ['open', 'openprice', 'o'],
  high: ['high', 'highprice', 'h'],
  low: ['low', 'lowprice', 'l'],
  close: ['close', 'closeprice', 'c'],
}

const plainName = (field: string): string => field.toLowerCase().replace(/[^a-z0-9]/g, '')

const usualPlace = (header: readonly string[], name: ColumnName): number => {
  const usual = USUAL[name].find(alias => header.includes(alias))
  return usual === undefined ? -1 : header.indexOf(usual)
}

const mappedPlace = (
  first: FirstLine,
  header: readonly string[],
  name: ColumnName,
  mapped: string | number,
): number => {
  const place = typeof mapped === 'number' ? mapped : header.indexOf(plainName(mapped))
  if (Number.isInteger(place) && place >= 0 && place < first.fields.length) return place
  throw new MillraceError(
    'FILE_HEADER',
    `${first.place}: ${name} is mapped to '${mapped}', but ${listed(first, header.length > 0)}`,
  )
}

const headerError = (
  first: FirstLine,
  hasHeader: boolean,
  kind: RowKind,
  missing: readonly string[],
): MillraceError => {
  const example = NEEDED[kind].map((name, i) => `${name}=${i}`).join(',')
  const or = kind === 'quotes' && missing.includes('bid') && missing.includes('ask') ? ' (or price, for trades)' : ''
  const sentence = `${listed(first, hasHeader)}; ${kind} also need ${missing.join(' and ')}${or}`
  return new MillraceError(
    'FILE_HEADER',
    `${first.place}: ${sentence}; map them by name or place: --columns ${example}`,
  )
}

const listed = ({ fields }: FirstLine, hasHeader: boolean): string => {
  const shown = fields.slice(0, MAX_SHOWN).map(field => `'${field}'`)
  const more = fields.length > MAX_SHOWN ? ', ...' : ''
  return `${hasHeader ? 'the columns are' : 'there is no header, and the first line is'} ${shown.join(', ')}${more}`
}

/** Columns that a message lists. */
const MAX_SHOWN = 16

const isColumn = (name: string): name is ColumnName => (COLUMN_NAMES as readonly string[]).includes(name)
