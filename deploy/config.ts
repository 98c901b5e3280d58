import { dirname, join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import type { ConfigFile } from './config-file.ts'
import { near } from './near.ts'
import { flawOf, type SettingName, settingNames, settings, type Told, variableOf } from './settings.ts'

/** What of the outside tells how to write. */
export interface Surroundings {
  /** Progress is for people who watch: not for pipes, not for CI. */
  readonly isWatched: boolean
  /** Off where either output is a pipe, and with NO_COLOR. */
  readonly hasColour: boolean
  readonly columns: number
}

/** What environment and config file say. The environment is asked here and nowhere else. */
export interface Config extends Surroundings {
  /** Where tapes and runs are kept. */
  readonly home: string
  /** The log of recorded topics. */
  readonly tapes: string
  readonly runs: string
  /** Data and logs of the servers that `up` starts. */
  readonly services: string
  /** Their jars, fetched once for this checkout: the same place in all working folders, unless told otherwise. */
  readonly library: string
  /** The Java that runs them: that of JAVA_HOME, or the one on the PATH. */
  readonly java: string
  /** A run of the tests in which those against real servers cannot run is a failure: CI, MILLRACE_REQUIRE_SERVERS. */
  readonly mustHaveServers: boolean
  /** Passwords that stand in no address. */
  readonly secrets: { readonly kafka: string | undefined; readonly questdb: string | undefined }
  /** The config file that was found. */
  readonly file: string | null
  /** What was said of settings: the environment goes before the file. Flags are not in it. */
  readonly told: ReadonlyMap<SettingName, Told>
  /** Where programs are looked for: PATH. */
  readonly path: string
}

export const readSurroundings = (): Surroundings => {
  const { NO_COLOR, CI } = process.env
  const { stdout, stderr } = process
  return {
    isWatched: stderr.isTTY === true && !CI,
    hasColour: stdout.isTTY === true && stderr.isTTY === true && !NO_COLOR,
    columns: stderr.columns || 80,
  }
}

/** Fails: usage CLI_CONFIG, with all that is wrong in the environment. */
export const readConfig = (file: ConfigFile | null = null): Config => {
  const { CI, MILLRACE_REQUIRE_SERVERS, JAVA_HOME, PATH = '' } = process.env
  const told = new Map([...(file?.told ?? []), ...environment()])
  const library = join(dirname(import.meta.dirname), '.millrace', 'services', 'lib')
  return {
    ...readSurroundings(),
    ...placesIn(resolve(told.get('home')?.text ?? settings.home.fallback)),
    library: resolve(told.get('library')?.text ?? library),
    java: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    mustHaveServers: Boolean(CI || MILLRACE_REQUIRE_SERVERS),
    secrets: { kafka: told.get('kafkaPassword')?.text, questdb: told.get('questdbPassword')?.text },
    file: file?.path ?? null,
    told,
    path: PATH,
  }
}

/** What lies in a home folder. */
export const placesIn = (home: string): Pick<Config, 'home' | 'tapes' | 'runs' | 'services'> => ({
  home,
  tapes: join(home, 'log'),
  runs: join(home, 'runs'),
  services: join(home, 'services'),
})

/** Of the unit for systemd, and of tests in their long form. */
const others = ['FLAGS', 'KILLS', 'LONG', 'REQUIRE_SERVERS', 'ROWS'].map(name => `MILLRACE_${name}`)

const environment = (): ReadonlyMap<SettingName, Told> => {
  const known = new Map(settingNames.map(name => [variableOf(name), name]))
  const told = new Map<SettingName, Told>()
  const flaws: string[] = []
  for (const [variable, text = ''] of Object.entries(process.env)) {
    // An empty variable says nothing.
    if (!variable.startsWith('MILLRACE_') || others.includes(variable) || text === '') continue
    const name = known.get(variable)
    const flaw = name === undefined ? unknown(variable, [...known.keys()]) : flawOf(name, text)
    if (flaw !== null) flaws.push(`${variable} ${flaw}`)
    else if (name !== undefined) told.set(name, { text, source: { type: 'environment', variable } })
  }
  if (flaws.length > 0) throw new MillraceError('CLI_CONFIG', flaws.join('\n  '))
  return told
}

const unknown = (variable: string, known: readonly string[]): string =>
  `is no variable of ours${near(variable, known)}; there are: ${known.join(', ')}`
