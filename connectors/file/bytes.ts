import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { MillraceError, messageOf } from '../../engine/errors.ts'

export type Packing = 'plain' | 'gzip' | 'zstd'

/** What has been read of a file, while it is read and afterwards. */
export interface ReadMeter {
  readonly path: string
  /** 0 when it is not known: a pipe. */
  readonly bytesTotal: number
  bytesRead: number
  /** Known from the first bytes on. */
  packing: Packing | null
  /** Fingerprint of the file as it lies there; null until its last byte is read. */
  sha256: string | null
}

/**
 * The unpacked bytes of a file, in order. What it is packed with shows in its first bytes, not in its name.
 *
 * While a piece is taken, the next one is unpacked on another thread.
 *
 * Delivers  every byte that can be unpacked; when gzip or zstd breaks off, those before the break
 * Blocks    holds one read of the file, unpacked, until it is taken
 * Ends      at the end of the file, or when the signal aborts
 * Fails     fault FILE_TRUNCATED, FILE_CORRUPT (the last piece before the damage may be lost), FILE_READ;
 *           usage FILE_FORMAT for archives, other compressions and UTF-16
 */
export async function* unpackedBytes(meter: ReadMeter, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const raw = rawBytes(meter, signal)
  try {
    const first = await raw.next()
    if (first.done) return
    meter.packing = packingOf(first.value, meter.path)
    const whole = startWith(first.value, raw)
    if (meter.packing === 'plain') yield* whole
    else if (meter.packing === 'gzip') yield* unpack(whole, createGunzip({ chunkSize: UNPACKED_BYTES }), meter)
    else yield* unpack(whole, createZstdDecompress({ chunkSize: UNPACKED_BYTES }), meter)
  } finally {
    await raw.return(undefined)
  }
}

/** One read of the file: what may be lost before damage, and what is unpacked while the last one is taken. */
const READ_BYTES = 64 * 1024
/** More than one read unpacks to as a rule: each piece costs a round over the other thread. */
const UNPACKED_BYTES = 1024 * 1024

async function* rawBytes(meter: ReadMeter, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(meter.path, { highWaterMark: READ_BYTES })) {
      if (signal?.aborted) return
      hash.update(chunk)
      meter.bytesRead += chunk.length
      yield chunk
    }
  } catch (cause) {
    const sentence = `cannot read ${meter.path} at byte ${meter.bytesRead}: ${messageOf(cause)}`
    throw new MillraceError('FILE_READ', sentence, { cause })
  }
  meter.sha256 = hash.digest('hex')
}

async function* startWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

/** Drives the unpacker by hand: piped into one another, streams drop what they hold when the input breaks off. */
async function* unpack(raw: AsyncIterable<Uint8Array>, unpacker: Transform, meter: ReadMeter) {
  let ready: Uint8Array[] = []
  unpacker.on('data', piece => ready.push(piece))
  const failure = new Promise<Error>(resolve => unpacker.once('error', resolve))
  const settle = (act: (done: () => void) => void): Promise<Error | undefined> =>
    Promise.race([failure, new Promise<undefined>(resolve => act(() => resolve(undefined)))])

  try {
    let pending = Promise.resolve<Error | undefined>(undefined)
    for await (const chunk of raw) {
      const error = await pending
      const pieces = ready
      ready = []
      if (!error) pending = settle(done => unpacker.write(chunk, done))
      yield* pieces
      if (error) throw damage(error, meter)
    }
    const error = (await pending) ?? (await settle(done => unpacker.once('end', done).end()))
    yield* ready
    if (error && meter.sha256 !== null) throw damage(error, meter)
  } finally {
    unpacker.destroy()
  }
}

const damage = (error: NodeJS.ErrnoException, { path, packing, bytesRead }: ReadMeter): MillraceError =>
  error.code === 'Z_BUF_ERROR'
    ? new MillraceError(
        'FILE_TRUNCATED',
        `${path}: the ${packing} data breaks off at byte ${bytesRead}, before its end`,
        {
          cause: error,
        },
      )
    : new MillraceError('FILE_CORRUPT', `${path}: the ${packing} data is damaged (${messageOf(error)})`, {
        cause: error,
      })

const packingOf = (bytes: Uint8Array, path: string): Packing => {
  const found = SIGNATURES.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte))
  if (!found) return 'plain'
  if (found.name === 'gzip' || found.name === 'zstd') return found.name
  throw new MillraceError('FILE_FORMAT', `${path} is ${found.name}; expected plain text, gzip or zstd`)
}

const SIGNATURES: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: 'gzip', magic: [0x1f, 0x8b] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'a zip archive', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'Parquet', magic: [0x50, 0x41, 0x52, 0x31] },
  { name: 'UTF-16 text', magic: [0xff, 0xfe] },
  { name: 'UTF-16 text', magic: [0xfe, 0xff] },
]
