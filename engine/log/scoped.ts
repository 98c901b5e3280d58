import type { Log } from './port.ts'

/**
 * A log as one of many who share it sees it: its topics bear its name in front, and nobody else's are seen. Tasks keep
 * their names, and so does the mailbox that a commit tells of.
 *
 * @example
 * const shared = memoryLog()
 * const log = scopedLog(shared, 'mean-reversion')
 * const quote = { key: 'EURUSD', at: 1, bid: 1.1, ask: 1.2, bidSize: 0, askSize: 0 }
 * await log.append('quotes', 0, [blockOf(quotes.schema, [quote])])
 * await shared.end('mean-reversion.quotes', 0) // => 1
 */
export const scopedLog = (log: Log, scope: string): Log => {
  const named = (topic: string): string => `${scope}.${topic}`
  return {
    capabilities: log.capabilities,
    async topics() {
      const own = (await log.topics()).filter(({ topic }) => topic.startsWith(named('')))
      return own.map(info => ({ ...info, topic: info.topic.slice(named('').length) }))
    },
    append: (topic, partition, blocks) => log.append(named(topic), partition, blocks),
    read: (topic, partition, from, options) => log.read(named(topic), partition, from, options),
    end: (topic, partition) => log.end(named(topic), partition),
    arrival: (topic, partition, offset, signal) => log.arrival(named(topic), partition, offset, signal),
    fence: task => log.fence(task),
    commit: step =>
      log.commit({ ...step, outputs: step.outputs.map(output => ({ ...output, topic: named(output.topic) })) }),
    committed: task => log.committed(task),
    lag: (task, topic, partition) => log.lag(task, named(topic), partition),
    drop: topic => log.drop(named(topic)),
    close: () => log.close(),
  }
}
