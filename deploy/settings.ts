/** What `millrace.config.ts` may hold. Flags and variables of the environment go before it. */
export interface Settings {
  /** Where tapes and runs are kept; from the folder of the file. */
  readonly home?: string
  /** Where the servers that `up` starts have their jars; from the folder of the file. */
  readonly library?: string
  /** The log that `run`, `paper`, `store` and `verify` work on: 'kafka://host:port/prefix'. */
  readonly log?: string
  /** The database of `store` and `verify`: 'questdb://host'. */
  readonly questdb?: string
  /** Start balance of a run, in the currency of its account. */
  readonly balance?: number | string
  /** What the account of a run is kept in: 'USD'. */
  readonly currency?: string
  /** Milliseconds from a decision to the venue. */
  readonly latencyMs?: number
  /** Where `run` and `store` serve /health and /metrics. */
  readonly health?: number
  readonly healthHost?: string
}

/** Secrets stand in the environment alone. */
export type SettingName = keyof Settings | 'kafkaPassword' | 'questdbPassword'

export interface Setting {
  readonly kind: 'path' | 'address' | 'amount' | 'number' | 'port' | 'text' | 'secret'
  /** What it is, for `millrace config`. */
  readonly help: string
  /** What holds when nobody says anything. */
  readonly fallback: string
}

export const settings: Readonly<Record<SettingName, Setting>> = {
  home: { kind: 'path', help: 'where tapes and runs are kept', fallback: '.millrace' },
  library: { kind: 'path', help: 'the jars of the servers that up starts', fallback: 'one for all working folders' },
  log: { kind: 'address', help: 'the log of run, paper, store and verify', fallback: 'none' },
  questdb: { kind: 'address', help: 'the database of store and verify', fallback: 'none' },
  balance: { kind: 'amount', help: 'start balance of a run, in the currency of its account', fallback: '100000' },
  currency: { kind: 'text', help: 'what the account of a run is kept in', fallback: 'that of the first instrument' },
  latencyMs: { kind: 'number', help: 'from the decision to the venue', fallback: '1' },
  health: { kind: 'port', help: 'where run and store serve /health and /metrics', fallback: 'nowhere' },
  healthHost: { kind: 'text', help: 'the address to serve them on', fallback: '127.0.0.1' },
  kafkaPassword: { kind: 'secret', help: 'of the user in kafka://user@host', fallback: 'none' },
  questdbPassword: { kind: 'secret', help: 'of the user in questdb://user@host', fallback: 'none' },
}

export const settingNames: readonly SettingName[] = Object.keys(settings) as SettingName[]

/** Where a value was said. */
export type Source =
  | { readonly type: 'flag'; readonly flag: string }
  | { readonly type: 'environment'; readonly variable: string }
  | { readonly type: 'file'; readonly file: string; readonly line: number; readonly field: string }

/** What was said of a setting, as text, and where. */
export interface Told {
  readonly text: string
  readonly source: Source
}

/** '--balance', 'MILLRACE_BALANCE', '/desk/millrace.config.ts:4 (balance)'. */
export const placeOf = (source: Source): string => {
  if (source.type === 'flag') return `--${source.flag}`
  return source.type === 'environment' ? source.variable : `${source.file}:${source.line} (${source.field})`
}

/** 'latencyMs' is --latency-ms. */
export const flagOf = (name: SettingName): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/** 'latencyMs' is MILLRACE_LATENCY_MS. */
export const variableOf = (name: SettingName): string => `MILLRACE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`

/** What is wrong with a value: the rest of a sentence that begins with its place; null when nothing is. */
export const flawOf = (name: SettingName, text: string): string | null => {
  const expected = expectations[settings[name].kind]
  return expected.isMet(text) ? null : `is ${expected.is}, found '${text}'`
}

interface Expectation {
  readonly is: string
  readonly isMet: (text: string) => boolean
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text))

const expectations: Readonly<Record<Setting['kind'], Expectation>> = {
  path: { is: 'a path', isMet: text => text.trim() !== '' },
  address: { is: 'an address like kafka://host:port', isMet: text => /^[a-z]+:\/\/./.test(text) },
  amount: { is: 'an amount above 0', isMet: text => isNumber(text) && Number(text) > 0 },
  number: { is: 'a number of at least 0', isMet: text => isNumber(text) && Number(text) >= 0 },
  port: { is: 'a port, 0 to 65535', isMet: text => /^\d{1,5}$/.test(text) && Number(text) <= 65_535 },
  text: { is: 'a text', isMet: text => text.trim() !== '' },
  secret: { is: 'a secret', isMet: () => true },
}
