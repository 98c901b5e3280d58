import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The program that listens on a port, as people can find it: 'java (pid 4711)'. Not all systems tell. */
export const holderOf = (port: number): string => {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table => listening(table, port))
  const pid = readable(() => readdirSync('/proc'))
    .filter(name => /^\d+$/.test(name))
    .find(name => socketsOf(name).some(socket => sockets.includes(socket)))
  if (pid === undefined) return 'another program'
  return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
}

const LISTENS = '0A'

/** Lines of the kernel's table: number, local address in hex, remote, state, …, and the socket as the tenth. */
const listening = (table: string, port: number): string[] =>
  readable(() => readFileSync(table, 'utf8').split('\n'))
    .map(line => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTENS && Number.parseInt(local.split(':')[1]!, 16) === port)
    .map(fields => `socket:[${fields[9]}]`)

const socketsOf = (pid: string): string[] =>
  readable(() => readdirSync(`/proc/${pid}/fd`)).flatMap(fd => readable(() => [readlinkSync(`/proc/${pid}/fd/${fd}`)]))

/** What other users own, and what has just gone, cannot be read. */
const readable = (read: () => string[]): string[] => {
  try {
    return read()
  } catch {
    return []
  }
}
