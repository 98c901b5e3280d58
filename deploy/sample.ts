import { REGIMES } from '../connectors/sample/regime.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { type Recorded, recorded } from './sources.ts'
import { readTapes, tapesOf } from './tapes.ts'
import { count } from './terminal.ts'
import type { Call, Flag } from './verb.ts'

const ROWS = 1_000_000

export const sampleFlags: Readonly<Record<string, Flag>> = {
  regime: { type: 'text', value: 'NAME', help: `of the sample market: ${REGIMES.join(', ')}`, choices: REGIMES },
  rows: { type: 'text', value: 'N', help: `of the sample market; default ${ROWS}` },
}

/** The sample market as a tape: made from its seed when it is first asked for. */
export const importSample = async (call: Call, address: string | null = null): Promise<Recorded> => {
  const regime = call.oneOf('regime', REGIMES) ?? 'mean-reverting'
  const rows = call.whole('rows', 1) ?? ROWS
  const topic = rows === ROWS ? `sample-${regime}` : `sample-${regime}-${rows}`
  const source = `a sample market: ${regime}, seed 1, ${count(rows)} quotes`
  const known = (await readTapes(call.config, tapesOf, address)) ?? []
  return recorded(call, { topic, source, print: topic, partitions: 1 }, { known, address }, () => {
    const market = sampleMarket({ regime, rows })
    return {
      blocks: market.blocks(),
      define: key => market.instruments.find(({ id }) => id === key)!,
      counts: () => ({}),
      onRows: made => call.terminal.progress(made / rows, () => ['making the market']),
    }
  })
}
