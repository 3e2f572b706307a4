import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { encode } from '../../../src/compat/pyjwt/index.ts'
import {
  AllowAny,
  api_view,
  createSimpleJwt,
  IsAdminUser,
  IsAuthenticated,
  type SimpleJwt,
  type SimpleJwtViews,
  type SimpleUsers,
  type Surroundings,
  urlpatterns,
} from '../../../src/compat/simplejwt/index.ts'
import { aSecret, listen, type Reply, type Send, sendTo } from '../mount/http.ts'

interface Person {
  readonly id: number
  readonly username: string
  readonly password: string
  readonly is_active: boolean
  readonly is_staff?: boolean
}

const startMs = 1_700_000_000_000
export const seconds = startMs / 1000

/** A project: its users may be changed, its clock moved. */
interface Project {
  readonly origin: string
  readonly send: Send
  readonly views: SimpleJwtViews
  readonly people: Map<number, Person>
  readonly logins: string[]
  readonly clock: { ms: number }
}

/**
 * The views at the paths of the docs; `/` for authenticated users, `/any` for everybody, `/admin` for staff, and
 * `/stateless` for whom a token names.
 */
export async function startProject(
  t: TestContext,
  settings: SimpleJwt<Person> = {},
  surroundings: Surroundings = {},
): Promise<Project> {
  const clock = { ms: startMs }
  const logins: string[] = []
  const people = new Map<number, Person>([
    [1, { id: 1, username: 'jo', password: 'hash-1', is_active: true }],
    [2, { id: 2, username: 'gone', password: 'hash-2', is_active: false }],
  ])
  const named = (username: string) => [...people.values()].find((person) => person.username === username)
  const users: SimpleUsers<Person> = {
    authenticate: (username, password) => (password === 'pass' ? named(username) : null),
    get: (id) => people.get(Number(id)),
    update_last_login: (user) => void logins.push(user.username),
  }
  const views = createSimpleJwt({ SIGNING_KEY: aSecret, ...settings }, users, {
    now: () => clock.ms,
    ...surroundings,
  })
  const { authentication, statelessAuthentication } = views
  const guards = new Map(
    Object.entries({
      '/': api_view({ authentication_classes: [authentication], permission_classes: [IsAuthenticated] }),
      '/any': api_view({ authentication_classes: [authentication], permission_classes: [AllowAny] }),
      '/admin': api_view({ authentication_classes: [authentication], permission_classes: [IsAdminUser] }),
      '/stateless': api_view({
        authentication_classes: [statelessAuthentication],
        permission_classes: [IsAuthenticated],
      }),
    }),
  )
  const server = createServer((request, response) => {
    guards.get(request.url ?? '')?.(request, response, (error) => {
      if (error !== undefined) response.writeHead(500).end(String(error))
      else response.end(JSON.stringify({ user: Reflect.get(request, 'user') }, withoutToken))
    })
  })
  urlpatterns(server, {
    '/api/token/': views.token_obtain_pair,
    '/api/token/refresh/': views.token_refresh,
    '/api/token/verify/': views.token_verify,
    '/api/token/blacklist/': views.token_blacklist,
    '/api/sliding/': views.token_obtain_sliding,
    '/api/sliding/refresh/': views.token_refresh_sliding,
  })
  const origin = await listen(t, server)
  return { origin, send: sendTo(origin), views, people, logins, clock }
}

function withoutToken(name: string, value: unknown): unknown {
  return name === 'token' ? undefined : value
}

export interface Pair {
  readonly refresh: string
  readonly access: string
}

export const credentials = { username: 'jo', password: 'pass' }

export async function obtain(send: Send): Promise<Pair> {
  return (await send('/api/token/', { json: credentials })).json as Pair
}

export const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** A token of ours but for these claims; null takes one out. */
export function tokenWith(claims: Readonly<Record<string, unknown>>, secret = aSecret): string {
  const whole = { token_type: 'access', exp: seconds + 300, iat: seconds, jti: 'a', user_id: '1', ...claims }
  return encode(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null)), secret)
}

export const challenged = ({ headers }: Reply) => headers.get('www-authenticate')
export const notValid = (detail: string) => ({ detail, code: 'token_not_valid' })
