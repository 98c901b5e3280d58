import { open } from 'node:fs/promises'
import { isMillraceError, MillraceError, messageOf } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { decodeBlock, encodeBlock } from '../../engine/log/codec.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { type ReadMeter, unpackedBytes } from './bytes.ts'
import { openMeter } from './open.ts'

/*
 * A piece of a topic as a file: "MILLRACE", then frames of u32 kind, u32 size (little endian) and size bytes.
 *
 *   1  a schema as JSON, ahead of its first block
 *   2  a block, as the log keeps it (engine/log/codec.ts), with its own checksum
 *   3  the end: u64 blocks
 */
const MAGIC = Buffer.from('MILLRACE')
const kinds = { schema: 1, block: 2, end: 3 } as const
const FRAME = 8
/** More than a block of 4,096 rows with long texts; a size beyond it is damage. */
const FRAME_BYTES = 256 * 1024 * 1024

/**
 * Writes blocks to a file that `readTape` gives back bit for bit; how many there were. A file of that name is replaced.
 *
 * Blocks    one block at a time
 * Fails     fault FILE_WRITE; what the source fails with. Then the file has no end, and reads as cut off.
 */
export const writeTape = async (path: string, blocks: AsyncIterable<Block> | Iterable<Block>): Promise<number> => {
  const file = await open(path, 'w').catch(cause => {
    throw new MillraceError('FILE_WRITE', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  })
  const write = async (kind: number, bytes: Uint8Array): Promise<void> => {
    const head = Buffer.alloc(FRAME)
    head.writeUInt32LE(kind, 0)
    head.writeUInt32LE(bytes.length, 4)
    await file.writev([head, bytes]).catch(cause => {
      throw new MillraceError('FILE_WRITE', `cannot write ${path}: ${messageOf(cause)}`, { cause })
    })
  }
  try {
    await file.write(MAGIC)
    const known = new Set<number>()
    let count = 0
    for await (const block of blocks) {
      if (!known.has(block.schema.id)) await write(kinds.schema, Buffer.from(JSON.stringify(block.schema)))
      known.add(block.schema.id)
      await write(kinds.block, encodeBlock(block))
      count += 1
    }
    const end = Buffer.alloc(8)
    end.writeBigUInt64LE(BigInt(count))
    await write(kinds.end, end)
    await file.sync()
    return count
  } finally {
    await file.close()
  }
}

/** Whether the file is a tape: by its first bytes, not by its name. A pipe, which can be read only once, is none. */
export const isTape = async (path: string): Promise<boolean> => {
  const meter = await openMeter(path)
  if (meter.bytesTotal === 0) return false
  for await (const bytes of unpackedBytes(meter)) return MAGIC.equals(bytes.subarray(0, MAGIC.length))
  return false
}

/**
 * The blocks of a tape file, plain or packed with gzip or zstd.
 *
 * Delivers  every block up to the end, or up to the damage
 * Blocks    holds one read of the file; a block is good until the next is taken
 * Ends      at the end mark, or when the signal aborts
 * Fails     usage FILE_FORMAT when it is no tape; fault FILE_TRUNCATED without the end mark, FILE_CORRUPT with the
 *           number of the block; what `openMeter` fails with
 */
export async function* readTape(path: string, signal?: AbortSignal): AsyncGenerator<Block> {
  const meter = await openMeter(path)
  const schemas = new Map<number, Schema>()
  let blocks = 0
  for await (const { kind, bytes } of framesOf(meter, signal)) {
    if (kind === kinds.schema) {
      const schema = JSON.parse(Buffer.from(bytes).toString()) as Schema
      schemas.set(schema.id, schema)
    } else if (kind === kinds.block) {
      yield decoded(bytes, schemas, `${path}: block ${blocks}`)
      blocks += 1
    } else if (kind === kinds.end) {
      const told = Number(Buffer.from(bytes).readBigUInt64LE())
      if (told === blocks) return
      throw new MillraceError('FILE_CORRUPT', `${path}: it tells of ${told} blocks, and holds ${blocks}`)
    } else throw new MillraceError('FILE_CORRUPT', `${path}: behind block ${blocks} stands a frame of kind ${kind}`)
  }
  if (signal?.aborted) return
  throw new MillraceError('FILE_TRUNCATED', `${path}: it breaks off behind ${blocks} blocks, before its end`)
}

const decoded = (bytes: Uint8Array, schemas: ReadonlyMap<number, Schema>, place: string): Block => {
  try {
    return decodeBlock(bytes, id => schemas.get(id))
  } catch (cause) {
    if (!isMillraceError(cause)) throw cause
    throw new MillraceError('FILE_CORRUPT', `${place}: ${cause.message}`, { cause })
  }
}

interface Frame {
  readonly kind: number
  readonly bytes: Uint8Array
}

async function* framesOf(meter: ReadMeter, signal?: AbortSignal): AsyncGenerator<Frame> {
  let held: Buffer = Buffer.alloc(0)
  let isFirst = true
  for await (const piece of unpackedBytes(meter, signal)) {
    held = held.length === 0 ? Buffer.from(piece) : Buffer.concat([held, piece])
    if (isFirst && held.length >= MAGIC.length) {
      if (!MAGIC.equals(held.subarray(0, MAGIC.length)))
        throw new MillraceError('FILE_FORMAT', `${meter.path} is no tape: it does not begin with ${String(MAGIC)}`)
      held = held.subarray(MAGIC.length)
      isFirst = false
    }
    while (!isFirst && held.length >= FRAME) {
      const size = held.readUInt32LE(4)
      if (size > FRAME_BYTES) throw new MillraceError('FILE_CORRUPT', `${meter.path}: a frame of ${size} bytes`)
      if (held.length < FRAME + size) break
      yield { kind: held.readUInt32LE(0), bytes: held.subarray(FRAME, FRAME + size) }
      held = held.subarray(FRAME + size)
    }
  }
}
