import type { ParquetWritten } from '../../connectors/parquet/write.ts'
import type { Lineage } from '../../models/exported-rows.ts'
import { columnsOf } from '../../models/labels/label.ts'
import { versions } from '../versions.ts'
import { columnsFor, LINEAGE } from './read-rows.ts'
import { type TapeRowsOptions, tapeRows } from './tape-rows.ts'

export interface RowsWritten extends ParquetWritten {
  readonly lineage: Lineage
}

/**
 * Writes the training rows of a tape to a Parquet file, with what they are made of. Nothing in it tells the time or the
 * place of the export: the same tape gives the same bytes.
 *
 * Fails  as `tapeRows` and `writeParquet` do
 */
export const writeRows = async (path: string, options: TapeRowsOptions, signal: AbortSignal): Promise<RowsWritten> => {
  const { writeParquet } = await import('../../connectors/parquet/write.ts')
  const { set, source, labels } = options
  const made = tapeRows(options)
  const lineage = (): Lineage => ({
    version: versions().millrace!,
    set: { name: set.name, version: set.version, hash: set.hash },
    features: set.features,
    source,
    graph: made.graph,
    tape: made.tape(),
    labels: labels.map(label => ({
      ...{ type: label.type, name: label.name, params: label.params, columns: columnsOf(label) },
    })),
  })
  const metadata = (): Record<string, string> => ({ [LINEAGE]: JSON.stringify(lineage()) })
  const written = await writeParquet(path, { columns: columnsFor(lineage()), metadata }, made.groups(signal))
  return { ...written, lineage: lineage() }
}
