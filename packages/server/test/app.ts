import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { type Argon2, platformArgon2 } from '../src/accounts/passwords/hashes/argon2.ts'
import { ourArgon2Cost } from '../src/accounts/passwords/passwords.ts'
import { createUser } from '../src/accounts/users/users.ts'
import { type App, createApp } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import type { Config } from '../src/config/settings.ts'
import type { Database } from '../src/database/database.ts'
import { type Identity, operator } from '../src/identity.ts'
import type { Log } from '../src/log.ts'
import { bearerOf } from '../src/tokens/authenticate.ts'
import { realWorld, type World } from '../src/world.ts'
import type { AnswerBody } from './answer-body.ts'
import { requireDescribed } from './described.ts'
import { type Storage, temporaryStorage } from './storages.ts'

/** A World whose clock stands still until a test moves it. */
export interface TestWorld extends World {
  advance(milliseconds: number): void
}

export function testWorld(startMs = Date.UTC(2026, 0, 15, 12)): TestWorld {
  let nowMs = startMs
  return {
    now: () => nowMs,
    random: realWorld.random,
    advance(milliseconds) {
      nowMs += milliseconds
    },
  }
}

/**
 * Tests make thousands of passwords, and few are about how dear a hash is: what asks for our own cost gets argon2id of
 * 8 KiB. The rest, hashes of other programs, is as it is.
 */
export const quickArgon2: Argon2 = (password, salt, cost) =>
  platformArgon2(
    password,
    salt,
    isDeepStrictEqual(cost, ourArgon2Cost) ? { ...cost, memory: 8, passes: 1 } : cost,
  )

/** What went to the operator's log, so that a test can say that a request was no bug, and that no secret is in it. */
export interface TestLog extends Log {
  readonly lines: string[]
  readonly errors: unknown[]
}

export function testLog(): TestLog {
  const lines: string[] = []
  const errors: unknown[] = []
  const write = (event: string, fields: object = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`)
  return {
    lines,
    errors,
    warn: write,
    error(event, error, fields) {
      errors.push(error)
      write(event, { ...fields, error: error instanceof Error ? error.stack : error })
    },
  }
}

/** An answer, its body read. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: AnswerBody
}

export interface CallOptions {
  readonly token?: string
  readonly body?: unknown
  /** Sent as `application/x-www-form-urlencoded` rather than JSON. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The address of the peer. Not known unless it is given. */
  readonly address?: string
}

/**
 * The whole product on a database of its own, called by Request and Response, without a socket. Its jobs run when a test says so,
 * `app.jobs.runNow()`, and at no other time.
 */
export interface TestApp {
  readonly app: App
  readonly world: TestWorld
  readonly log: TestLog
  readonly storage: Storage
  call(method: string, path: string, options?: CallOptions): Promise<Answered>
  /** A user with a password, signed in. */
  signedIn(username: string, userType?: string): Promise<SignedIn>
  close(): Promise<void>
}

export interface SignedIn {
  readonly id: string
  readonly username: string
  readonly password: string
  readonly token: string
  readonly refreshToken: string
  readonly sessionId: string
}

export const testIssuer = 'http://127.0.0.1:8484'

export async function openTestApp(
  engine: Database['engine'] = 'sqlite',
  settings: Readonly<Record<string, string>> = {},
): Promise<TestApp> {
  const storage = await temporaryStorage(engine, { migrated: true })
  const config: Config = readConfig({ LATCHKEY_DATA: storage.at.directory, ...settings }, 'development')
  const world = testWorld()
  const log = testLog()
  const db = await storage.open()
  const buildConsole = async () => (await import('../../../tools/build/console.ts')).buildConsole()
  const app = await createApp({ config, db, log, world, buildConsole, argon2: quickArgon2 })

  async function call(
    method: string,
    path: string,
    { token, body, form, headers, address }: CallOptions = {},
  ): Promise<Answered> {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const formSent = form && new URLSearchParams(form).toString()
    const request = new Request(config.issuer + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
      ...(formSent !== undefined && { body: formSent }),
    })
    const response = await app.edge.fetch(request, address && { incoming: from(address, sent ?? formSent) })
    const text = await response.text()
    const isJson = /(?<!nd)json/.test(response.headers.get('content-type') ?? '')
    const answered = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
    requireDescribed(app.routes, method, path, answered)
    return answered
  }

  return {
    app,
    world,
    log,
    storage,
    call,
    async signedIn(username, userType = 'customer') {
      const password = `the password of ${username}`
      const user = await createUser(
        app,
        operator,
        { username, userType },
        await app.passwords.hash(password, [username]),
      )
      const { body } = await call('POST', '/v1/login', { body: { username, password } })
      return {
        id: user.id,
        username,
        password,
        token: body.access_token,
        refreshToken: body.refresh_token,
        sessionId: body.session_id,
      }
    },
    async close() {
      await app.stop()
      await storage.remove()
    },
  }
}

/** As much of a request of node:http as the edge looks at: whose it is, and its body. */
function from(remoteAddress: string, body = ''): Readable & { readonly socket: { remoteAddress: string } } {
  return Object.assign(Readable.from([Buffer.from(body)]), { socket: { remoteAddress } })
}

/** Whom a bearer token names, now. */
export function identify({ readToken }: App, token: string): Identity {
  return bearerOf(readToken(token))
}
