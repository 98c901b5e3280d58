import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import type { Logger } from '../../connectors/metrics/logger.ts'
import type { ActorEvent } from '../../engine/actor/actor.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { foreignFlags, foreignOf, foreignPlan, openForeign } from '../live/foreign.ts'
import { healthFlags, openMonitor } from '../live/monitor.ts'
import { checkPlan, notePlan, readNotes } from '../live/notes.ts'
import { type LiveRun, runPartition } from '../live/partition.ts'
import { liveProgress, liveStanding } from '../live/progress.ts'
import { storyOf } from '../live/story.ts'
import { documentOf, summaryOf } from '../live/summary.ts'
import { kafkaOf, logFlag } from '../logs.ts'
import type { Plan } from '../manifest.ts'
import { planFlags, planOf } from '../plan.ts'
import { strategyOf } from '../strategies.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

const { data: _data, memory: _memory, ...shared } = planFlags

export const run: Verb = {
  usage: 'run <strategy> --log URL [--topic T | --from-file FILE] [options]',
  words: 1,
  flags: {
    ...shared,
    topic: { ...shared.topic!, help: 'a topic of the log; without it and --from-file: a sample market' },
    log: { ...logFlag, help: 'the log that processes share: kafka://host:port/prefix', setting: 'log' },
    'from-file': { type: 'text', value: 'FILE', help: 'record the file first, as --topic, and end at its end' },
    partitions: { type: 'text', value: 'N', help: 'of a topic that --from-file records; default 1' },
    name: { type: 'text', value: 'NAME', help: 'of the run: its consumer group and topics; default: the strategy' },
    instance: {
      type: 'text',
      value: 'ID',
      help: 'of this process, when it comes back by the same name (static member)',
    },
    'to-end': { type: 'switch', help: 'end where the topic ends now; without it: wait for more until Ctrl-C' },
    ...foreignFlags,
    ...healthFlags,
    json: flagJson,
  },
  examples: [
    'run mean-reversion --log kafka://127.0.0.1:9092 --from-file eurusd.csv.gz --zone UTC-5',
    'run mean-reversion --log kafka://127.0.0.1:9092 --topic eurusd --to-end --json',
    'run ema-cross --log kafka://broker --topic t --decode json:at=ts,key=s,bid=b,ask=a,unit=ms --instrument EURUSD',
    "run ./my-strategy.ts --log 'kafka://me@broker:9093?tls=true&sasl=scram-sha-512' --topic quotes --name desk-1",
  ],
  async run(call) {
    const address = call.text('log')
    if (address === undefined || !address.startsWith('kafka://')) throw noLog(address)
    const { strategy } = await strategyOf(call.words[0])
    const name = nameOf(call) ?? strategy.name
    const foreign = foreignOf(call)
    const plan = await planOf(call, foreign && foreignPlan(call, foreign))
    const kafka = kafkaOf(call.config, address)
    const { openKafkaLog } = await import('../../connectors/kafka/kafka-log.ts')
    await using open = new AsyncDisposableStack()
    const story = open.adopt(await storyOf(call, 'run'), one => one.flush())
    const onRetry = (reason: string): void => story.warn('tried again', { reason })
    const log = open.adopt(await openKafkaLog({ ...kafka, onRetry }), one => one.close())
    const decoded = foreign && open.adopt(await openForeign(kafka, plan.tape.topic, foreign), one => one.close())
    const monitor = open.adopt(await openMonitor(call), one => one.close())
    let isMember = false
    monitor.watchCheck({ name: `group ${name}`, reason: async () => (isMember ? null : 'not joined') })
    const onPlace = (has: boolean): void => {
      isMember = has
    }
    const begun = await planIn(scopedLog(log, name), name, plan)
    await monitor.watchGroup(kafka, nameInCluster(kafka, name), nameInCluster(kafka, begun.tape.topic))
    const follow = !call.has('to-end') && call.text('from-file') === undefined
    const onProgress = follow ? liveStanding(call, begun) : await liveProgress(call, log, begun)
    const mailbox = decoded?.source ?? log
    const watch = (event: ActorEvent): void => tellOf(story, event)
    return await ran(
      call,
      kafka,
      { name, plan: begun, strategy, log, mailbox, monitor, follow, onPlace, onProgress, watch },
      story,
    )
  },
}

/** Its topics and its consumer group are named by it. Fails: usage CLI_FLAG. */
const nameOf = (call: Call): string | undefined => {
  const name = call.text('name')
  if (name === undefined || /^[\w.-]{1,100}$/.test(name)) return name
  throw new MillraceError('CLI_FLAG', `--name is 1 to 100 of A-Z a-z 0-9 . _ -, found '${name}'`)
}

const noLog = (found: string | undefined): MillraceError => {
  const sentence = 'run works on a log that processes share, expected --log kafka://host:port'
  return new MillraceError('CLI_FLAG', `${sentence}, found ${found ?? 'none'}; on one machine alone: backtest`)
}

const tellOf = (log: Logger, { type, task, position, error }: ActorEvent): void => {
  const fields = { task, ...position, ...(error === undefined ? {} : { error }) }
  if (type === 'stopped') log.error('stopped', fields)
  else if (type === 'restarted' || type === 'resumed') log.warn(type, fields)
  else log.info(type, fields)
}

const ran = async (call: Call, kafka: KafkaConfig, live: LiveRun, log: Logger): Promise<number> => {
  const { inTurn } = await import('../live/turns.ts')
  const started = performance.now()
  const rows = await inTurn({
    kafka,
    run: live,
    work: (partition, signal) => runPartition(live, partition, signal),
    signal: call.signal,
    instanceId: call.text('instance'),
    log,
  })
  const seconds = (performance.now() - started) / 1000
  const { results } = await readNotes(scopedLog(live.log, live.name))
  const ended = { ...live, results, rows, seconds, isWhole: !call.signal.aborted }
  call.answer(documentOf(ended), () => summaryOf(call.terminal, ended))
  return ended.isWhole || live.follow ? 0 : 1
}

/** What the run began with, in this process or in an earlier one; or what it begins with now. */
const planIn = async (own: Log, name: string, plan: Plan): Promise<Plan> => {
  if ((await readNotes(own)).plan === null) await notePlan(own, plan)
  const { plan: began } = await readNotes(own)
  checkPlan(name, began!, plan)
  return began!
}
