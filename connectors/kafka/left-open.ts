import { type Client, protocolError } from './client.ts'
import type { Place } from './feed.ts'
import { type FetchOptions, fetchRequest } from './fetch.ts'
import { LATEST, offsetAt } from './offsets.ts'
import { type Batch, offsetBehind } from './record-batch.ts'
import { type Mark, recordsOf } from './records.ts'

/** A record that no mark tells of, whether it counts. */
export interface LeftOpen {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

const BYTES = 1024 * 1024
const ALL: FetchOptions = { waitMs: 0, minBytes: 0, maxBytes: BYTES, rack: '', isolation: 'uncommitted' }

const LEADER_NOT_AVAILABLE = 5

/** What a producer has written to a partition and not ended, in its order. */
export const leftOpen = async (client: Client, place: Place, producerId: bigint): Promise<readonly LeftOpen[]> => {
  const { topic, partition } = place
  const [leader, ended, end] = await Promise.all([
    client.leader(topic, partition),
    offsetAt(client, place, LATEST),
    offsetAt(client, place, LATEST, 'uncommitted'),
  ])
  let open: LeftOpen[] = []
  const isOurs = (batch: Batch, mark: Mark | null): boolean => {
    if (batch.producerId !== producerId) return false
    if (mark !== null) open = []
    return mark === null
  }
  for (let from = ended ?? 0; from < (end ?? 0); ) {
    const { partitions } = await leader!.send(fetchRequest([{ ...place, offset: from, maxBytes: BYTES }], ALL))
    const { error, set } = partitions[0]!
    if (error !== 0) throw protocolError(error)
    const records = recordsOf(set, { partition: `${topic}/${partition}`, from, admits: isOurs })
    while (records.next()) open.push({ key: records.key(), value: records.value() })
    const behind = offsetBehind(set, from)
    // Who has just begun to lead may not know yet how far the partition goes.
    if (behind === from) throw protocolError(LEADER_NOT_AVAILABLE)
    from = behind
  }
  return open
}
