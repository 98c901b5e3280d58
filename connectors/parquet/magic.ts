import { open } from 'node:fs/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { openMeter } from '../file/open.ts'

/** What a Parquet file begins and ends with. */
export const MAGIC = 'PAR1'

/**
 * Whether the file is Parquet: by its first bytes, not by its name. A pipe, which can be read only once, is not.
 *
 * Fails  as `openMeter` does; fault FILE_READ
 */
export const isParquet = async (path: string): Promise<boolean> => {
  const { bytesTotal } = await openMeter(path)
  return bytesTotal > 0 && (await headOf(path)) === MAGIC
}

const headOf = async (path: string): Promise<string> => {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } catch (cause) {
    throw new MillraceError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}
