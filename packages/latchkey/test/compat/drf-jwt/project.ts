import type { TestContext } from 'node:test'
import {
  type ApiView,
  api_view,
  createDrfJwt,
  IsAuthenticated,
  type JwtAuth,
  type JwtUsers,
  type Surroundings,
  urlpatterns,
} from '../../../src/compat/drf-jwt/index.ts'
import { encode } from '../../../src/compat/pyjwt/index.ts'
import { aSecret, type Reply, type Send, startNode } from '../mount/http.ts'

const nowMs = 1_700_000_000_000
export const seconds = nowMs / 1000

interface Person {
  readonly pk: number
  readonly username: string
  readonly email?: string
  readonly is_active: boolean
  readonly is_staff?: boolean
  readonly key: string
}
export const people: readonly Person[] = [
  { pk: 1, username: 'jo', email: 'jo@example.com', is_active: true, is_staff: true, key: `${aSecret} 1` },
  { pk: 2, username: 'gone', is_active: false, key: `${aSecret} 2` },
  { pk: 3, username: 'plain', is_active: true, key: `${aSecret} 3` },
]
export const named = (username: string) => people.find((person) => person.username === username)
export const users: JwtUsers<Person> = {
  authenticate: (username, password) => (password === 'pass' ? named(username) : null),
  get_by_natural_key: named,
  get: (pk) => people.find((person) => person.pk === pk),
}

export type Chain = (
  jwt: ReturnType<typeof createDrfJwt<Person>>['authentication'],
) => ApiView['authentication_classes']

/** A project with the three views at the paths of the docs, and a view that only authenticated users may see. */
export function start(
  t: TestContext,
  settings: JwtAuth<Person> = {},
  surroundings: Surroundings = {},
  chain: Chain = (jwt) => [jwt],
): Promise<Send> {
  const jwt = createDrfJwt({ JWT_SECRET_KEY: aSecret, ...settings }, users, {
    now: () => nowMs,
    ...surroundings,
  })
  const guarded = api_view({
    authentication_classes: chain(jwt.authentication),
    permission_classes: [IsAuthenticated],
  })
  return startNode(
    t,
    (request, response) =>
      guarded(request, response, (error) => {
        if (error !== undefined) response.writeHead(500).end(error instanceof Error ? error.message : '')
        else if ('user' in request) response.end(JSON.stringify({ user: request.user }))
      }),
    (server) =>
      urlpatterns(server, {
        '/api-token-auth/': jwt.obtain_jwt_token,
        '/api-token-refresh/': jwt.refresh_jwt_token,
        '/api-token-verify/': jwt.verify_jwt_token,
      }),
  )
}

export const tokenOf = ({ json }: Reply) => (json as { token: string }).token
export const good = { user_id: 1, username: 'jo', exp: seconds + 300, email: 'jo@example.com' }
export const tokenWith = (claims: object, secret = aSecret, algorithm = 'HS256') =>
  encode({ ...good, ...claims }, secret, { algorithm })
export const nonField = (message: string) => ({ non_field_errors: [message] })
export const credentials = { username: 'jo', password: 'pass' }
