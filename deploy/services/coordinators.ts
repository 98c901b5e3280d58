import { connect } from 'node:net'

/** What Kafka keeps its groups and its transactions in; the first one who asks for either has it made. */
const kinds = { group: 0, transaction: 1 } as const

const FIND_COORDINATOR = 10
const VERSION = 1
const PATIENCE_MS = 2_000

/** Whether groups and transactions can begin at this broker. */
export const hasCoordinators = async (port: number): Promise<boolean> => {
  const answers = await Promise.all(Object.values(kinds).map(kind => ask(port, kind)))
  return answers.every(error => error === 0)
}

/** The error code of the answer; null when there is none. */
const ask = (port: number, kind: number): Promise<number | null> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (error: number | null): void => {
      socket.destroy()
      resolve(error)
    }
    let bytes = Buffer.alloc(0)
    socket.setTimeout(PATIENCE_MS, () => answer(null))
    socket.on('error', () => answer(null))
    socket.on('close', () => answer(null))
    socket.on('connect', () => socket.write(request(kind)))
    socket.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part])
      if (bytes.length >= ERROR_AT + 2) answer(bytes.readInt16BE(ERROR_AT))
    })
  })

/** Behind size, correlation id and throttle time, four bytes each. */
const ERROR_AT = 12

/** Size; then API, version, correlation id and client id; then key and kind. */
const request = (kind: number): Buffer => {
  const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)]
  const body = [0, FIND_COORDINATOR, 0, VERSION, 0, 0, 0, 0, ...text('millrace'), ...text('millrace-ready'), kind]
  return Buffer.from([0, 0, 0, body.length, ...body])
}
