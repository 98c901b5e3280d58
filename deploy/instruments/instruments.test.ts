import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { rowOf } from '../../engine/log/build.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import { listingsOf } from './listing.ts'
import { readInstruments } from './read.ts'

const { make, remove } = folders()
afterAll(remove)

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const example = /```json\n([\s\S]+?)```/.exec(readme)![1]!

const es = { id: 'ES', venue: 'CME', tickSize: '0.25', lotSize: '1', quoteCurrency: 'USD' }
const fileWith = (more: object, root: object = {}) => ({ instruments: [{ ...es, ...more }], ...root })
const read = (value: unknown) => listingsOf({ place: 'venues.json:', value })

describe('a file of instruments', () => {
  it('is read as its page says', () => {
    const [future, perpetual, share, pair] = listingsOf({ place: 'README.md:', value: JSON.parse(example) })
    expect(future).toMatchObject({
      instrument: { id: 'ES', multiplier: '50', decimals: 2, takerFeeBps: 0 },
      fees: { perUnit: '1.29', rounding: 'up', least: '0' },
      ...{ margin: { initial: 0.05, maintenance: 0.045 }, hours: null, financing: null, baseCurrency: null },
    })
    expect(perpetual).toMatchObject({
      instrument: { takerFeeBps: 5, makerFeeBps: 2, decimals: 6 },
      ...{ financing: { type: 'funding', everyHours: 8, rate: 0.0001 }, baseCurrency: 'BTC' },
    })
    expect(perpetual!.fees.tiers).toHaveLength(2)
    expect(share!.hours).toMatchObject({ zone: 'America/New_York', halfDays: { '2026-11-27': '13:00' } })
    expect(pair!.financing).toEqual({ type: 'overnight', longPct: 2.5, shortPct: -1.1, daysPerYear: 360 })
  })

  it.each([
    ['no object', [], 'venues.json: is [], expected an object'],
    ['no list', {}, 'venues.json: instruments is missing, expected a list'],
    ['no instrument', { instruments: [] }, 'no instrument stands in it'],
    ['a field missing', { instruments: [{ id: 'ES' }] }, 'instruments[0].venue is missing, expected a text'],
    ['a field of another type', fileWith({ tickSize: 0.25 }), 'instruments[0].tickSize is 0.25, expected a text'],
    ['a field nobody reads', fileWith({ tikSize: '1' }), "instruments[0] has 'tikSize' (did you mean 'tickSize'?)"],
    ['a tick that is none', fileWith({ tickSize: 'x' }), "instruments[0]: number is 'x', expected a decimal"],
    ['money too coarse', fileWith({ decimals: 1 }), 'money is kept in 1 decimals, 2 would do'],
    ['an instrument twice', { instruments: [es, es] }, "instruments[1].id is 'ES' a second time"],
    [
      'a missing calendar',
      fileWith({ calendar: 'us' }),
      'instruments[0].calendar is "us", expected one of the calendars of the file: none',
    ],
    [
      'a calendar without a zone',
      fileWith({}, { calendars: { us: { open: '09:30' } } }),
      'calendars.us.zone is missing',
    ],
    [
      'no such zone',
      fileWith({}, { calendars: { us: { zone: 'Mars', open: '09:30', close: '16:00' } } }),
      "calendars.us: time zone is 'Mars'",
    ],
    [
      'no such hour',
      fileWith({}, { calendars: { us: { zone: 'UTC', open: '9', close: '16:00' } } }),
      "calendars.us: a time of the day is 'HH:MM', found '9'",
    ],
    [
      'a margin above 1',
      fileWith({ margin: { initial: 5 } }),
      'instruments[0].margin: initial margin is 5, expected a share',
    ],
    [
      'fees of two kinds',
      fileWith({ fees: { takerBps: 1, tiers: [] } }),
      'instruments[0].fees has fees of its own and tiers',
    ],
    [
      'tiers that fall',
      fileWith({ fees: { tiers: [{ from: '0' }, { from: '0' }] } }),
      "instruments[0].fees: tier from is '0'",
    ],
    ['no such rounding', fileWith({ fees: { rounding: 'odd' } }), "instruments[0].fees: rounding is 'odd'"],
    [
      'a rate at no time',
      fileWith({ financing: { type: 'funding', rates: { soon: 0.1 } } }),
      "instruments[0].financing.rates: time is 'soon', expected",
    ],
    [
      'a rate that is none',
      fileWith({ financing: { type: 'funding', rates: { '2026-01-05': 1.5 } } }),
      'instruments[0].financing.rates: rate is 1.5, expected a share of the notional between -1 and 1',
    ],
    [
      'no such financing',
      fileWith({ financing: { type: 'gift' } }),
      "financing.type is \"gift\", expected 'funding' or 'overnight'",
    ],
    [
      'hours that are none',
      fileWith({ financing: { type: 'funding', everyHours: 0 } }),
      'instruments[0].financing: hours between fundings is 0, expected a part of 24',
    ],
    [
      'a year of its own',
      fileWith({ financing: { type: 'overnight', longPct: 1, shortPct: 1, daysPerYear: 1 } }),
      'daysPerYear is 1',
    ],
  ])('with %s is refused', (_, file, message) => {
    expect(() => read(file)).toThrow(
      expect.objectContaining({ code: 'INSTRUMENT_FILE', message: expect.stringContaining(message) }),
    )
  })

  it('that is not there, or no JSON, is refused', () => {
    const home = make()
    expect(() => readInstruments(join(home, 'none.json'))).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
    writeFileSync(join(home, 'torn.json'), example.slice(0, 99))
    expect(() => readInstruments(join(home, 'torn.json'))).toThrow(/torn.json is no JSON: /)
    expect(() => readInstruments(home)).toThrow(expect.objectContaining({ code: 'FILE_READ' }))
  })
})

describe('import --instruments', () => {
  const home = make()
  const run = (...args: readonly string[]) => millrace(args, { home })
  writeFileSync(join(home, 'venues.json'), example)
  const rows = Array.from({ length: 50 }, (_, i) => `${1_400_000_000 + i},${4000 + i},${4000.25 + i}`)
  writeFileSync(join(home, 'es.csv'), `at,bid,ask\n${rows.join('\n')}\n`)
  const call = ['import', 'es.csv', '--instruments', 'venues.json']

  it('puts the definition of the file at the head of the tape, which a backtest trades by', async () => {
    const { stdout, stderr } = await run(...call)
    expect(stdout, stderr).toContain('instrument ES, from the name of the file (tick 0.25, lot 1, fee 0 bps)')
    const log = await openLmdbLog({ path: join(home, 'log'), readOnly: true })
    for await (const { block } of log.read('es', 0, 0)) {
      expect(rowOf(block, 0)).toMatchObject({ id: 'ES', venue: 'CME', multiplier: '50', decimals: 2 })
      break
    }
    await log.close()
    const ran = await run('backtest', 'buy-and-hold', '--data', 'es.csv', '--instruments', 'venues.json', '--json')
    expect(documentOf(ran)).toMatchObject({ topic: 'es', ticks: 50 })
  })

  it('is another tape when the definition is another', async () => {
    writeFileSync(join(home, 'other.json'), example.replace('"multiplier": "50"', '"multiplier": "5"'))
    const { stdout } = await run('import', 'es.csv', '--instruments', 'other.json', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ isNew: true, topic: expect.stringMatching(/^es-/) })
    expect(JSON.parse((await run(...call, '--json')).stdout)).toMatchObject({ isNew: false })
  })

  it('refuses an instrument that neither file nor house knows, and a file that is wrong', async () => {
    const unknown = await run('import', 'es.csv', '--instrument', 'NQ', '--instruments', 'venues.json')
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('INSTRUMENT_UNKNOWN')])
    writeFileSync(join(home, 'wrong.json'), example.replace('"tickSize": "0.25"', '"tickSize": "0"'))
    const wrong = await run('import', 'es.csv', '--instruments', 'wrong.json')
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('INSTRUMENT_FILE: wrong.json: instruments[0]: '),
    ])
  })
})
