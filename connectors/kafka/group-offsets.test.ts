import { expect, it } from 'vitest'
import { type Broker, type Client, protocolError } from './client.ts'
import { commitOffsets } from './group-offsets.ts'
import { type Member, quit } from './member.ts'

/** A group whose coordinator has moved, which a client hears only when it asks anew. */
const moved = () => {
  const heard: string[] = []
  const coordinatorAt = (isThere: boolean): Pick<Broker, 'ask'> => ({
    async ask(name) {
      if (!isThere) throw protocolError(16)
      heard.push(name)
      return {} as never
    },
  })
  let known = coordinatorAt(false)
  const client: Pick<Client, 'coordinator' | 'forget'> = {
    coordinator: async () => known as Broker,
    forget: () => {
      known = coordinatorAt(true)
    },
  }
  return { client: client as Client, heard }
}

it('offsets of a group are told to the coordinator that it has by now', async () => {
  const { client, heard } = moved()
  await commitOffsets(client, 'desk', [{ topic: 'quotes', partition: 0, offset: 7 }])
  expect(heard).toEqual(['OffsetCommit'])
})

it('who leaves a group tells the coordinator that it has by now, and nobody waits for its session to end', async () => {
  const { client, heard } = moved()
  await quit({ group: 'desk', id: 'm', instanceId: null } as Member, client)
  expect(heard).toEqual(['LeaveGroup'])
})
