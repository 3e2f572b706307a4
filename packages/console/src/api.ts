import type { ServerEvent } from './server-events.ts'
import { serverEvents } from './server-events.ts'
import { answerTo, Problem, type Session, send } from './session.ts'

/** The server's interface, asked as whoever is signed in. */
export interface Api {
  /** @throws {Problem} */
  ask<Answer>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    given?: { body?: object; signal?: AbortSignal },
  ): Promise<Answer>
  /** Server-sent events, until the server ends them or `signal` aborts. @throws {Problem} */
  follow(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent>
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Given as `after`, it brings the next page. */
  readonly next: string | null
}

export interface Device {
  readonly uid: string
  readonly name: string
  readonly product: string
  readonly state: string
  readonly online: boolean
  readonly relation: Relation | null
  readonly last_seen_at: string | null
}
export type Relation = 'owner' | 'controller' | 'viewer'
export interface Connection {
  readonly since: string | null
  readonly address: string | null
  readonly protocol: string | null
}
export interface Telemetry {
  readonly id: string
  readonly stream: string
  readonly received_at: string
  readonly payload: unknown
}
export interface DeviceState {
  readonly reported: object
  readonly desired: object
  readonly delta: object
}
export interface Share {
  readonly subject: string
  readonly username: string | null
  readonly relation: Relation
  readonly until: string | null
}
export interface Reply {
  readonly status: number
  readonly payload: unknown
}
export interface ActivityEvent {
  readonly id: string
  readonly at: string
  readonly event: string
  readonly outcome: Outcome
  readonly reason: string | null
  readonly subject: string | null
  readonly target: string | null
  readonly address: string | null
  readonly region: string | null
}
export type Outcome = 'success' | 'refused' | 'failure' | 'alarm'
export interface User {
  readonly id: string
  readonly username: string
  readonly display_name: string | null
  readonly user_type: string
  readonly last_sign_in_at: string | null
  readonly disabled_at: string | null
}
export interface Invitation {
  readonly link: string
  readonly expires_at: string
}
export interface UserType {
  readonly name: string
}

export function createApi(session: Session, fetch: typeof globalThis.fetch): Api {
  /** A refused token is the end of the session: it was renewed in time, so somebody has ended it. */
  const orEnded = (token: string) => (error: unknown) => {
    if (error instanceof Problem && error.status === 401) session.refused(token)
    throw error
  }
  return {
    async ask<Answer>(
      method: string,
      path: string,
      { body, signal }: { body?: object; signal?: AbortSignal } = {},
    ) {
      const token = await session.token()
      // The server's own schemas say what comes back; the routes are tested there.
      return (await send(fetch, method, path, { token, body, signal }).catch(orEnded(token))) as Answer
    },
    async *follow(path, signal) {
      const token = await session.token()
      const response = await answerTo(fetch, 'GET', path, { token, signal }).catch(orEnded(token))
      if (response.body) yield* serverEvents(response.body)
    },
  }
}

/** A path with a query, without what is empty. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
