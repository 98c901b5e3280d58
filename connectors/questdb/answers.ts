import { setTimeout as delay } from 'node:timers/promises'
import type { Postgres } from './postgres.ts'

/** The run of a row, as its consumer group is called: 'desk' of 'desk.executions/0'. */
const run = String.raw`regexp_replace(source, '\.executions/\d+$', '') run`

const filled = (table: string, rates: string): string =>
  `select at, instrument, order_id, side, state, lots, price, fee, quote_age_us, ${rates}, source, seq
    from ${table} where type = 'fill'`

/** The run is told behind the union: in front of it the server (9.3) fails where it is asked for in a `sample by`. */
const fills = `select at, instrument, ${run}, order_id, side, state leg, lots, price, fee, quote_age_us, sell, buy,
    source, seq from ((
    ${filled('executions', 'null::double sell, null::double buy')}
    union all
    ${filled('turned_executions', 'sell, buy')}
    order by at) timestamp(at))`

const positions = `select at, instrument, run, leg, sum(signed) over w lots, sum(signed * price) over w paid,
    sum(fee) over w fees, price, source, seq
    from (select *, case when side = 'buy' then lots else -lots end signed from fills)
    window w as (partition by source, instrument, leg order by seq
    rows between unbounded preceding and current row)`

const orderUpdates = `select at, instrument, ${run}, order_id, state, lots lots_left, side, reason, source, seq
    from executions where type = 'update'`

const accounts = `select at, ${run}, balance, source, seq from executions where type = 'account'`

/**
 * What the venue answered, by its kind: views of `executions` and `turned_executions`, which hold all answers of all
 * runs in the order in which they were heard, so there is one truth. `run` is called as its consumer group is.
 *
 * ```text
 * fills          price in ticks, fee in minor units of the instrument's money; sell and buy: what one of them was worth
 *                in that of the account, empty where it is the same; leg: long or short, of hedged positions
 * positions      after each fill: lots that are held, paid for all so far in ticks times lots, fees for all so far, and
 *                the price of the fill. At a price of p ticks all was worth (lots * p - paid) ticks, before fees
 * order_updates  what became of an order
 * accounts       the balance, minor units
 * ```
 *
 * @example
 * const newest = 'latest on at partition by run, instrument, leg'
 * await questdb.query(`select * from positions where run = $1 ${newest}`, ['desk'])
 */
export const answerViews: Readonly<Record<string, string>> = {
  fills,
  // Of the one above.
  positions,
  order_updates: orderUpdates,
  accounts,
}

export const createAnswerViews: readonly string[] = Object.entries(answerViews).map(
  ([name, query]) => `create view if not exists ${name} as (${query})`,
)

/** What another process does at the same time is seen a little later. */
const PATIENCE_MS = 10_000

/** Makes way for the views: up to version 3 they were tables that nothing filled. One with rows is kept aside. */
export const clearTables = async (
  postgres: Postgres,
  names: readonly string[] = Object.keys(answerViews),
): Promise<void> => {
  const places = names.map((_, i) => `$${i + 1}`).join(', ')
  const asked = `select table_name from tables() where table_type = 'T' and table_name in (${places})`
  for (const begun = Date.now(); ; await delay(50)) {
    const found = (await postgres.query(asked, names)).map(([name]) => String(name))
    if (found.length === 0) return
    try {
      for (const name of found) await clearTable(postgres, name)
    } catch (error) {
      if (Date.now() - begun > PATIENCE_MS) throw error
    }
  }
}

const clearTable = async (postgres: Postgres, name: string): Promise<void> => {
  const [row] = await postgres.query(`select count() from ${name}`)
  await postgres.query(row?.[0] === 0 ? `drop table ${name}` : `rename table ${name} to ${name}_of_version_3`)
}
