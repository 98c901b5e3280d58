import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { type Check, type Finding, rememberingCheck } from './checks.ts'

export interface HealthOptions {
  readonly clock: Clock
  /** What /metrics gives. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
  /** Default 127.0.0.1: what is told here is for the machine itself, unless its owner says otherwise. */
  readonly host?: string
  /** Default 9464, the custom of OpenTelemetry; 0 takes a free one. */
  readonly port?: number
}

export interface HealthServer {
  /** 'http://127.0.0.1:9464' */
  readonly url: string
  /** Gives back what ends it. */
  watch(check: Check): () => void
  /** Answers what was asked, then takes no more. */
  close(): Promise<void>
}

/** The largest request that is read, bytes: nobody has to send anything. */
const BODY_MAX = 1024
/** A client may take so long to ask, milliseconds. */
const REQUEST_MS = 5_000

/**
 * What Prometheus scrapes and orchestrators probe.
 *
 * - `/metrics` the text of Prometheus
 * - `/health/live` 200 while the process answers at all
 * - `/health/ready` 200, or 503 with the reasons: `{"status":"not ready","reasons":["mean-reversion/0: restoring"]}`
 * - `/health` both, with each check
 *
 * Delivers  the state of the moment of the request; a check that does not answer within 2 s fails
 * Blocks    never
 * Ends      with `close`
 * Fails     usage HTTP_LISTEN when the address is taken or not ours
 */
export const healthServer = async (options: HealthOptions): Promise<HealthServer> => {
  const { clock, metrics, host = '127.0.0.1', port = 9464 } = options
  const checks = new Set<() => Promise<Finding>>()
  const findings = (): Promise<Finding[]> => Promise.all([...checks].map(check => check()))
  const server = fastify({ bodyLimit: BODY_MAX, requestTimeout: REQUEST_MS, forceCloseConnections: true })
  server.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()))
  server.get('/health/live', () => ({ status: 'live' }))
  server.get('/health/ready', async (_, reply) => {
    const reasons = (await findings()).filter(({ isReady }) => !isReady).map(reasonOf)
    return answer(reply, { status: statusOf(reasons.length === 0), reasons })
  })
  server.get('/health', async (_, reply) => {
    const all = await findings()
    return answer(reply, { status: statusOf(all.every(({ isReady }) => isReady)), checks: all })
  })
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: 'found nothing here, expected /metrics, /health, /health/live or /health/ready' }),
  )
  return {
    url: await listen(server, host, port),
    watch(check) {
      const one = rememberingCheck(check, clock)
      checks.add(one)
      return () => void checks.delete(one)
    },
    close: () => server.close(),
  }
}

const statusOf = (isReady: boolean): Answer['status'] => (isReady ? 'ready' : 'not ready')

const reasonOf = ({ name, reason, since }: Finding): string => `${name}: ${reason}, since ${since}`

interface Answer {
  readonly status: 'ready' | 'not ready'
  readonly [more: string]: unknown
}

const answer = (reply: FastifyReply, answer: Answer): FastifyReply =>
  reply.code(answer.status === 'ready' ? 200 : 503).send(answer)

const listen = async (server: FastifyInstance, host: string, port: number): Promise<string> => {
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    throw new MillraceError('HTTP_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { cause })
  }
}
