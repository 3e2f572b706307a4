import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import {
  type Config,
  current_identity,
  get_current_identity,
  JWT,
  jwt_required,
} from '../../../src/compat/flask-jwt/index.ts'
import { encode } from '../../../src/compat/pyjwt/index.ts'
import { aSecret, type Sending, startNode } from '../mount/http.ts'

const nowMs = 1_700_000_000_000
export const seconds = nowMs / 1000
export const now = () => nowMs

interface User {
  readonly id: number
  readonly username: string
}
const users = new Map([
  [1, { id: 1, username: 'user1' }],
  [2, { id: 2, username: 'user2' }],
])
export const authenticate = (username: string, password: string): User | undefined =>
  password === 'abcxyz' ? [...users.values()].find((user) => user.username === username) : undefined
export const identity = (payload: Readonly<Record<string, unknown>>) => users.get(Number(payload.identity))

/** An app with `/auth`, or what the settings say, and `/protected`, which says who came. */
export async function start(t: TestContext, config: Config = {}, prepare = (_jwt: JWT<User>): void => {}) {
  const guarded = jwt_required()
  return startNode(
    t,
    (request, response) => {
      if (request.url === '/open') response.end(JSON.stringify({ identity: get_current_identity() ?? null }))
      else guarded(request, response, (error) => greet(response, error))
    },
    (server) => {
      const jwt = new JWT<User>(null, authenticate, identity, undefined, { now })
      prepare(jwt)
      jwt.init_app(server, { SECRET_KEY: aSecret, ...config })
    },
  )
}

export function greet(response: ServerResponse, error: unknown): void {
  if (error === undefined) response.end(JSON.stringify({ id: current_identity.id, ...current_identity }))
  else response.writeHead(500).end(error instanceof Error ? error.message : '')
}

export const good = { exp: seconds + 300, iat: seconds, nbf: seconds, identity: 1 }
export const tokenWith = (claims: object, secret = aSecret, algorithm = 'HS256') =>
  encode({ ...good, ...claims }, secret, { algorithm })
export const bearing = (credentials: string): Sending => ({ headers: { authorization: credentials } })
export const without = (...names: string[]) =>
  encode(Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name))), aSecret)
