/** What we use of the inside of kafkajs 2.2.4, which types only its surface. */
declare module 'kafkajs/src/cluster/index.js' {
  import type { Cluster } from './client.ts'

  const cluster: new (options: object) => Cluster
  export = cluster
}
declare module 'kafkajs/src/broker/index.js' {
  const broker: { readonly prototype: { connect(): Promise<void>; isConnected(): boolean } }
  export = broker
}
declare module 'kafkajs/src/cluster/brokerPool.js' {
  import type Broker from 'kafkajs/src/broker/index.js'

  const pool: { readonly prototype: { findConnectedBroker(): Promise<typeof Broker.prototype> } }
  export = pool
}
declare module 'kafkajs/src/protocol/encoder.js' {
  const encoder: new () => { writeBuffer(bytes: Buffer): object }
  export = encoder
}
declare module 'kafkajs/src/protocol/error.js' {
  import type { ProtocolError } from './client.ts'

  export const createErrorFromCode: (code: number) => ProtocolError
}
declare module 'kafkajs/src/protocol/requests/index.js' {
  const protocol: {
    readonly requests: Readonly<Record<string, object>>
    readonly lookup: (
      versions: object,
    ) => (
      apiKey: number,
      definition: object,
    ) => (args: object) => { readonly request: object; readonly response: object }
  }
  export = protocol
}
declare module 'kafkajs/src/protocol/requests/apiKeys.js' {
  const apiKeys: Readonly<Record<string, number>>
  export = apiKeys
}
declare module 'kafkajs/src/protocol/requests/metadata/v6/response.js' {
  interface Answer {
    readonly topicMetadata: readonly {
      readonly topicErrorCode: number
      readonly partitionMetadata: readonly object[]
    }[]
  }
  const response: { parse: (answer: Answer) => Promise<Answer> }
  export = response
}
declare module 'kafkajs/src/protocol/requests/addPartitionsToTxn/v1/response.js' {
  interface Answer {
    readonly errors: readonly { readonly partitionErrors: readonly { readonly errorCode: number }[] }[]
  }
  const response: { parse: (answer: Answer) => Promise<Answer> }
  export = response
}
declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface Queue {
    readonly pending: readonly unknown[]
    readonly inflight: ReadonlyMap<number, { readonly requestTimeout: number; timeoutRequest(): void }>
    readonly enforceRequestTimeout: boolean
    readonly requestTimeout: number
    requestTimeoutIntervalId: unknown
    isConnected(): boolean
    push(request: object): void
    scheduleCheckPendingRequests(): void
    scheduleRequestTimeoutCheck(): void
    destroy(): void
  }
  const queue: { new (options: object): Queue; readonly prototype: Queue }
  export = queue
}
declare module 'kafkajs/src/network/connection.js' {
  const connection: {
    readonly prototype: {
      socket?: { destroy(error?: Error): unknown }
      isConnected(): boolean
      connect(): Promise<boolean>
      disconnect(): Promise<boolean>
      connectionStatus: 'connected' | 'disconnecting' | 'disconnected'
      authenticatedAt: unknown
      rejectRequests(error: Error): void
      /** While it logs in. */
      authHandlers?: object | null
      processData(piece: Buffer): void
      requestQueue: {
        destroy(): void
        fulfillRequest(answer: {
          readonly size: number
          readonly correlationId: number
          readonly payload: Buffer
        }): void
      }
    }
  }
  export = connection
}
declare module 'kafkajs-snappy' {
  const snappy: () => {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>
    decompress(bytes: Buffer): Promise<Buffer>
  }
  export = snappy
}
