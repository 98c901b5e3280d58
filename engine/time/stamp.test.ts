import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { micros } from '../market/units.ts'
import { formatMicros, stampReader } from './stamp.ts'

const runs = { seed: 20140501, numRuns: 2000 }
const read = (text: string, options = {}): string => formatMicros(stampReader(options)(text))

describe('numbers', () => {
  test.each([
    ['1398902401', 's', '2014-05-01T00:00:01.000000Z'],
    ['1398902401.7', 's', '2014-05-01T00:00:01.700000Z'],
    ['1398902401.123456789', 's', '2014-05-01T00:00:01.123456Z'],
    ['1398902401787', 'ms', '2014-05-01T00:00:01.787000Z'],
    ['1398902401787.5', 'ms', '2014-05-01T00:00:01.787500Z'],
    ['1398902401787123', 'us', '2014-05-01T00:00:01.787123Z'],
    ['1398902401787123.9', 'us', '2014-05-01T00:00:01.787123Z'],
    ['1398902401787123999', 'ns', '2014-05-01T00:00:01.787123Z'],
    ['999', 'ns', '1970-01-01T00:00:00.000000Z'],
    ['-1', 'ns', '1969-12-31T23:59:59.999999Z'],
    ['-0.5', 's', '1969-12-31T23:59:59.500000Z'],
    ['0', 's', '1970-01-01T00:00:00.000000Z'],
  ])('%s %s', (text, unit, expected) => {
    expect(read(text, { unit })).toBe(expected)
  })

  test.each(['1398902401', '1398902401000', '1398902401000000', '1398902401000000000'])('%s tells its unit', text => {
    expect(read(text)).toBe('2014-05-01T00:00:01.000000Z')
  })

  test('are wall time of the zone', () => {
    expect(read('1398902401787', { unit: 'ms', zone: 'UTC-5' })).toBe('2014-05-01T05:00:01.787000Z')
  })
})

describe('text', () => {
  test.each([
    ['2014-05-01T00:00:01Z', '2014-05-01T00:00:01.000000Z'],
    ['2014-05-01T00:00:01.5Z', '2014-05-01T00:00:01.500000Z'],
    ['2014-05-01T00:00:01.123456789Z', '2014-05-01T00:00:01.123456Z'],
    ['2014-05-01T02:00:01+02:00', '2014-05-01T00:00:01.000000Z'],
    ['2014-04-30 19:00:01 -0500', '2014-05-01T00:00:01.000000Z'],
    ['2014-05-01 00:00:01.787', '2014-05-01T00:00:01.787000Z'],
    ['2014-05-01 00:00', '2014-05-01T00:00:00.000000Z'],
    ['2014-05-01', '2014-05-01T00:00:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    ['1969-12-31 23:59:59.999999', '1969-12-31T23:59:59.999999Z'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected)
    expect(read(text, { unit: 'text' })).toBe(expected)
  })

  test.each([
    ['UTC', '12:00'],
    ['+05:30', '06:30'],
    ['UTC-5', '17:00'],
    ['GMT+2', '10:00'],
    ['Europe/Berlin', '10:00'],
    ['America/New_York', '16:00'],
    ['Asia/Kolkata', '06:30'],
  ])('without a zone is wall time of %s', (zone, hour) => {
    expect(read('2014-05-01 12:00:00', { zone })).toBe(`2014-05-01T${hour}:00.000000Z`)
    expect(read('2014-05-01 12:00:00Z', { zone })).toBe('2014-05-01T12:00:00.000000Z')
  })

  test.each([
    ['2014-03-09 01:59:59', 'America/New_York', '2014-03-09T06:59:59'],
    ['2014-03-09 02:30:00', 'America/New_York', '2014-03-09T07:30:00'],
    ['2014-03-09 03:00:00', 'America/New_York', '2014-03-09T07:00:00'],
    ['2014-11-02 00:59:59', 'America/New_York', '2014-11-02T04:59:59'],
    ['2014-11-02 01:30:00', 'America/New_York', '2014-11-02T05:30:00'],
    ['2014-11-02 02:00:00', 'America/New_York', '2014-11-02T07:00:00'],
    ['2014-04-06 01:29:59', 'Australia/Lord_Howe', '2014-04-05T14:29:59'],
    ['2014-04-06 01:30:00', 'Australia/Lord_Howe', '2014-04-05T14:30:00'],
    ['2014-04-06 02:00:00', 'Australia/Lord_Howe', '2014-04-05T15:30:00'],
  ])('%s of %s, where clocks change, is %s', (text, zone, expected) => {
    expect(read(text, { zone })).toBe(`${expected}.000000Z`)
  })
})

describe('what cannot be read', () => {
  test.each([
    '',
    ' ',
    'abc',
    '12345678',
    '2014-13-01',
    '2014-02-29',
    '2014-00-10',
    '2014-05-00',
    '2014-05-01 24:00:00',
    '2014-05-01 12:60:00',
    '2014-05-01 12:00:61',
    '2014-05-01 12:00:00.',
    '2014-05-01T12',
    '2014-05-01 12:00:00 PM',
    '2014-05-01 12:00:00+99:00',
    '05/01/2014 12:00',
    '13989024017.8.7',
    '1398902401787x',
    '-',
    'NaN',
    '999999999999999999999',
    '9999-01-01',
  ])('%j is refused', text => {
    expect(() => stampReader()(text)).toThrow(expect.objectContaining({ code: 'TIME_UNREADABLE', family: 'reject' }))
  })

  test('is shown with what was expected', () => {
    expect(() => stampReader({ unit: 'ms', zone: 'Asia/Tokyo' })('12:00')).toThrow(
      expect.objectContaining({ message: "time is '12:00', expected milliseconds since 1970" }),
    )
  })

  test.each(['Mars/Olympus', '+99:00', 'UTC+', ''])('the zone %j is refused', zone => {
    expect(() => stampReader({ zone })).toThrow(expect.objectContaining({ code: 'TIME_ZONE', family: 'usage' }))
  })
})

const anyMicros = fc.integer({ min: -(2 ** 52), max: 2 ** 52 }).map(micros)

test('a time that was written reads as it was', () => {
  fc.assert(
    fc.property(anyMicros, at => {
      expect(stampReader()(formatMicros(at))).toBe(at)
    }),
    runs,
  )
})

test('numbers lose nothing but what is below a microsecond', () => {
  const anyNanos = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })
  fc.assert(
    fc.property(anyNanos, nanos => {
      const down = (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n
      expect(BigInt(stampReader({ unit: 'ns' })(String(nanos)))).toBe(down)
      expect(BigInt(stampReader({ unit: 'us' })(String(down)))).toBe(down)
    }),
    runs,
  )
})

test('any text is read or refused', () => {
  const anyText = fc.oneof(fc.string(), fc.stringMatching(/^[-+.:TZ 0-9]{0,30}$/))
  fc.assert(
    fc.property(anyText, fc.constantFrom('auto', 'text', 's', 'ms', 'us', 'ns'), (text, unit) => {
      try {
        expect(Number.isSafeInteger(stampReader({ unit, zone: 'Europe/Berlin' })(text))).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ code: 'TIME_UNREADABLE' })
      }
    }),
    runs,
  )
})

test.each(['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'America/St_Johns', 'Africa/Casablanca'])(
  'the wall time of %s comes back as its instant, or as the first of two',
  timeZone => {
    const wallOf = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    const reader = stampReader({ zone: timeZone })
    const anySecond = fc.integer({ min: 0, max: 2_000_000_000 })
    fc.assert(
      fc.property(anySecond, second => {
        const wall = wallOf.format(second * 1000)
        const at = reader(wall) / 1_000_000
        expect(wallOf.format(at * 1000)).toBe(wall)
        expect(second - at).toBeOneOf([0, 1800, 3600])
      }),
      { ...runs, numRuns: 500 },
    )
  },
)
