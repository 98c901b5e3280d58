import { readdir, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { ReadMeter } from './bytes.ts'

/**
 * Looks whether the file can be read at all.
 *
 * Fails  usage FILE_MISSING when it is not there (with names that are near) or is a folder (with files of it);
 *        fault FILE_EMPTY; fault FILE_READ
 */
export const openMeter = async (path: string): Promise<ReadMeter> => {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause)
  if (found instanceof Error) throw await missing(path, found)
  if (found.isDirectory()) throw new MillraceError('FILE_MISSING', `${path} is a folder${listed(await namesIn(path))}`)
  if (found.isFile() && found.size === 0) throw new MillraceError('FILE_EMPTY', `${path} is empty: 0 bytes`)
  return { path, bytesTotal: found.size, bytesRead: 0, packing: null, sha256: null }
}

const missing = async (path: string, cause: NodeJS.ErrnoException): Promise<MillraceError> => {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR')
    return new MillraceError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  const wanted = basename(path)
  const names = await namesIn(dirname(path))
  const near = names
    .map(name => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(3, wanted.length / 3) || name.startsWith(wanted))
    .sort((a, b) => a.distance - b.distance)
  const hint =
    near.length > 0
      ? `; near it: ${near
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', ')}`
      : listed(names)
  return new MillraceError('FILE_MISSING', `no such file: ${path}${hint}`, { cause })
}

/** Names of a folder; none when it cannot be read. */
const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).slice(0, MAX_NAMES)

const MAX_NAMES = 1000

const listed = (names: readonly string[]): string =>
  names.length > 0 ? `; in the folder: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}` : ''

/** Letters to insert, delete or replace to get from one word to the other. */
export const editDistance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++)
      next.push(Math.min(row[j]! + (from[i] === to[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1))
    row = next
  }
  return row[to.length]!
}
