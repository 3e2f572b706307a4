import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import { api_view, createSimpleJwt, urlpatterns } from 'latchkey/compat/simplejwt'
import type { Principal } from 'latchkey/guard'
import { createGuard, type GuardEnv } from 'latchkey/guard/hono'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)
const app = new Hono<GuardEnv>()

guard.required() satisfies MiddlewareHandler
guard.required() satisfies MiddlewareHandler<GuardEnv>
guard.optional() satisfies MiddlewareHandler<GuardEnv<Principal | undefined>>
guard.metadata() satisfies MiddlewareHandler
app.use(guard.metadata()).use('/api/*', guard.required())

// Between the path and the handler, the path still says which parameters there are.
app.get('/devices/:id', guard.required(), (c) => {
  c.req.param('id') satisfies string
  c.get('auth') satisfies Principal
  // @ts-expect-error no principal has this
  c.var.auth.rolls
  return c.json({ subject: c.var.auth.subject, scopes: c.var.auth.scopes })
})
new Hono<GuardEnv<Principal | undefined> & { Bindings: { REGION: string } }>()
  .get('/news', guard.optional(), (c) => c.json({ for: c.var.auth?.subject ?? c.env.REGION }))
  // @ts-expect-error on an optional route there may be nobody
  .get('/wrong', guard.optional(), (c) => c.json({ for: c.var.auth.subject }))
new Hono()
  .get('/me', guard.required(), (c) => c.text('here'))
  // @ts-expect-error without GuardEnv the context does not know the principal
  .get('/wrong', guard.required(), (c) => c.json({ for: c.var.auth }))

guard.required<Context>({ rule: ({ subject }, c) => c.req.param('id') === subject })
guard.required<Context<GuardEnv>>({ rule: (_auth, c) => c.var.auth.kind === 'user' })
guard.required({ rule: async (auth, c: Context) => (await c.req.text()) === auth.subject })
guard.optional({ anonymous: 'read', rule: (auth, c) => c.req.raw.url.endsWith(auth.subject) })

// @ts-expect-error a misspelt member
guard.required({ scopes: 'devices:control' })
// @ts-expect-error a scope that is a number
guard.required({ scope: 1 })
// @ts-expect-error a word for optional()
guard.required({ anonymous: 'read' })
// @ts-expect-error a rule that reads what no context has
guard.required<Context>({ rule: (_auth, c) => c.params.id === '' })
// @ts-expect-error a rule that does not answer
guard.required<Context>({ rule: (_auth, c) => c.req.param('id') })

issuer.signIn(app, 'usr_1').fetch('/me', { method: 'POST' }) satisfies Promise<Response>
issuer.signIn(new Hono().basePath('/api'), { subject: 'dev_1', kind: 'device' })
// @ts-expect-error a handler of one route is no app
issuer.signIn(guard.required(), 'usr_1')

interface User {
  readonly id: number
  readonly username: string
  readonly password: string
  readonly is_active: boolean
}
const ada: User = { id: 1, username: 'ada', password: '', is_active: true }
const jwt = createSimpleJwt({ SIGNING_KEY: 'secret' }, { authenticate: () => ada, get: () => ada })
urlpatterns(app, { '/api/token/': jwt.token_obtain_pair, '/api/token/refresh/': jwt.token_refresh })
const view = api_view({ authentication_classes: [jwt.authentication, jwt.statelessAuthentication] })
view satisfies MiddlewareHandler
const known = new Hono<{ Variables: { user: User; current_identity: User } }>()
known.get('/protected/:id', view, (c) => c.text(c.get('user').username + c.req.param('id')))
known.get('/flask', jwt_required(), (c) => c.json({ id: c.get('current_identity').id }))
new JWT(
  known,
  () => ada,
  ({ identity }) => (identity === 1 ? ada : null),
  { SECRET_KEY: 'secret' },
)
// @ts-expect-error a setting that does not exist
createSimpleJwt({ SECRET_KEY: 'secret' }, { authenticate: () => ada, get: () => ada })
// @ts-expect-error an authentication where views are put
urlpatterns(app, { '/api/token/': jwt.authentication })
