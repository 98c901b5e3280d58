import type { Column } from '../../connectors/parquet/columns.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { ExportedRows, Lineage } from '../../models/exported-rows.ts'
import { checkFinite } from '../../models/rows.ts'

/** The name of the lineage among the texts of the file: JSON. */
export const LINEAGE = 'millrace'

/** The columns of exported rows, in the order of the file. */
export const columnsFor = ({ features, labels }: Pick<Lineage, 'features' | 'labels'>): readonly Column[] => [
  { name: 'key', type: 'text' },
  { name: 'at', type: 'time' },
  { name: 'knownAt', type: 'time' },
  ...features.map(({ name }) => ({ name, type: 'f32' }) as const),
  ...labels.flatMap(({ columns }) => columns.map(name => ({ name, type: 'f64' }) as const)),
]

/**
 * Rows that were exported, bit for bit, in order of their events; of one event time in the order of the file. All of
 * them are held in memory.
 *
 * Fails  as `openParquet` and its `read` do; usage FILE_FORMAT for a file that has no lineage; usage MODEL_ROWS for a
 *        number that is not finite, with column and row
 */
export const readRows = async (path: string): Promise<ExportedRows> => {
  const { openParquet } = await import('../../connectors/parquet/read.ts')
  const file = await openParquet(path)
  const lineage = lineageOf(path, file.metadata[LINEAGE])
  const columns = columnsFor(lineage)
  const keys: string[] = []
  const numbers = columns.slice(1).map(({ type }) => (type === 'f32' ? Float32Array : Float64Array))
  const all = numbers.map(Numbers => new Numbers(file.rows))
  for await (const [names, ...values] of file.read(columns)) {
    for (const [i, column] of values.entries()) all[i]!.set(column as Float64Array, keys.length)
    for (const name of names as readonly string[]) keys.push(name)
  }
  for (const [i, column] of all.entries())
    for (let row = 0; row < column.length; row++) checkFinite(column[row]!, columns[i + 1]!.name, row)
  return inOrder(keys, all, lineage)
}

const inOrder = (keys: readonly string[], all: readonly (Float32Array | Float64Array)[], lineage: Lineage) => {
  const [at] = all as [Float64Array]
  const order = Uint32Array.from(at, (_, row) => row).sort((a, b) => at[a]! - at[b]! || a - b)
  const isSorted = order.every((row, place) => row === place)
  const [times, knownAt, ...rest] = isSorted ? all : all.map(column => column.map((_, row) => column[order[row]!]!))
  const names = lineage.features.map(({ name }) => name)
  return {
    keys: isSorted ? keys : Array.from(order, row => keys[row]!),
    at: times as Float64Array,
    knownAt: knownAt as Float64Array,
    names,
    features: rest.slice(0, names.length) as Float32Array[],
    labelNames: lineage.labels.flatMap(({ columns }) => columns),
    labels: rest.slice(names.length) as Float64Array[],
    lineage,
  }
}

const lineageOf = (path: string, text: string | undefined): Lineage => {
  if (text !== undefined) return JSON.parse(text) as Lineage
  throw new MillraceError('FILE_FORMAT', `${path} has no lineage: millrace features export did not write it`)
}
