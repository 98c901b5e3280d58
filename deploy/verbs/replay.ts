import { join } from 'node:path'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Minor } from '../../engine/market/units.ts'
import type { Digests } from '../../engine/run/digests.ts'
import { type ReplayEnd, replayRun } from '../../engine/run/replay.ts'
import { type Manifest, readManifest } from '../run-folder.ts'
import { strategyOf } from '../strategies.ts'
import { openTapes, tapeOf } from '../tapes.ts'
import { bar, rate, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { folderOf } from './backtest.ts'

export const replay: Verb = {
  name: 'replay',
  summary: 'Steps the recorded mailbox of a run through the same graph again and compares decisions and digests.',
  usage: 'replay <run folder | run id> [--json]',
  flags: { json: flagJson },
  examples: [
    'replay mean-reversion-20261121-101500-1',
    'replay .millrace/runs/mean-reversion-20261121-101500-1 --json',
  ],
  async run(call) {
    const [run] = call.words
    if (run === undefined) throw new MillraceError('CLI_NAME', 'name a run: its folder or its id')
    const folder = folderOf(call, run)
    const manifest = readManifest(folder)
    if (manifest.result === null) {
      throw new MillraceError(
        'CLI_RUN',
        `${manifest.id} was cut off: first backtest ${manifest.strategy} --resume ${folder}`,
      )
    }
    const started = performance.now()
    const end = await replayed(call, folder, manifest)
    call.terminal.settle()
    return tell(call, manifest.result.digests, end, (performance.now() - started) / 1000)
  },
}

const replayed = async (call: Call, folder: string, manifest: Manifest): Promise<ReplayEnd> => {
  const { tape, params, startBalance, from, to, result } = manifest
  const { strategy } = await strategyOf(manifest.strategyFile ?? manifest.strategy)
  const tapes = await openTapes(call.config, { readOnly: true })
  const log = await openLmdbLog({ path: join(folder, 'log'), readOnly: true })
  try {
    await tapeOf(tapes, tape.topic)
    const started = performance.now()
    return await replayRun(
      {
        strategy,
        params,
        tape: { log: tapes, topic: tape.topic, partition: 0 },
        log,
        startBalance: startBalance as Minor,
        rows: result!.rows,
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
        onProgress: ({ rows }) =>
          call.terminal.progress(() => {
            const elapsed = (performance.now() - started) / 1000
            return `replay ${bar(rows / result!.rows)}  ${rate(rows / elapsed)} ticks/s`
          }),
      },
      call.signal,
    )
  } finally {
    await log.close()
    await tapes.close()
  }
}

const tell = ({ terminal, has }: Call, recorded: Digests, end: ReplayEnd, took: number): number => {
  const names = Object.keys(recorded) as (keyof Digests)[]
  const isEqual = end.difference === null && names.every(name => recorded[name] === end.digests[name])
  if (has('json')) {
    const { difference, digests, rows } = end
    terminal.print(JSON.stringify({ equal: isEqual, rows, seconds: took, recorded, replayed: digests, difference }))
    return isEqual ? 0 : 1
  }
  const rows = names.map(name => {
    const same = recorded[name] === end.digests[name]
    return [name, recorded[name], end.digests[name], terminal.style(same ? 'green' : 'red', same ? 'equal' : 'differs')]
  })
  terminal.print(table(['digest', 'recorded', 'replayed', ''], rows))
  if (isEqual)
    terminal.print(
      `${terminal.style('green', 'the replay is the run')}, bit for bit: ${end.rows} rows in ${took.toFixed(2)} s`,
    )
  else if (end.difference) {
    const { what, place, recorded: was, replayed: is } = end.difference
    terminal.print(`the first ${what} that differs, at ${place}\n  recorded  ${was}\n  replayed  ${is}`)
  }
  return isEqual ? 0 : 1
}
