import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { look } from './process.ts'
import { recordsIn } from './record.ts'
import { endServer } from './running.ts'

const PREFIX = 'millrace-servers-'

/** A folder for servers that end with this process. What dead processes left of theirs is removed first. */
export const temporaryFolder = async (within: string = tmpdir()): Promise<string> => {
  await sweep(within)
  return mkdtempSync(join(within, `${PREFIX}${process.pid}-`))
}

/** Ends the servers of processes that are no more, and removes their folders. */
const sweep = async (within: string): Promise<void> => {
  for (const name of readdirSync(within).filter(isLeft)) {
    const folder = join(within, name)
    await Promise.all(recordsIn(folder).map(endServer))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Named for the process that made it. Another one that was given its number only puts this off. */
const isLeft = (name: string): boolean => {
  const [, owner] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? []
  return owner !== undefined && look(Number(owner)) === null
}
