import { MillraceError } from '../../engine/errors.ts'

/** Numbers of tables by name: a table that is made again has another. */
export type TableIds = ReadonlyMap<string, number>

/**
 * Whether the tables of these names are those that stood at first. The server is asked when its last answer is older
 * than `ageMs`, default 1,000: a query, however many sinks there are.
 *
 * Fails  Fault QUESTDB_TABLE when one was dropped, or made again; as `ask` does
 */
export type CheckTables = (names: Iterable<string>, ageMs?: number) => Promise<void>

const AGE_MS = 1000

/**
 * The server remembers by connection which table a name meant: rows for one that was dropped and made again go to the
 * dropped one, and are acknowledged.
 */
export const openStanding = (first: TableIds, ask: () => Promise<TableIds>): CheckTables => {
  let last = { askedAt: Number.NEGATIVE_INFINITY, ids: Promise.resolve(first) }
  return async (names, ageMs = AGE_MS) => {
    const now = performance.now()
    if (now - last.askedAt >= ageMs) last = { askedAt: now, ids: ask() }
    const ids = await last.ids
    for (const name of names) {
      if (ids.get(name) === first.get(name)) continue
      const is = ids.has(name) ? 'made again' : 'dropped'
      const sentence = `table ${name} was ${is} while rows were stored: the last of them are lost with the one before`
      throw new MillraceError('QUESTDB_TABLE', `${sentence}; start again to go on, verify tells what is missing`)
    }
  }
}
