import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MillraceError, messageOf } from '../engine/errors.ts'

/**
 * Makes the folder and those above it, one by one: the recursive call of Node never returns where a file system says
 * that a folder of it is not there, as /proc does. Fails: fault CLI_FOLDER.
 */
export const makeFolder = (path: string): void => {
  const parent = dirname(path)
  if (!existsSync(parent)) makeFolder(parent)
  const isThere = (): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  try {
    if (!isThere()) mkdirSync(path)
  } catch (cause) {
    // Another process may have made it in the meantime.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST' && isThere()) return
    throw new MillraceError('CLI_FOLDER', `cannot make the folder ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** Lines that are written at a time. */
const BATCH = 4096

/**
 * Writes a text file, the whole of it or nothing: beside its place, flushed, then moved there.
 *
 * Fails  fault CLI_FOLDER; what the lines fail with
 */
export const writeLines = async (path: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void> => {
  try {
    await wholeFile(path, async draft => {
      const file = await open(draft, 'w')
      try {
        const waiting: string[] = []
        for await (const line of lines) {
          waiting.push(`${line}\n`)
          if (waiting.length === BATCH) await file.write(waiting.splice(0).join(''))
        }
        await file.write(waiting.join(''))
        await file.sync()
      } finally {
        await file.close()
      }
    })
  } catch (cause) {
    if (!isOfSystem(cause)) throw cause
    throw new MillraceError('CLI_FOLDER', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
}

/**
 * Has a file written beside its place and moved there when that is done: when it fails, what was there before still is.
 * What is no plain file, as a pipe, is written to where it is. Fails: as `write` does, and the system.
 */
export const wholeFile = async <T>(path: string, write: (draft: string) => Promise<T>): Promise<T> => {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there !== undefined && !there.isFile()) return write(path)
  // A link stays one.
  const place = there === undefined ? path : realpathSync(path)
  const draft = `${place}.draft`
  try {
    const written = await write(draft)
    await rename(draft, place)
    return written
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

const isOfSystem = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined
