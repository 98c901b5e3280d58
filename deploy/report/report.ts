import { isMillraceError, messageOf } from '../../engine/errors.ts'
import type { TradingDays } from '../../engine/figures/days.ts'
import type { RunFigures } from '../../engine/figures/figures.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import { type Description, describe } from '../../engine/flow/describe.ts'
import type { Log } from '../../engine/log/port.ts'
import { endedResult, type Manifest, readManifest } from '../manifest.ts'
import { openEndedRun } from '../run.ts'
import { strategyOf } from '../strategies.ts'
import type { Call } from '../verb.ts'
import { type CalendarName, calendarFor, calendars } from './calendar.ts'
import { type FillFacts, fillFactsOf } from './fills.ts'
import { type History, readHistory } from './history.ts'
import { type Market, readMarket, watchedTrades } from './market.ts'
import { runFigures } from './run-figures.ts'

/** All that a report tells of a run that has ended. */
export interface Report {
  readonly manifest: Manifest
  readonly folder: string
  readonly calendar: TradingDays & { readonly name: CalendarName }
  readonly history: History
  /** With their excursions, where the tape tells. */
  readonly trades: readonly ClosedTrade[]
  readonly figures: RunFigures
  readonly fills: FillFacts
  readonly market: Market
  /** The graph, or why it is not there: a strategy in a file may have gone. */
  readonly graph: Description | string
}

export interface ReportOptions {
  /** Default: as the instruments are traded. */
  readonly calendar: CalendarName | undefined
}

/** Fails: fault CLI_RUN when the run has not ended, or its log was in memory; as the logs do. */
export const reportOf = async (call: Call, folder: string, options: ReportOptions): Promise<Report> => {
  const manifest = readManifest(folder)
  const own = await openEndedRun(folder, manifest)
  try {
    return await gathered(call, { manifest, folder, own, options })
  } finally {
    await own.close()
  }
}

interface Sources {
  readonly manifest: Report['manifest']
  readonly folder: string
  readonly own: Log
  readonly options: ReportOptions
}

const gathered = async (call: Call, { manifest, folder, own, options }: Sources): Promise<Report> => {
  const { endEquity } = endedResult(folder, manifest)
  const history = await readHistory({ ...manifest, endEquity, log: own })
  const market = await readMarket(call, manifest, history, own)
  const trades = watchedTrades(history.trades, market.excursions)
  const name = options.calendar ?? calendarFor(history.instruments.values())
  const calendar = { name, ...calendars[name] }
  const [view] = market.views.length === 1 ? market.views : []
  const benchmark = view && view.at.length > 0 ? { start: view.last[0]!, at: view.at, balance: view.last } : undefined
  return {
    ...{ manifest, folder, calendar, history, trades, market },
    figures: runFigures({ manifest, history, calendar, trades, benchmark }),
    fills: await fillFactsOf(own, manifest),
    graph: await graphOf(manifest),
  }
}

const graphOf = async ({ strategy, strategyFile, params }: Manifest): Promise<Description | string> => {
  try {
    const found = await strategyOf(strategyFile ?? strategy)
    return describe(found.strategy.build(params))
  } catch (error) {
    if (!isMillraceError(error)) throw error
    return messageOf(error)
  }
}
