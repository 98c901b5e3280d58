import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { marubozu } from '../../../operators/indicators/marubozu.ts'
import { higherHighs } from '../../../operators/returns/higher-highs.ts'
import { lowerLows } from '../../../operators/returns/lower-lows.ts'
import { streak } from '../../../operators/returns/streak.ts'
import { breakOfStructure } from '../../../operators/structure/break-of-structure.ts'
import { fairValueGap } from '../../../operators/structure/fair-value-gap.ts'
import { fairValueGapState } from '../../../operators/structure/fair-value-gap-state.ts'
import { premiumDiscount } from '../../../operators/structure/premium-discount.ts'
import { supportResistance } from '../../../operators/structure/support-resistance.ts'
import { type Part, part } from '../feature-set.ts'

/** Runs, ranges, gaps and swings, each when it is known. */
export const pattern: Part<Bar> = part(
  'pattern',
  (bar: Flow<Bar>) => ({
    higherHighs: bar.pipe(higherHighs({ length: 10 })),
    lowerLows: bar.pipe(lowerLows({ length: 10 })),
    streak: bar.pipe(close(), streak({ atMost: 20 })),
    marubozu: bar.pipe(marubozu({ minBodyPercent: 95 })),
    levels: bar.pipe(supportResistance({ length: 20 })),
    gap: bar.pipe(fairValueGap({ length: 14 })),
    gaps: bar.pipe(fairValueGapState({ most: 32 })),
    position: bar.pipe(premiumDiscount({ span: 5 })),
    structure: bar.pipe(breakOfStructure({ span: 5 })),
  }),
  {
    higherHighs: { unit: 'of 10 bars', take: ({ higherHighs }) => higherHighs },
    lowerLows: { unit: 'of 10 bars', take: ({ lowerLows }) => lowerLows },
    consecutiveUp: { unit: 'bars, at most 20', take: ({ streak }) => Math.max(streak, 0) },
    consecutiveDown: { unit: 'bars, at most 20', take: ({ streak }) => Math.max(-streak, 0) },
    marubozu: { unit: '-1, 0 or 1', take: ({ marubozu }) => marubozu },
    resistance: { unit: 'share of the close', take: ({ levels }) => levels.resistance },
    support: { unit: 'share of the close', take: ({ levels }) => levels.support },
    fvgType: { unit: '1 under a rise, -1 above a fall, else 0', take: ({ gap }) => gap.direction },
    fvgSize: { unit: 'average true ranges', take: ({ gap }) => gap.size },
    fvgOpen: { unit: 'open gaps', take: ({ gaps }) => gaps.open },
    fvgOpenType: { unit: '-1, 0 or 1, of the newest', take: ({ gaps }) => gaps.direction },
    pdPosition: { unit: '0 at the swing low, 1 at the high', take: ({ position }) => position },
    structureDirection: { unit: '1 or -1, of the last break', take: ({ structure }) => structure.direction },
    structureChange: { unit: '0 or 1, of the last break', take: ({ structure }) => structure.isChange },
  },
)
