/**
 * Every error of the house, by who must act, in one table.
 *
 * - `reject`: nobody; it is data. The event is refused, counted and kept.
 * - `fault`: the supervisor. The outside failed: wait, reconnect, resume from the snapshot, or stop.
 * - `defect`: a programmer. Wrong options or a broken invariant: the actor stops.
 * - `usage`: the person at the command line. Exit code 2.
 *
 * Nobody writes an error class by hand: a new error is a new row here.
 */
const rows = {
  MARKET_BAR: { family: 'reject', remedy: 'correct the bar at its source' },
  MARKET_BOOK: { family: 'reject', remedy: 'correct the book update at its source, or ask for a snapshot' },
  MARKET_CROSS: {
    family: 'reject',
    remedy: 'quote the cross that is missing, or keep the account in the other currency',
  },
  MARKET_CURRENCY: { family: 'reject', remedy: 'write the amount with the places its currency keeps' },
  MARKET_DECIMAL: { family: 'reject', remedy: 'write the number as a plain decimal: 0.00001' },
  MARKET_FEE: { family: 'reject', remedy: 'correct the fee schedule of the instrument' },
  MARKET_FILL: { family: 'reject', remedy: 'compare the fill with the statement of the venue' },
  MARKET_FINANCING: { family: 'reject', remedy: 'correct the rate or the nights at their source' },
  MARKET_INSTRUMENT: { family: 'reject', remedy: 'correct the definition of the instrument' },
  MARKET_INTENT: { family: 'reject', remedy: 'correct what the strategy asks for' },
  MARKET_MARGIN: { family: 'reject', remedy: 'give margins as shares of the notional: 0.05 is a leverage of 20' },
  MARKET_MONEY: { family: 'reject', remedy: 'keep money in fewer decimals, or trade less: units end at 2^53' },
  MARKET_MONEY_GRAIN: { family: 'reject', remedy: 'keep its money in the decimals that the message names' },
  MARKET_PRICE: { family: 'reject', remedy: 'correct the price, or the tick size of the instrument' },
  MARKET_QUANTITY: { family: 'reject', remedy: 'correct the quantity, or the lot size of the instrument' },
  MARKET_QUOTE: { family: 'reject', remedy: 'correct the quote at its source' },
  MARKET_TRADE: { family: 'reject', remedy: 'correct the trade at its source' },
  MARKET_UNIT: { family: 'reject', remedy: 'count in whole units' },
  PAPER_REDEFINED: { family: 'reject', remedy: 'close what is open before the definition changes' },
  TIME_UNREADABLE: { family: 'reject', remedy: 'say the unit and the zone of the stamps, or correct the stamp' },
  PAPER_OPTIONS: { family: 'usage', remedy: 'give a latency in whole microseconds: 0 for fills on the same quote' },
  TIME_ZONE: { family: 'usage', remedy: 'name a zone: UTC, UTC-5, +05:30, America/New_York' },
  ACTOR_DIVERGED: { family: 'defect', remedy: 'run it with the code of its last commit, over the same mailbox' },
  ACTOR_LOST: {
    family: 'fault',
    remedy: 'restore its commits, or begin anew: under another --name, or when its outputs are dropped, too',
  },
  ACTOR_POISON: { family: 'fault', remedy: 'see the dead letters: the feed or the code is wrong' },
  ACTOR_RESTARTS: { family: 'fault', remedy: 'mend what the cause names, then start the actor again' },
  ASSERT: { family: 'defect', remedy: 'this is a bug: report it with the message' },
  RUN_LOG: { family: 'usage', remedy: 'give each run a log of its own' },
  CLI_CONFIG: { family: 'usage', remedy: 'correct what the message names; settings: millrace config --help' },
  CLI_FLAG: { family: 'usage', remedy: 'see the flags: millrace <verb> --help' },
  CLI_FOLDER: { family: 'fault', remedy: 'make room and make it writable, or name another: --out DIR, MILLRACE_HOME' },
  CLI_NAME: { family: 'usage', remedy: 'see what there is: millrace --help, millrace topics' },
  CLI_PACKAGE: { family: 'usage', remedy: 'install what the message names' },
  CLI_RUN: { family: 'fault', remedy: 'start the run anew' },
  CLI_TAKEN: { family: 'usage', remedy: 'name another place, or replace what is there: --replace' },
  CLI_TAPE: { family: 'fault', remedy: 'import the file again' },
  FILE_CORRUPT: { family: 'fault', remedy: 'fetch the file again: its bytes are damaged' },
  FILE_EMPTY: { family: 'fault', remedy: 'fetch the file again, or name another one' },
  FILE_FORMAT: { family: 'usage', remedy: 'give Parquet, or plain, gzip or zstd text with one row a line' },
  FILE_HEADER: { family: 'usage', remedy: 'say which column is which: --columns at=0,bid=1,ask=2' },
  FILE_MISSING: { family: 'usage', remedy: 'check the path' },
  FILE_OPTION: { family: 'usage', remedy: 'correct the option of the file door' },
  FILE_READ: { family: 'fault', remedy: 'make the file readable for this user' },
  FILE_REJECTS: { family: 'fault', remedy: 'name a rejects file in a folder that can be written: --rejects FILE' },
  FILE_ROW: { family: 'reject', remedy: 'correct the row, or read without --strict' },
  FILE_ROWS: {
    family: 'fault',
    remedy: 'say how they are to be read, or correct them: each stands with its reason in the rejects, --rejects FILE',
  },
  FILE_TRUNCATED: { family: 'fault', remedy: 'fetch the file again: its end is missing' },
  FILE_WRITE: { family: 'fault', remedy: 'make room, or name a file in a folder that can be written' },
  HTTP_LISTEN: { family: 'usage', remedy: 'end what listens there, or name another address' },
  INSTRUMENT_FILE: {
    family: 'usage',
    remedy: 'correct the field that the message names; see deploy/instruments/README.md',
  },
  INSTRUMENT_NAME: { family: 'usage', remedy: 'name it in one word: --instrument EURUSD' },
  INSTRUMENT_TICK: { family: 'usage', remedy: 'give the tick size as a decimal: --tick 0.01' },
  INSTRUMENT_UNKNOWN: { family: 'usage', remedy: 'check the name, or give its tick size: --tick 0.01' },
  KAFKA_AWAY: { family: 'fault', remedy: 'start the broker, or correct its address: --log kafka://host:port' },
  KAFKA_CONFIG: { family: 'usage', remedy: 'write kafka://user@host:port/prefix?name=value; see run --help' },
  KAFKA_DECODER: { family: 'usage', remedy: 'say which field is which: json:at=ts,key=symbol,bid=b,ask=a,unit=ms' },
  KAFKA_DENIED: { family: 'usage', remedy: 'correct user and password, or ask for the right to do this' },
  KAFKA_GROUP: { family: 'usage', remedy: 'give the run a name that no other group has: --name NAME' },
  KAFKA_INSTANCE: { family: 'usage', remedy: 'give each process an id of its own: --instance ID' },
  KAFKA_RECORD: { family: 'reject', remedy: 'correct the record at its source, or the decoder of the topic' },
  KAFKA_REGISTRY: { family: 'fault', remedy: 'start the schema registry, or correct its address' },
  KAFKA_TOPIC: { family: 'fault', remedy: 'change the topic as the message says, or name another one' },
  KAFKA_VERSION: { family: 'usage', remedy: 'use a broker from 2.5 on' },
  LOG_CLOSED: { family: 'fault', remedy: 'open the log again' },
  LOG_CODEC: { family: 'fault', remedy: 'write the topic with gzip, snappy, lz4, zstd or uncompressed' },
  LOG_CORRUPT: { family: 'fault', remedy: 'restore the record, or read on behind it: the others are whole' },
  LOG_FENCED: { family: 'fault', remedy: 'let this one end: another process has taken the task over' },
  LOG_GONE: { family: 'fault', remedy: 'restore the records, or start anew from what is still there' },
  LOG_IO: { family: 'fault', remedy: 'make room on the disk or make the folder writable, then open the log again' },
  LOG_JSON: { family: 'reject', remedy: 'write one JSON object a line: at, key and every field of the schema' },
  LOG_LOCKED: { family: 'fault', remedy: 'end the process that writes, or open the log with readOnly' },
  LOG_SCHEMA: { family: 'defect', remedy: 'give the block the columns that its schema lists, or use another topic' },
  PARQUET_COLUMN: {
    family: 'usage',
    remedy: 'give the file that was meant, or one whose columns are as the message says',
  },
  QUESTDB_DOWN: { family: 'fault', remedy: 'start QuestDB, or correct host and ports: questdb://host:port?pg=port' },
  QUESTDB_LOGIN: { family: 'usage', remedy: 'correct user and password: questdb://user:password@host' },
  QUESTDB_QUERY: { family: 'fault', remedy: 'see the words of the server: table, column or permission' },
  QUESTDB_READ_ONLY: { family: 'fault', remedy: 'let the server take writes: readonly=false, room on its disk' },
  QUESTDB_ROW: { family: 'reject', remedy: 'correct the row at its source: see the rejects' },
  QUESTDB_TABLE: { family: 'fault', remedy: 'bring the table to what is declared, or rename it and migrate again' },
  QUESTDB_TTL: { family: 'usage', remedy: "name one of the tables and a time: quotes='30 DAYS'" },
  QUESTDB_URL: { family: 'usage', remedy: 'write it as questdb://user:password@host:9000?pg=8812' },
  QUESTDB_VERSION: { family: 'usage', remedy: 'run QuestDB 9.0 or later, and this program not older than its tables' },
  FLOW_GRAPH: { family: 'usage', remedy: 'give back the end of the line: graph: ({ quotes }) => quotes.pipe(...)' },
  FLOW_OPAQUE: { family: 'defect', remedy: 'write the RxJS part as a kernel, or run without snapshots' },
  FLOW_PARAM: { family: 'usage', remedy: 'see the parameters in the picture of the strategy: graph <strategy>' },
  FLOW_SNAPSHOT: { family: 'fault', remedy: 'run with the parameters of the snapshot, or start the run anew' },
  FLOW_STATE_BYTES: { family: 'fault', remedy: 'go back to an older snapshot: these bytes are damaged' },
  MODEL_LEAK: { family: 'usage', remedy: 'fit on the training rows of a split that purges, and on no others' },
  MODEL_ROWS: { family: 'usage', remedy: 'mend the rows that the message names, or leave them or the feature out' },
  MODEL_SCHEMA: { family: 'usage', remedy: 'use what was fitted for this feature set, or fit it anew' },
  NEW_NAME: { family: 'usage', remedy: 'see millrace new --help' },
  SERVICE_FETCH: { family: 'fault', remedy: 'install Maven and let it reach its repository, then try again' },
  SERVICE_JAVA: {
    family: 'usage',
    remedy: 'install Java 17 or later (Debian: openjdk-17-jre-headless), or set JAVA_HOME',
  },
  SERVICE_PORT: { family: 'usage', remedy: 'see the ports and their flags: npm run up -- --help' },
  SERVICE_RECORD: { family: 'fault', remedy: 'end by hand what still runs there, delete the file, then npm run up' },
  SERVICE_START: { family: 'fault', remedy: 'read its log, mend what it names, start it again: npm run up' },
} as const

/** The table, for the errors page and for tests. */
export const codes: Readonly<Record<Code, CodeRow>> = rows

export type Family = 'reject' | 'fault' | 'defect' | 'usage'

export interface CodeRow {
  readonly family: Family
  /** What the reader can do about it: one sentence. */
  readonly remedy: string
}

export type Code = keyof typeof rows

export interface ErrorOptions {
  readonly cause?: unknown
  /** Faults only: wait this long before the next try. Without it the supervisor does not retry. */
  readonly retryAfterMs?: number
}

/** What the house throws: a code of the table, and a sentence that says what was found, expected, and where. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: Code
  readonly family: Family
  readonly remedy: string
  readonly retryAfterMs: number | null

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.family = codes[code].family
    this.remedy = codes[code].remedy
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** A refused event, as data: what was refused, why, and where it stood. */
export interface Reject {
  readonly type: 'reject'
  readonly code: Code
  /** One sentence: found, expected. */
  readonly reason: string
  /** `file:line` or `topic/partition/offset#row`. */
  readonly place: string
}

export const isMillraceError = (error: unknown): error is MillraceError => error instanceof MillraceError

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
