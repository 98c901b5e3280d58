import { resolve } from 'node:path'
import { writeTape } from '../../connectors/file/tape.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { sliceBlock } from '../../engine/log/build.ts'
import { type DigestState, digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import type { Log, TopicInfo } from '../../engine/log/port.ts'
import { instruments } from '../../engine/market/topics.ts'
import type { Micros } from '../../engine/market/units.ts'
import { rangeState, rowsWithin, type TimeRange } from '../../engine/run/range.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { wholeFile } from '../files.ts'
import { logFlag } from '../logs.ts'
import { rangeFlags, rangeOf } from '../plan.ts'
import { type KnownTape, noTopic, readTapes, tapesOf } from '../tapes.ts'
import { count, rate } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const record: Verb = {
  usage: 'record TOPIC --out FILE [--log URL] [--from TIME] [--to TIME]',
  words: 1,
  flags: {
    out: {
      type: 'text',
      value: 'FILE',
      help: 'the tape file; one that is there is replaced when the new one is whole',
    },
    partition: { type: 'text', value: 'N', help: 'default: the one that the topic has' },
    log: logFlag,
    ...rangeFlags,
    json: flagJson,
  },
  examples: [
    'record eurusd --out eurusd.tape',
    'record quotes --log kafka://127.0.0.1:9092 --from 2014-05-02 --to 2014-05-03 --out day.tape',
  ],
  async run(call) {
    const [topic] = call.words
    const out = call.text('out')
    if (topic === undefined) throw new MillraceError('CLI_NAME', 'no topic is named; expected: millrace record TOPIC')
    if (out === undefined) throw new MillraceError('CLI_FLAG', 'no file is named; expected: --out FILE')
    const asked: Asked = { topic, partition: call.whole('partition', 0), range: rangeOf(call) }
    const copied = (log: Log): Promise<Copied> => copy(call, log, asked, resolve(out))
    const done = await readTapes(call.config, copied, call.text('log') ?? null)
    if (done === null) throw noTopic(topic, [])
    call.answer(done, () => `${done.path}: ${count(done.rows)} rows of ${topic}, digest ${done.digest}`)
    return 0
  },
}

interface Asked {
  readonly topic: string
  readonly partition: number | undefined
  readonly range: TimeRange
}

interface Part extends Asked {
  readonly partition: number
}

interface Copied extends Part {
  readonly path: string
  readonly blocks: number
  readonly rows: number
  readonly digest: string
}

const copy = async (call: Call, log: Log, asked: Asked, path: string): Promise<Copied> => {
  const info = infoOf(await tapesOf(log), asked)
  const part: Part = { ...asked, partition: info.partition }
  const started = performance.now()
  const digest = digestState()
  const draw = (offset: number): void =>
    call.terminal.progress(offset / info.end, () => {
      const speed = digest.count / ((performance.now() - started) / 1000)
      return [`${count(digest.count)} rows`, `${rate(speed)} rows/s`]
    })
  const watch: Watch = { digest, draw, signal: call.signal, rows: 0 }
  const blocks = await wholeFile(path, async draft => {
    const blocks = await writeTape(draft, blocksOf(log, part, watch))
    if (watch.rows > 0 || (part.range.from ?? part.range.to) === undefined) return blocks
    const times = [info.firstAt, info.lastAt].map(at => (at === null ? '' : formatMicros(at as Micros)))
    throw new MillraceError('CLI_FLAG', `no row of ${part.topic} is in the range; it goes from ${times.join(' to ')}`)
  })
  return { ...part, path, blocks, rows: digest.count, digest: digestHex(digest) }
}

/** Fails: usage CLI_NAME, and CLI_FLAG when it is not told which of several partitions. */
const infoOf = (known: readonly KnownTape[], { topic, partition }: Asked): TopicInfo => {
  const infos = known.map(({ info }) => info).filter(info => info.topic === topic)
  const [first, ...others] = infos.filter(info => partition === undefined || info.partition === partition)
  const list = infos.map(info => info.partition).join(', ')
  if (infos.length > 0 && (first === undefined || others.length > 0))
    throw new MillraceError('CLI_FLAG', `topic '${topic}' has partitions ${list}; expected: --partition of these`)
  if (first === undefined) throw noTopic(topic, known)
  return first
}

interface Watch {
  readonly digest: DigestState
  readonly draw: (offset: number) => void
  readonly signal: AbortSignal
  /** Of the range, without definitions. */
  rows: number
}

/** The rows of the range, and every definition of an instrument: without it a price has no grid. */
async function* blocksOf(log: Log, { topic, partition, range }: Part, watch: Watch): AsyncGenerator<Block> {
  const state = rangeState(range)
  for await (const { offset, block } of log.read(topic, partition, 0)) {
    watch.signal.throwIfAborted()
    const isDefinition = block.schema.id === instruments.schema.id
    const runs = isDefinition ? [[0, block.count] as const] : rowsWithin(block, 0, block.count, state)
    for (const [first, last] of runs) {
      const rows = sliceBlock(block, first, last)
      digestBlock(watch.digest, rows)
      if (!isDefinition) watch.rows += rows.count
      yield rows
    }
    watch.draw(offset)
    if (state.isOver) return
  }
}
