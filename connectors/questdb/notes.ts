import { Agent } from 'node:http'
import { Sender } from '@questdb/nodejs-client'
import { assert } from '../../engine/assert.ts'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { QuestdbAddress } from './config.ts'
import type { Table } from './tables.ts'

/** A row of a table of notes: its time, and the columns by name. What is null, or not named, stays empty. */
export interface Note {
  readonly at: number
  readonly [column: string]: string | number | null
}

export interface Notes {
  /**
   * Stores rows of a table of notes, all or none; who is told that they are not stored still has them, and may try
   * again: a row's identity makes that harmless.
   *
   * Fails  Fault QUESTDB_DOWN; reject QUESTDB_ROW when the server refuses one; Defect ASSERT for a column that the
   *        table does not have or a value that it cannot hold
   */
  write(table: Table, notes: readonly Note[]): Promise<void>
  close(): Promise<void>
}

/**
 * Rows that come now and then and from no topic: alerts, lag, rejects. They go by QuestDB's own client. A failed
 * client is thrown away with what was in it, because it has lost the rows already.
 */
export const openNotes = (address: QuestdbAddress): Notes => {
  const agent = new Agent({ keepAlive: true })
  let sender: Promise<Sender> | null = null
  let last: Promise<unknown> = Promise.resolve()
  const end = async (): Promise<void> => {
    const open = sender
    sender = null
    await (await open)?.close()
  }
  const write = async (table: Table, notes: readonly Note[]): Promise<void> => {
    for (const note of notes) checkNote(table, note)
    try {
      sender ??= openSender(address, agent)
      const open = await sender
      for (const note of notes) await add(open, table, note)
      await open.flush()
    } catch (cause) {
      await end().catch(() => undefined)
      throw failure(table, cause)
    }
  }
  return {
    // One after the other: flushes of this client that run at once lose rows.
    write: (table, notes) => {
      const written = last.then(() => write(table, notes))
      last = written.catch(() => undefined)
      return written
    },
    close: async () => {
      await last
      await end()
      agent.destroy()
    },
  }
}

/** On connections of our own: the client's outlive it, and may lead to tables that are gone. */
const openSender = ({ host, http, user, password }: QuestdbAddress, agent: Agent): Promise<Sender> => {
  const login = `username=${escapeValue(user)};password=${escapeValue(password)}`
  const options = 'auto_flush=off;protocol_version=2;stdlib_http=on'
  return Sender.fromConfig(`http::addr=${host}:${http};${login};${options}`, { log: () => undefined, agent })
}

/** A semicolon in a value is written twice. */
const escapeValue = (text: string): string => text.replaceAll(';', ';;')

/** Symbols stand before all other columns. The client takes no null. */
const add = async (sender: Sender, { name, key, columns }: Table, note: Note): Promise<void> => {
  sender.table(name)
  const symbols = [key, ...columns.filter(({ type }) => type === 'SYMBOL').map(column => column.name)]
  for (const column of symbols) if (isTold(note[column])) sender.symbol(column, note[column])
  for (const { name: column, type } of columns) {
    const value = note[column]
    if (!isTold(value) || type === 'SYMBOL') continue
    if (typeof value === 'string') sender.stringColumn(column, value)
    else if (type === 'LONG') sender.intColumn(column, value)
    else sender.floatColumn(column, value)
  }
  await sender.at(note.at, 'us')
}

const isTold = (value: string | number | null | undefined): value is string | number =>
  value !== undefined && value !== null && !Number.isNaN(value)

/** All that the client would take wrongly, or half. */
const checkNote = ({ name, key, columns }: Table, note: Note): void => {
  assert(Number.isSafeInteger(note.at) && note.at >= 0, `${name}: a note has a time from 1970 on, not ${note.at}`)
  for (const [column, value] of Object.entries(note)) {
    if (column === 'at' || !isTold(value)) continue
    const type = column === key ? 'SYMBOL' : columns.find(other => other.name === column)?.type
    const isRight =
      typeof value === 'string'
        ? type === 'SYMBOL' || type === 'VARCHAR'
        : (type === 'DOUBLE' && Number.isFinite(value)) || (type === 'LONG' && Number.isSafeInteger(value))
    assert(isRight, `${name}.${column} is ${type ?? 'no column'}, but a note has ${JSON.stringify(value)} there`)
  }
}

const failure = ({ name }: Table, cause: unknown): MillraceError => {
  const reason = messageOf(cause)
  const code = /statusCode=400\b/.test(reason) ? 'QUESTDB_ROW' : 'QUESTDB_DOWN'
  return new MillraceError(code, `notes for table ${name} are not stored: ${reason}`, { cause })
}
