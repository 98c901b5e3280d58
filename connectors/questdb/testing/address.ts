import { parseQuestdb, type QuestdbAddress } from '../config.ts'

/** The database that all server tests share, as they are told of it. */
interface Provided {
  /** 'http://127.0.0.1:9000'. */
  readonly http: string
  readonly pg: { readonly port: number; readonly user: string; readonly password: string }
}

export const addressOf = ({ http, pg }: Provided): QuestdbAddress =>
  parseQuestdb(`questdb://${pg.user}:${pg.password}@${new URL(http).host}?pg=${pg.port}`)
