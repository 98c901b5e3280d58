/** What Grafana knows when it asks: the time that is shown, and what the reader has chosen. */
export interface Shown {
  /** Event time, microseconds. */
  readonly from: number
  readonly to: number
  /** Between two points of a course, and what a rate is taken over, seconds. */
  readonly intervalS: number
  readonly rateIntervalS: number
  /** By the name of the variable. */
  readonly chosen: Readonly<Record<string, readonly string[]>>
}

/** The expression as the Prometheus source sends it: several values of a variable are alternatives. */
export const promqlOf = (expr: string, { rateIntervalS, chosen }: Shown): string =>
  replaced(expr.replaceAll('$__rate_interval', `${rateIntervalS}s`), chosen, values =>
    values.length === 1 ? quoted(values[0]!) : `(${values.map(quoted).join('|')})`,
  )

/** The statement as the QuestDB plugin sends it: several values of a variable are a list of texts. */
export const sqlOf = (sql: string, { from, to, intervalS, chosen }: Shown): string => {
  const stamp = (at: number): string => `cast(${at} as timestamp)`
  const expanded = sql
    .replaceAll(
      /\$__timeFilter\(([\w.]+)\)/g,
      (_, column) => `${column} >= ${stamp(from)} AND ${column} <= ${stamp(to)}`,
    )
    .replaceAll('$__fromTime', stamp(from))
    .replaceAll('$__toTime', stamp(to))
    .replaceAll('$__sampleByInterval', `${intervalS}s`)
  // One that stands in quotes takes one value.
  return replaced(
    expanded.replaceAll(/'\$(\w+)'/g, (_, name) => `'${chosen[name]?.[0] ?? ''}'`),
    chosen,
    values => `'${values.join("','")}'`,
  )
}

const replaced = (text: string, chosen: Shown['chosen'], format: (values: readonly string[]) => string): string =>
  text.replaceAll(/\$(\w+)/g, (whole, name) => (chosen[name] === undefined ? whole : format(chosen[name])))

const quoted = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\\\$&')
