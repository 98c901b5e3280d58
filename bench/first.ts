/**
 * The start of a run, as a program: `node bench/first.ts <folder of a tape>` opens the tape, runs the shipped mean
 * reversion over it with the paper venue, and tells the digest of its fills and what it allocated.
 */
import { getHeapStatistics } from 'node:v8'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { backtest } from './backtest.ts'

const tape = await openLmdbLog({ path: process.argv[2]!, readOnly: true })
const checksum = await backtest(tape, memoryLog())
process.stdout.write(JSON.stringify({ checksum, bytes: getHeapStatistics().total_allocated_bytes }))
await tape.close()
