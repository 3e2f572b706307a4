import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { createDrfJwt } from 'latchkey/compat/drf-jwt'
import {
  AllowAny,
  type ApiView,
  api_view,
  BasicAuthentication,
  createSimpleJwt,
  IsAdminUser,
  IsAuthenticated,
  IsAuthenticatedOrReadOnly,
  type Protector,
  SessionAuthentication,
  type SimpleJwt,
  type SimpleUsers,
  type Surroundings,
  urlpatterns,
} from 'latchkey/compat/simplejwt'
import { frameworkApps, skipUnless } from '../../packages/latchkey/test/compat/mount/frameworks.ts'
import { listen } from '../../packages/latchkey/test/compat/mount/http.ts'
import type { Running } from './beside.ts'

interface Person {
  readonly id: number
  readonly username: string
  readonly secret: string
  readonly is_active: boolean
  readonly is_staff: boolean
}

/** The users of django_project.py. */
const people: readonly Person[] = [
  { id: 1, username: 'jo', secret: 'pass', is_active: true, is_staff: false },
  { id: 2, username: 'gone', secret: 'pass', is_active: false, is_staff: false },
  { id: 3, username: 'boss', secret: 'pass', is_active: true, is_staff: true },
  { id: 4, username: '7', secret: 'pass', is_active: true, is_staff: false },
  { id: 5, username: '\u00e9', secret: '\u00fc:x', is_active: true, is_staff: false },
]

const users: SimpleUsers<Person> = usersBy('id')

/** Django's standard backend knows nobody who is not active. */
function usersBy(field: 'id' | 'username'): SimpleUsers<Person> {
  return {
    authenticate: (username, password) =>
      people.find((one) => one.username === username && one.secret === password && one.is_active),
    get: (id) => people.find((one) => String(one[field]) === String(id)),
  }
}

/** The project of django_project.py in some frameworks, behind their own parsers of bodies or not. */
export async function startPorts(
  t: TestContext,
  settings: SimpleJwt<Person>,
  surroundings: Surroundings,
  parsesBodies: boolean,
): Promise<Running[]> {
  const chosen = frameworkApps.filter(
    (one) =>
      (parsesBodies ? ['express', 'hono'] : ['express', 'fastify']).includes(one.name) &&
      skipUnless(one) === false,
  )
  const running = await Promise.all(
    chosen.map(async (framework): Promise<Running> => {
      const app = await framework.make(parsesBodies)
      const views = createSimpleJwt(
        settings,
        usersBy(settings.USER_ID_FIELD === 'username' ? 'username' : 'id'),
        surroundings,
      )
      urlpatterns(app.app, pathsOf(views))
      for (const [path, protector] of Object.entries(guardsOf(views))) app.protect(path, protector, 'user')
      return { name: framework.name, port: portOf(await app.start(t)) }
    }),
  )
  return parsesBodies ? running : [await startNode(t, settings, surroundings), ...running]
}

async function startNode(
  t: TestContext,
  settings: SimpleJwt<Person>,
  surroundings: Surroundings,
): Promise<Running> {
  const views = createSimpleJwt(
    settings,
    usersBy(settings.USER_ID_FIELD === 'username' ? 'username' : 'id'),
    surroundings,
  )
  const guards = new Map(Object.entries(guardsOf(views)))
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const guard = guards.get((request.url ?? '').split('?')[0] ?? '')
    if (guard === undefined) return void response.writeHead(404).end()
    guard(request, response, (error) => {
      if (error !== undefined) return void response.writeHead(500).end()
      response.end(JSON.stringify({ found: Reflect.get(request, 'user') }))
    })
  })
  urlpatterns(server, pathsOf(views))
  return { name: 'node:http', port: portOf(await listen(t, server)) }
}

type Views = ReturnType<typeof createSimpleJwt>

function pathsOf(views: Views) {
  return {
    '/api/token/': views.token_obtain_pair,
    '/api/token/refresh/': views.token_refresh,
    '/api/token/verify/': views.token_verify,
    '/api/token/blacklist/': views.token_blacklist,
    '/api/sliding/': views.token_obtain_sliding,
    '/api/sliding/refresh/': views.token_refresh_sliding,
  }
}

function guardsOf({ authentication, statelessAuthentication }: Views): Record<string, Protector> {
  const basic = new BasicAuthentication(users)
  const session = new SessionAuthentication(() => null)
  const signedIn = (...chain: ApiView['authentication_classes']) =>
    api_view({ authentication_classes: chain, permission_classes: [IsAuthenticated] })
  const withJwt = (permission: typeof AllowAny) =>
    api_view({ authentication_classes: [authentication], permission_classes: [permission] })
  return {
    '/me': signedIn(authentication),
    '/any': withJwt(AllowAny),
    '/admin': withJwt(IsAdminUser),
    '/read': withJwt(IsAuthenticatedOrReadOnly),
    '/stateless': signedIn(statelessAuthentication),
    '/basic': signedIn(basic),
    '/basic-then-jwt': signedIn(basic, authentication),
    '/session-then-jwt': signedIn(session, authentication),
    '/jwt-then-session': signedIn(authentication, session),
    '/nobody': signedIn(),
    '/cookie': signedIn(cookieAuthentication()),
  }
}

/** DRF-JWT's cookie, whose text is taken for the user, to show how cookies are read. */
function cookieAuthentication() {
  return createDrfJwt(
    {
      JWT_AUTH_COOKIE: 'jwt',
      JWT_ENCODE_HANDLER: () => '',
      JWT_DECODE_HANDLER: (text) => ({ username: text }),
    },
    {
      authenticate: () => null,
      get_by_natural_key: (username) => ({ username, is_active: true }),
    },
  ).authentication
}

function portOf(origin: string): number {
  return Number(new URL(origin).port)
}
