import { MillraceError, messageOf } from '../../../engine/errors.ts'

/** The text of a schema by its id; null when there is none under it. */
export type SchemaOf = (id: number) => Promise<string | null>

export interface RegistryOptions {
  /** 'http://registry:8081'. */
  readonly url: string
  /** Of the header `Authorization`: 'Basic ...'. */
  readonly authorization?: string
  /** Default 5 s. */
  readonly timeoutMs?: number
}

/**
 * Asks a schema registry, once for each schema.
 *
 * Fails  Fault KAFKA_REGISTRY when it does not answer in time, or with anything but a schema or that there is none:
 *        records wait, none is taken for bad because the registry is away
 */
export const schemaRegistry = ({ url, authorization, timeoutMs = 5_000 }: RegistryOptions): SchemaOf => {
  const known = new Map<number, string>()
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    ...(authorization === undefined ? {} : { authorization }),
  }
  return async id => {
    const place = `${url.replace(/\/+$/, '')}/schemas/ids/${id}`
    const cached = known.get(id)
    if (cached !== undefined) return cached
    const found = await ask(place, { headers, signal: AbortSignal.timeout(timeoutMs) })
    if (found !== null) known.set(id, found)
    return found
  }
}

const ask = async (place: string, init: RequestInit): Promise<string | null> => {
  try {
    const response = await fetch(place, init)
    if (response.status === 404) return null
    if (!response.ok) throw new Error(`it answers ${response.status} ${response.statusText}`)
    const { schema } = (await response.json()) as { readonly schema?: unknown }
    if (typeof schema !== 'string') throw new Error('its answer holds no schema')
    return schema
  } catch (cause) {
    throw new MillraceError('KAFKA_REGISTRY', `the schema registry at ${place}: ${messageOf(cause)}`, {
      cause,
      retryAfterMs: 1_000,
    })
  }
}
