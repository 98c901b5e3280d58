import type { AddOn } from './packages.ts'
import type { Verb } from './verb.ts'

export interface VerbEntry {
  readonly name: string
  /** One line, for the list. */
  readonly summary: string
  /** What must be installed beside the package for it; for some, only when it works on Kafka. */
  readonly needs?: readonly AddOn[]
  readonly load: () => Promise<Verb>
}

/** The verbs, each loaded when it is asked for. */
export const verbs: readonly VerbEntry[] = [
  {
    name: 'demo',
    summary: 'a first look: a sample market through the mean-reversion strategy',
    load: async () => (await import('./verbs/demo.ts')).demo,
  },
  {
    name: 'import',
    summary: 'read a file of quotes or trades into a topic; the same file is read once',
    load: async () => (await import('./verbs/import.ts')).importVerb,
  },
  {
    name: 'record',
    summary: 'copy a topic, or a range of its time, to a tape file; import reads it again',
    load: async () => (await import('./verbs/record.ts')).record,
  },
  {
    name: 'topics',
    summary: 'list the recorded topics: rows, bytes, range of event time; on Kafka the lag, too',
    load: async () => (await import('./verbs/topics.ts')).topics,
  },
  {
    name: 'backtest',
    summary: 'run a strategy over a recorded topic with the paper venue, into a run folder',
    load: async () => (await import('./verbs/backtest.ts')).backtest,
  },
  {
    name: 'run',
    summary: 'run a strategy on Kafka topics, in one process or spread over several, exactly once',
    needs: ['kafka', 'metrics'],
    load: async () => (await import('./verbs/run.ts')).run,
  },
  {
    name: 'paper',
    summary: 'follow a topic with a strategy and the paper venue until Ctrl-C; a replay proves it',
    needs: ['kafka', 'metrics'],
    load: async () => (await import('./verbs/paper.ts')).paper,
  },
  {
    name: 'store',
    summary: 'fill the tables of a QuestDB from topics, each row once',
    needs: ['questdb', 'kafka', 'metrics'],
    load: async () => (await import('./verbs/store.ts')).store,
  },
  {
    name: 'verify',
    summary: 'compare a topic with its table, hour by hour, and name the first row that differs',
    needs: ['questdb'],
    load: async () => (await import('./verbs/verify.ts')).verify,
  },
  {
    name: 'replay',
    summary: 'run the recorded mailbox of a run again and compare decisions and digests',
    load: async () => (await import('./verbs/replay.ts')).replay,
  },
  {
    name: 'report',
    summary: 'write the report of a run: one page with its charts, trades and figures, or the figures as data',
    load: async () => (await import('./verbs/report.ts')).report,
  },
  {
    name: 'runs',
    summary: 'list the runs of the home folder, and of others: what each was told and came to, sorted by any column',
    load: async () => (await import('./verbs/runs.ts')).runs,
  },
  {
    name: 'compare',
    summary: 'put two runs beside each other: what they were told, their figures, the first decision that differs',
    load: async () => (await import('./verbs/compare.ts')).compare,
  },
  {
    name: 'graph',
    summary: 'show the graph of a strategy: as a table, a picture or the generated code',
    load: async () => (await import('./verbs/graph.ts')).graph,
  },
  {
    name: 'features',
    summary: 'list the operators: what they read and give, warm-up, settling, source; export training rows',
    load: async () => (await import('./verbs/features.ts')).features,
  },
  {
    name: 'new',
    summary: 'write a project that runs at once, or a strategy for it, each with a test',
    load: async () => (await import('./verbs/new.ts')).newVerb,
  },
  {
    name: 'up',
    summary: 'start a Kafka and a QuestDB on this machine, on loopback; what runs already is left alone',
    load: async () => (await import('./verbs/up.ts')).up,
  },
  {
    name: 'down',
    summary: 'end the servers that up has started; their data stays',
    load: async () => (await import('./verbs/down.ts')).down,
  },
  {
    name: 'status',
    summary: 'show the servers that up has started: addresses, processes, memory, logs',
    load: async () => (await import('./verbs/status.ts')).status,
  },
  {
    name: 'completion',
    summary: 'write what bash, zsh or fish complete the command line by',
    load: async () => (await import('./verbs/completion.ts')).completion,
  },
  {
    name: 'config',
    summary: 'show what holds: each setting, and whether a flag, the environment or the config file says so',
    load: async () => (await import('./verbs/config.ts')).config,
  },
  {
    name: 'doctor',
    summary: 'look at the machine: Node, disk, the embedded log, clock, memory',
    load: async () => (await import('./verbs/doctor.ts')).doctor,
  },
]
