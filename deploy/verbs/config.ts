import { MillraceError } from '../../engine/errors.ts'
import { CONFIG_FILE } from '../config-file.ts'
import { withoutSecrets } from '../logs.ts'
import { flagOf, flawOf, placeOf, type SettingName, settingNames, settings, variableOf } from '../settings.ts'
import { table } from '../terminal.ts'
import { type Call, type Flag, flagJson, type Verb } from '../verb.ts'

/** What a secret is shown as. */
const MASK = '********'

/** Secrets have no flag: other people would see them in the list of processes. */
const flags = Object.fromEntries(
  settingNames
    .filter(name => settings[name].kind !== 'secret' && name !== 'library')
    .map((name): [string, Flag] => {
      const { help } = settings[name]
      return [flagOf(name), { type: 'text', value: 'VALUE', help: `${help}; ${variableOf(name)}`, setting: name }]
    }),
)

export const config: Verb = {
  usage: 'config [--json]',
  words: 0,
  flags: { ...flags, json: flagJson },
  examples: ['config', 'config --json', 'config --balance 5000'],
  async run(call) {
    const found = settingNames.map(name => holds(call, name))
    const { file } = call.config
    call.answer({ file, settings: found }, () => {
      const rows = found.map(({ name, value, source, help }) => [name, value, source, help])
      const read = file === null ? `no ${CONFIG_FILE} here or above` : `config file: ${file}`
      return `${table(['setting', 'value', 'said by', 'is'], rows)}\n\n${read}`
    })
    return 0
  },
}

/** The value of a setting as it may be shown, and who said it. */
const holds = ({ told, config }: Call, name: SettingName): Held => {
  const { kind, help, fallback } = settings[name]
  const said = told(flagOf(name)) ?? config.told.get(name)
  const source = said === undefined ? 'default' : placeOf(said.source)
  const flaw = said === undefined ? null : flawOf(name, said.text)
  if (flaw !== null) throw new MillraceError('CLI_FLAG', `${source} ${flaw}`)
  const paths: Partial<Record<SettingName, string>> = { home: config.home, library: config.library }
  const value = paths[name] ?? (said === undefined ? fallback : kind === 'secret' ? MASK : withoutSecrets(said.text))
  return { name, value, source, help }
}

interface Held {
  readonly name: SettingName
  readonly value: string
  readonly source: string
  readonly help: string
}
