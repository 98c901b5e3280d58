import { MillraceError } from '../../engine/errors.ts'

/**
 * Sees to it that a write ends. When the disk fails, lmdb may forget the writes that were under way: their promises
 * never settle, and the process would end without a word once it has nothing else to do. Then they are given up.
 */
export const neverForgotten = <T>(writing: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new MillraceError('LOG_IO', 'the disk failed, and lmdb forgot the write'))
    if (waiting.size === 0) process.on('beforeExit', giveUpAll)
    waiting.add(giveUp)
    writing.then(resolve, reject).finally(() => {
      waiting.delete(giveUp)
      if (waiting.size === 0) process.off('beforeExit', giveUpAll)
    })
  })

const waiting = new Set<() => void>()

const giveUpAll = (): void => {
  for (const giveUp of waiting) giveUp()
  waiting.clear()
}
