import Koa, { type Context, type DefaultState, type Middleware, type ParameterizedContext } from 'koa'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import type { Principal } from 'latchkey/guard'
import { type AuthState, createGuard } from 'latchkey/guard/koa'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)
const app = new Koa<AuthState>()

guard.required() satisfies Middleware
guard.required() satisfies Middleware<AuthState>
guard.optional() satisfies Middleware<AuthState<Principal | undefined>>
guard.metadata() satisfies Middleware<DefaultState>
app.use(guard.metadata())
app.use(guard.required())
new Koa().use(guard.optional())

app.use(async (ctx, next) => {
  ctx.state.auth.scopes satisfies readonly string[]
  // @ts-expect-error no principal has this
  ctx.state.auth.rolls
  await guard.required({ scope: 'devices:control' })(ctx, next)
})
new Koa<AuthState<Principal | undefined>>().use(guard.optional()).use((ctx) => {
  ctx.body = ctx.state.auth?.subject ?? null
  // @ts-expect-error on an optional route there may be nobody
  ctx.body = ctx.state.auth.subject
})

guard.required<Context>({ rule: ({ subject }, ctx) => ctx.query.owner === subject })
guard.required<ParameterizedContext<AuthState>>({ rule: (_auth, ctx) => ctx.state.auth.kind === 'user' })
guard.required({ rule: async (auth, ctx: Context) => ctx.path === auth.subject })
guard.optional({ anonymous: 'read', rule: (auth, ctx) => ctx.originalUrl.endsWith(auth.subject) })

// @ts-expect-error a misspelt member
guard.required({ scopes: 'devices:control' })
// @ts-expect-error a scope that is a number
guard.required({ scope: 1 })
// @ts-expect-error a word for optional()
guard.required({ lenient: true })
// @ts-expect-error a rule that reads what no context has
guard.required({ rule: (_auth, ctx) => ctx.nothing === '' })

issuer.signIn(app, 'usr_1')
issuer.signIn(new Koa(), 'usr_1')
// @ts-expect-error middleware is no app
issuer.signIn(guard.required(), 'usr_1')

jwt_required() satisfies Middleware
app.use(jwt_required())
const nobody = () => null
new JWT(app, nobody, nobody, { SECRET_KEY: 'secret' })
// @ts-expect-error a secret that is a number
new JWT(app, nobody, nobody, { SECRET_KEY: 1 })
