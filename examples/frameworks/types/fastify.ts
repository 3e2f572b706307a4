import fastify, {
  type FastifyPluginCallback,
  type FastifyRequest,
  type onRequestHookHandler,
  type preHandlerHookHandler,
} from 'fastify'
import { api_view, createDrfJwt, IsAuthenticated, urlpatterns } from 'latchkey/compat/drf-jwt'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import type { Principal } from 'latchkey/guard'
import { authOf, createGuard, type PluginOptions, type RouteAuth } from 'latchkey/guard/fastify'
import { createTestIssuer } from 'latchkey/testing'

// What docs/guards.md says to declare once.
declare module 'fastify' {
  interface FastifyRequest {
    auth?: Principal
  }
  interface FastifyContextConfig {
    auth?: RouteAuth<FastifyRequest>
  }
}

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)
const app = fastify()

guard.required() satisfies preHandlerHookHandler
guard.optional() satisfies onRequestHookHandler
guard.plugin satisfies FastifyPluginCallback<PluginOptions>
guard.metadata() satisfies FastifyPluginCallback
app.addHook('onRequest', guard.optional())
await app.register(guard.plugin)
await app.register(guard.plugin, { default: 'optional' })
await app.register(guard.plugin, { default: { rule: (auth, { raw }) => raw.url === `/${auth.subject}` } })
await app.register(guard.metadata({ scopesSupported: ['devices:view'] }))
// @ts-expect-error a word that does not exist
await app.register(guard.plugin, { default: 'always' })
// @ts-expect-error a misspelt member
await app.register(guard.plugin, { default: { scopes: 'devices:view' } })

app.get('/me', { config: { auth: true } }, async (request) => authOf(request).subject)
app.get(
  '/devices/:id',
  { config: { auth: { rule: (auth, request) => request.ip === auth.subject } } },
  async (request) => {
    // @ts-expect-error a handler can stand where no guard does
    request.auth.subject
    return request.auth?.subject
  },
)
// @ts-expect-error a scope that is a number
app.get('/wrong', { config: { auth: { scope: 1 } } }, async () => '')

app.get('/news', { onRequest: guard.optional() }, async (request) => {
  // @ts-expect-error on an optional route there may be nobody
  authOf(request, 'optional').subject
  return authOf(request, 'optional')?.subject
})
type OneDevice = { Params: { id: string } }
const own = guard.required<FastifyRequest<OneDevice>>({
  rule: (auth, request) => request.params.id === auth.subject,
})
app.post<OneDevice>('/devices/:id/open', { preHandler: [own] }, async ({ params }) => params.id)

// @ts-expect-error a misspelt member
guard.required({ scopes: 'devices:control' })
// @ts-expect-error a scope that is a number
guard.required({ scope: 1 })
// @ts-expect-error a rule that reads what no request has
guard.required<FastifyRequest>({ rule: (_auth, request) => request.owner === '' })

issuer.signIn(app, 'usr_1')
issuer.signIn(fastify({ logger: true }), 'usr_1')
issuer.signIn(fastify({ https: {} }), 'usr_1')
issuer.signIn(fastify({ http2: true }), 'usr_1')

const jwt = createDrfJwt(
  { JWT_SECRET_KEY: 'secret' },
  { authenticate: () => ({ pk: 1, is_active: true }), get_by_natural_key: () => null },
)
urlpatterns(app, { '/api-token-auth/': jwt.obtain_jwt_token })
const view = api_view({ authentication_classes: [jwt.authentication], permission_classes: [IsAuthenticated] })
view satisfies preHandlerHookHandler
app.get('/protected/', { preHandler: view }, async () => '')
const nobody = () => null
new JWT(app, nobody, nobody, { SECRET_KEY: 'secret' })
app.get('/flask', { preHandler: [jwt_required()] }, async () => '')
app.addHook('preHandler', async (request, reply) => {
  await jwt_required()(request, reply)
})
// @ts-expect-error a view is no permission
api_view({ authentication_classes: [jwt.authentication], permission_classes: [jwt.verify_jwt_token] })
