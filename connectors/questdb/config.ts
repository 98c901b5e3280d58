import { MillraceError } from '../../engine/errors.ts'

/** Where a QuestDB is, and who we are there. */
export interface QuestdbAddress {
  readonly host: string
  /** Port of the HTTP server, which takes rows. */
  readonly http: number
  /** Port of the PG wire server, which answers queries. */
  readonly pg: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/**
 * Reads `questdb://user:password@host:port/database?pg=port`; the port is that of HTTP (`?http=` says it, too). What is
 * not said is as QuestDB comes: admin, quest, 9000, 8812, qdb.
 *
 * Fails  usage QUESTDB_URL; the password is never repeated
 *
 * @example
 * parseQuestdb('questdb://127.0.0.1?http=19000&pg=18812').http // => 19000
 */
export const parseQuestdb = (
  url: string,
  { password }: { readonly password?: string | undefined } = {},
): QuestdbAddress => {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.protocol !== 'questdb:') throw refusal('is no address', withoutPassword(url))
  const { searchParams, hostname, port, username } = parsed
  const unknown = [...searchParams.keys()].find(name => name !== 'http' && name !== 'pg')
  if (unknown !== undefined) throw refusal(`has a parameter '${unknown}', known are http and pg`, withoutPassword(url))
  if (hostname === '') throw refusal('names no host', withoutPassword(url))
  if (port !== '' && searchParams.has('http')) throw refusal('says the HTTP port twice', withoutPassword(url))
  return {
    host: hostname,
    http: portOf(searchParams.get('http') ?? port, 9000, url),
    pg: portOf(searchParams.get('pg') ?? '', 8812, url),
    user: decoded(username, url) || 'admin',
    password: decoded(parsed.password, url) || (password ?? 'quest'),
    database: decoded(parsed.pathname.slice(1), url) || 'qdb',
  }
}

const decoded = (text: string, url: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refusal('has a % that encodes nothing, write it as %25', withoutPassword(url))
  }
}

const portOf = (text: string, usual: number, url: string): number => {
  if (text === '') return usual
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw refusal(`has a port '${text}', expected is 1 to 65535`, withoutPassword(url))
}

const withoutPassword = (url: string): string => url.replace(/(:\/\/[^/@:]*):([^?]*|[^/@]*)@/, '$1@')

const refusal = (found: string, url: string): MillraceError => new MillraceError('QUESTDB_URL', `${url} ${found}`)
