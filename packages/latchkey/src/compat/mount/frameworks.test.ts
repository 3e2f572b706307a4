import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type App,
  type FrameworkApp,
  frameworkApps,
  skipUnless,
} from '../../../test/compat/mount/frameworks.ts'
import { aSecret, type Reply, sendTo } from '../../../test/compat/mount/http.ts'
import { createDrfJwt, type JwtUsers } from '../drf-jwt/index.ts'
import { JWT, jwt_required } from '../flask-jwt/index.ts'
import {
  api_view,
  createSimpleJwt,
  IsAuthenticated,
  type Protector,
  type SimpleUsers,
  urlpatterns,
} from '../simplejwt/index.ts'

const now = () => 1_700_000_000_000
const user = { id: 1, pk: 1, username: 'jo', is_active: true }
const users = {
  authenticate: (username: string, password: string) =>
    username === 'jo' && password === 'pass' ? user : null,
  get_by_natural_key: (username: string) => (username === 'jo' ? user : null),
  get: (id: unknown) => (String(id) === '1' ? user : null),
} satisfies SimpleUsers & JwtUsers
const credentials = { username: 'jo', password: 'pass' }

/** Put a port into an app: where tokens are obtained and refreshed, and what protects. */
interface Port {
  readonly name: string
  put(app: App['app']): Protector
  readonly found: string
  readonly obtainAt: string
  readonly scheme: string
  token(reply: Reply): string
  readonly noToken: unknown
  readonly malformed: { readonly status: number; readonly says: RegExp }
  readonly refresh?: { readonly at: string; body(reply: Reply): object }
}

const member = (reply: Reply, name: string): string => {
  const value: unknown = Reflect.get(Object(reply.json), name)
  assert(typeof value === 'string', `no ${name} in ${reply.status} ${reply.text}`)
  return value
}
const guardedBy = (authentication: Parameters<typeof api_view>[0]['authentication_classes'][number]) =>
  api_view({ authentication_classes: [authentication], permission_classes: [IsAuthenticated] })
const notProvided = { detail: 'Authentication credentials were not provided.' }
const jsonError = {
  status: 400,
  says: /^\{"detail":"JSON parse error - Expecting value: line 1 column 6 \(char 5\)"\}$/,
}

const ports: readonly Port[] = [
  {
    name: 'Flask-JWT',
    put(app) {
      new JWT(
        app,
        users.authenticate,
        ({ identity }) => users.get(identity),
        { SECRET_KEY: aSecret },
        { now },
      )
      return jwt_required()
    },
    found: 'current_identity',
    obtainAt: '/auth',
    scheme: 'JWT',
    token: (reply) => member(reply, 'access_token'),
    noToken: {
      status_code: 401,
      error: 'Authorization Required',
      description: 'Request does not contain an access token',
    },
    malformed: { status: 400, says: /<title>400 Bad Request<\/title>/ },
  },
  {
    name: 'DRF-JWT',
    put(app) {
      const jwt = createDrfJwt({ JWT_SECRET_KEY: aSecret, JWT_ALLOW_REFRESH: true }, users, { now })
      urlpatterns(app, {
        '/api-token-auth/': jwt.obtain_jwt_token,
        '/api-token-refresh/': jwt.refresh_jwt_token,
      })
      return guardedBy(jwt.authentication)
    },
    found: 'user',
    obtainAt: '/api-token-auth/',
    scheme: 'JWT',
    token: (reply) => member(reply, 'token'),
    noToken: notProvided,
    malformed: jsonError,
    refresh: { at: '/api-token-refresh/', body: (reply) => ({ token: member(reply, 'token') }) },
  },
  {
    name: 'simplejwt',
    put(app) {
      const jwt = createSimpleJwt({ SIGNING_KEY: aSecret }, users, { now })
      urlpatterns(app, { '/api/token/': jwt.token_obtain_pair, '/api/token/refresh/': jwt.token_refresh })
      return guardedBy(jwt.authentication)
    },
    found: 'user',
    obtainAt: '/api/token/',
    scheme: 'Bearer',
    token: (reply) => member(reply, 'access'),
    noToken: notProvided,
    malformed: jsonError,
    refresh: { at: '/api/token/refresh/', body: (reply) => ({ refresh: member(reply, 'refresh') }) },
  },
]

const type = { 'content-type': 'application/json' }

const fastify = frameworkApps.find(({ name }) => name === 'fastify') as FrameworkApp // it is in the list

for (const framework of frameworkApps) {
  for (const port of ports) {
    for (const parsesBodies of [false, true]) {
      const parsers = parsesBodies ? ' behind its body parsers' : ''
      test(`${port.name} on ${framework.name}${parsers}: obtain, open, be refused, refresh`, {
        skip: skipUnless(framework),
      }, async (t) => {
        const app = await framework.make(parsesBodies)
        app.protect('/protected', port.put(app.app), port.found)
        const send = sendTo(await app.start(t))

        const obtained = await send(port.obtainAt, { json: credentials })
        assert.equal(obtained.status, 200, obtained.text)
        assert.match(obtained.headers.get('content-type') ?? '', /^application\/json\b/)
        const headers = { authorization: `${port.scheme} ${port.token(obtained)}` }
        const opened = await send('/protected', { headers })
        assert.deepEqual(
          [opened.status, opened.json],
          [200, { found: user, current: port.found === 'user' ? null : user }],
        )

        const refused = await send('/protected')
        assert.deepEqual([refused.status, refused.json], [401, port.noToken])
        assert.match(refused.headers.get('www-authenticate') ?? '', new RegExp(`^${port.scheme} realm="`))
        const forged = { authorization: `${headers.authorization.slice(0, -4)}AAAA` }
        assert.equal((await send('/protected', { headers: forged })).status, 401)

        const { status, text } = await send(port.obtainAt, { body: '{"a":', headers: type })
        assert.deepEqual([status, port.malformed.says.test(text)], [port.malformed.status, true], text)
        const long = JSON.stringify({ ...credentials, more: 'x'.repeat(200_000) })
        assert.equal((await send(port.obtainAt, { body: long, headers: type })).status, 413)
        assert.equal((await send(port.obtainAt)).status, 405)
        assert.equal((await send('/elsewhere')).status, 404)

        if (port.refresh === undefined) return
        assert.equal((await send(port.obtainAt, { form: credentials })).status, 200)
        const xml = { body: '<a/>', headers: { 'content-type': 'text/xml' } }
        assert.equal((await send(port.obtainAt, xml)).status, 415)
        const refreshed = await send(port.refresh.at, { json: port.refresh.body(obtained) })
        assert.equal(refreshed.status, 200)
        const fresh = { authorization: `${port.scheme} ${port.token(refreshed)}` }
        assert.equal((await send('/protected', { headers: fresh })).status, 200)
      })
    }
  }
}

test('a hook of Fastify can await a protector, and sees whether it has answered', {
  skip: skipUnless(fastify),
}, async (t) => {
  const app = await fastify.make(false)
  const jwt = createDrfJwt({ JWT_SECRET_KEY: aSecret }, users, { now })
  urlpatterns(app.app, { '/api-token-auth/': jwt.obtain_jwt_token })
  const protector = guardedBy(jwt.authentication)
  const awaiting = async (request: object, reply: { readonly sent: boolean }): Promise<unknown> => {
    await Reflect.apply(protector, undefined, [request, reply])
    return reply.sent ? reply : undefined
  }
  app.protect('/protected', awaiting as unknown as Protector, 'user') // Fastify tells the two apart by what they return
  const send = sendTo(await app.start(t))
  const { token } = (await send('/api-token-auth/', { json: credentials })).json as { token: string }
  assert.equal((await send('/protected', { headers: { authorization: `JWT ${token}` } })).status, 200)
  assert.deepEqual((await send('/protected')).json, notProvided)
})
