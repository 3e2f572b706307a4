/**
 * Django REST framework JWT's three views and a protected one, behind a chain of authentications: session, name and
 * password, token. Run it with `npx node --conditions=latchkey-source examples/frameworks/drf-jwt.ts`.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import {
  api_view,
  BasicAuthentication,
  createDrfJwt,
  IsAuthenticated,
  SessionAuthentication,
  urlpatterns,
} from 'latchkey/compat/drf-jwt'

const hash = (password: string, salt: Buffer) => scryptSync(password, salt, 32)
const account = (pk: number, username: string, password: string, salt = randomBytes(16)) => ({
  pk,
  username,
  email: `${username}@example.com`,
  is_active: true,
  salt,
  password: hash(password, salt).toString('hex'),
})
const nobody = account(0, '', randomBytes(16).toString('hex'))
const accounts = new Map(['user1', 'user2'].map((name, index) => [name, account(index + 1, name, 'abcxyz')]))
const sessions = new Map<string, string>()

const users = {
  authenticate(username: string, password: string) {
    // Hashing for nobody too, so that the time it takes does not say who exists.
    const user = accounts.get(username)
    const { salt, password: expected } = user ?? nobody
    return timingSafeEqual(hash(password, salt), Buffer.from(expected, 'hex')) ? user : null
  },
  get_by_natural_key: (username: string) => accounts.get(username),
}

const jwt = createDrfJwt(
  { JWT_SECRET_KEY: process.env.SECRET_KEY ?? randomBytes(32), JWT_ALLOW_REFRESH: true },
  users,
)
const session = new SessionAuthentication((request) =>
  accounts.get(sessions.get(/\bsessionid=(\w+)/.exec(request.header('cookie') ?? '')?.[1] ?? '') ?? ''),
)

const app = new Hono<{ Variables: { user: { username: string } } }>()
urlpatterns(app, {
  '/api-token-auth/': jwt.obtain_jwt_token,
  '/api-token-refresh/': jwt.refresh_jwt_token,
  '/api-token-verify/': jwt.verify_jwt_token,
})
const view = api_view({
  authentication_classes: [session, new BasicAuthentication(users), jwt.authentication],
  permission_classes: [IsAuthenticated],
})
app.get('/protected/', view, (context) => context.json({ hello: context.get('user').username }))

const server = serve(
  { fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 8000) },
  () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens on TCP
  },
)
