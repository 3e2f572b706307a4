import { type Client, ClientError } from 'latchkey/client'
import { Problem, problemFrom, problemIn } from './problem.ts'
import { type ServerEvent, serverEvents } from './server-events.ts'

/** The server's interface, asked as whoever is signed in. */
export interface Api {
  /** @throws {Problem} */
  ask<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, given?: Given): Promise<Answer>
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

export function createApi({ fetch }: Pick<Client, 'fetch'>): Api {
  async function answerTo(method: string, path: string, { body, signal }: Given): Promise<Response> {
    const response = await fetch(path, {
      method,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error
      if (error instanceof ClientError) throw problemFrom(error)
      throw new Problem('unreachable', 0, 'the server cannot be reached')
    })
    if (response.ok) return response
    throw await problemIn(response)
  }

  return {
    async ask<Answer>(method: string, path: string, given: Given = {}) {
      const response = await answerTo(method, path, given)
      // The server's own schemas say what comes back; the routes are tested there.
      return (response.status === 204 ? undefined : await response.json()) as Answer
    },
    async *follow(path, signal) {
      const { body } = await answerTo('GET', path, { signal })
      if (body) yield* serverEvents(body)
    },
  }
}

interface Given {
  readonly body?: object
  readonly signal?: AbortSignal
}

/** A path with a query, without what is empty. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
