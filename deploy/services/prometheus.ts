import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { makeFolder } from '../files.ts'
import { complaintOf, isAbsent, runProgram } from './program.ts'
import { type Program, type Service, type Start, startService } from './service.ts'

export interface Prometheus extends Service {
  /** 'http://127.0.0.1:9090'. */
  readonly address: string
}

export interface PrometheusOptions extends Start {
  /** Data and log. */
  readonly folder: string
  readonly port: number
  /** What it scrapes, and its rules. */
  readonly configFile: string
  /** Where the program is fetched to when the machine has none. */
  readonly library: string
}

/** The machine's own Prometheus, or the package of Debian unpacked into the library, on loopback. */
export const startPrometheus = async (options: PrometheusOptions): Promise<Prometheus> => {
  const { folder, port, configFile, library } = options
  const { command, version } = await findPrometheus(library, options)
  makeFolder(folder)
  const address = `http://127.0.0.1:${port}`
  const program: Program = {
    name: 'Prometheus',
    version,
    folder,
    addresses: { web: address },
    command,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
  }
  return Object.assign(await startService(program, options), { address })
}

interface Found {
  readonly command: string
  readonly version: string
}

/** A program of Prometheus: the machine's own, or that of the package of Debian. Fails: fault SERVICE_FETCH. */
export const findPrometheus = async (
  library: string,
  { program = 'prometheus', waits }: { program?: 'prometheus' | 'promtool'; waits?: (what: string) => void } = {},
): Promise<Found> => {
  const fetched = join(library, 'prometheus', 'usr', 'bin', program)
  const found = (await asked(program)) ?? (await asked(fetched))
  if (found) return found
  waits?.('apt-get, which fetches Prometheus once')
  await fetchPrometheus(library)
  const brought = await asked(fetched)
  if (brought) return brought
  throw new MillraceError('SERVICE_FETCH', `Debian's prometheus does not run here: ${fetched} --version fails`)
}

/** Its version; null when there is none that runs. */
const asked = (command: string): Promise<Found | null> =>
  runProgram(command, ['--version']).then(
    ({ stdout, stderr }) => ({ command, version: /version ([\d.]+)/.exec(stdout + stderr)?.[1] ?? 'unknown' }),
    () => null,
  )

/** Needs no root: the package is unpacked, not installed. */
const fetchPrometheus = async (library: string): Promise<void> => {
  makeFolder(library)
  const draft = mkdtempSync(join(library, 'draft-'))
  const to = join(library, 'prometheus')
  try {
    await runProgram('apt-get', ['download', 'prometheus'], { cwd: draft })
    const [debian] = readdirSync(draft)
    await runProgram('dpkg', ['-x', join(draft, debian!), join(draft, 'unpacked')])
    if (!existsSync(to)) renameSync(join(draft, 'unpacked'), to)
  } catch (cause) {
    const tried = isAbsent(cause)
      ? 'this system has no apt-get to fetch it'
      : `apt-get did not bring it: ${complaintOf(cause)}`
    const found = `there is no prometheus on the PATH, and ${tried}; install it from prometheus.io`
    throw new MillraceError('SERVICE_FETCH', found, { cause })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
