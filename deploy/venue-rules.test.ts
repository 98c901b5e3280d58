import { describe, expect, it } from 'vitest'
import { venueRulesOf, venueTextsOf } from './venue-rules.ts'

describe('--venue', () => {
  it('says how the paper venue fills, and is said again', () => {
    const texts = ['fillsFrom=bars', 'barPath=high', 'queue=yes', 'fillsBySize=no', 'leverage=20.5']
    const rules = venueRulesOf(texts)
    expect(rules).toEqual({ fillsFrom: 'bars', barPath: 'high', queue: true, fillsBySize: false, leverage: 20.5 })
    expect(venueTextsOf(rules)).toEqual(texts)
    expect(venueRulesOf([])).toBeUndefined()
  })

  it('says when the venue fails, once or more', () => {
    const texts = [
      'outages=2014-05-02T12:00:00.000000/2014-05-02T12:05:00.000000/refuses',
      'outages=2014-05-02T13:00:00.000000/2014-05-02T13:05:00.000000/stands-still',
      'rejects=2014-05-02T14:00:00.000000/2014-05-02T15:00:00.000000/0.25/7/limits 1/2',
    ]
    const rules = venueRulesOf(texts)
    expect(rules).toEqual({
      outages: [
        { from: 1_399_032_000_000_000, until: 1_399_032_300_000_000, venue: 'refuses' },
        { from: 1_399_035_600_000_000, until: 1_399_035_900_000_000, venue: 'stands still' },
      ],
      rejects: [
        { from: 1_399_039_200_000_000, until: 1_399_042_800_000_000, share: 0.25, seed: 7, reason: 'limits 1/2' },
      ],
    })
    expect(venueTextsOf(rules)).toEqual(texts)
    expect(venueRulesOf(['rejects=2014-05-02 14:00/2014-05-02 15:00/1'])?.rejects).toMatchObject([
      { share: 1, seed: 0 },
    ])
  })

  it.each([
    ['fillFrom=bars', "--venue has no rule 'fillFrom' (did you mean"],
    ['queue', "--venue queue is one of no, yes, found ''"],
    ['fillsFrom=books', "--venue fillsFrom is one of quotes, trades, bars, found 'books'"],
    ['depthTicks=-1', "--venue depthTicks is whole ticks of 0 or more, found '-1'"],
    [
      'outages=noon/2014-05-02T12:00/refuses',
      '--venue outages is FROM/UNTIL/refuses or FROM/UNTIL/stands-still, found',
    ],
    ['outages=2014-05-02T11:00/2014-05-02T12:00/toString', '--venue outages is FROM/UNTIL/refuses or'],
    ['rejects=2014-05-02T11:00/2014-05-02T12:00/1.5', '--venue rejects is FROM/UNTIL/SHARE, perhaps /SEED/REASON'],
    ['toString=1', "--venue has no rule 'toString'"],
  ])('%s is refused', (text, message) => {
    expect(() => venueRulesOf([text])).toThrow(message)
  })
})
