import { REGIMES } from '../connectors/sample/regime.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { definitions } from '../engine/market/definitions.ts'
import { type Recorded, recorded } from './sources.ts'
import { readTapes, tapesOf } from './tapes.ts'
import { count } from './terminal.ts'
import type { Call, Flag } from './verb.ts'

const ROWS = 1_000_000
const NAMES = definitions.map(({ id }) => id as string)
const USUAL = 'EURUSD'

export const sampleFlags: Readonly<Record<string, Flag>> = {
  regime: { type: 'text', value: 'NAME', help: `of the sample market: ${REGIMES.join(', ')}`, choices: REGIMES },
  rows: { type: 'text', value: 'N', help: `of the sample market; default ${ROWS}` },
  markets: { type: 'text', value: 'LIST', help: `of the sample market: ${NAMES.join(',')}; default ${USUAL}` },
}

/** The sample market as a tape: made from its seed when it is first asked for. */
export const importSample = async (call: Call, address: string | null = null): Promise<Recorded> => {
  const regime = call.oneOf('regime', REGIMES) ?? 'mean-reverting'
  const rows = call.whole('rows', 1) ?? ROWS
  const instruments = [...new Set((call.text('markets') ?? USUAL).split(','))]
  const names = instruments.join() === USUAL ? [] : instruments
  const topic = ['sample', regime, ...names, ...(rows === ROWS ? [] : [rows])].join('-')
  const source = `a sample market: ${[regime, ...names].join(', ')}, seed 1, ${count(rows)} quotes`
  const known = (await readTapes(call.config, tapesOf, address)) ?? []
  return recorded(call, { topic, source, print: topic, partitions: 1 }, { known, address }, () => {
    const market = sampleMarket({ regime, rows, instruments })
    return {
      blocks: market.blocks(),
      define: key => market.instruments.find(({ id }) => id === key)!,
      counts: () => ({}),
      onRows: made => call.terminal.progress(made / rows, () => ['making the market']),
    }
  })
}
