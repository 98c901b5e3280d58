import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { MillraceError } from '../../engine/errors.ts'

/*
 * The head of the file of an LMDB environment, as lmdb 3.5 writes it: two meta pages, of which the one with the higher
 * transaction counts. Little endian, from the begin of the page:
 *
 *    24  u32  magic          48  u32  page size                144  u64  number of the last page
 *    28  u32  version                                          152  u64  transaction
 */
const META_BYTES = 160
const MAGIC = 0xbeefc0de
const VERSION = 2

/** So many pages at the end LMDB may have given out and taken back without ever writing them. */
const UNWRITTEN_PAGES = 64

/**
 * Looks at the data file before LMDB does, which would end the process with a signal: at a file of another kind when it
 * opens it, at a file that was cut when it reads behind its end.
 *
 * Fails  Fault LOG_CORRUPT.
 */
export const checkDataFile = (file: string): void => {
  const first = readMeta(file, 0)
  const pageSize = first.readUInt32LE(48)
  if (first.readUInt32LE(24) !== MAGIC) throw new MillraceError('LOG_CORRUPT', `${file} is no LMDB file`)
  const version = first.readUInt32LE(28) & 0xffff
  if (version !== VERSION)
    throw new MillraceError('LOG_CORRUPT', `${file} has LMDB version ${version}, this program reads version ${VERSION}`)
  const second = readMeta(file, pageSize)
  const meta = second.readBigUInt64LE(152) > first.readBigUInt64LE(152) ? second : first
  const pages = Number(meta.readBigUInt64LE(144)) + 1
  const found = statSync(file).size
  if (found < (pages - UNWRITTEN_PAGES) * pageSize)
    throw new MillraceError('LOG_CORRUPT', `${file} was cut: it has ${found} bytes, its pages need ${pages * pageSize}`)
}

/** Zeros where the file is shorter. */
const readMeta = (file: string, position: number): Buffer => {
  const bytes = Buffer.alloc(META_BYTES)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, bytes, 0, META_BYTES, position)
    return bytes
  } finally {
    closeSync(handle)
  }
}
