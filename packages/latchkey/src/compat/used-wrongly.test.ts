import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
import { frameworkApps, skipUnless } from '../../test/compat/mount/frameworks.ts'
import { aSecret } from '../../test/compat/mount/http.ts'
import { JWT, jwt_required } from './flask-jwt/index.ts'
import type { Protector } from './mount/mount.ts'
import { encode } from './pyjwt/index.ts'
import {
  AND,
  type ApiView,
  api_view,
  type BaseAuthentication,
  type BasePermission,
  BasicAuthentication,
  createSimpleJwt,
  IsAuthenticated,
  NOT,
  OR,
  SessionAuthentication,
  urlpatterns,
} from './simplejwt/index.ts'

/** Nobody's type checker looks at a program in JavaScript. */
type Foreign = never
const foreign = <T>(value: unknown): T => value as T

const authorization = `JWT ${encode({ exp: 9_999_999_999, iat: 1, nbf: 1, identity: 1 }, aSecret)}`
const link = (authenticate: () => unknown): BaseAuthentication => ({
  authenticate: foreign(authenticate),
  authenticate_header: () => 'A',
})
const permission = (has_permission: (...args: never[]) => unknown): BasePermission => ({
  has_permission: foreign(has_permission),
})
const signedIn = (authenticate: () => unknown) =>
  api_view({ authentication_classes: [link(authenticate)], permission_classes: [IsAuthenticated] })
const permitted = (...permissions: BasePermission[]) =>
  api_view({ authentication_classes: [link(() => null)], permission_classes: permissions })
/** The middleware of a JWT that is put into another app, and looks at every request as this app does. */
const flask = (handlers: (jwt: JWT) => void) => {
  const jwt = new JWT<unknown>(
    createServer(),
    () => null,
    (): unknown => ({ id: 1 }),
    { SECRET_KEY: aSecret },
  )
  handlers(jwt)
  return jwt.jwt_required()
}

/** Middlewares that a programmer meant to protect a route. None of them may let a stranger through. */
const middlewares: readonly {
  readonly name: string
  readonly protector: () => unknown
  /** It throws at once, which in a listener of node:http ends the process, as it should. */
  readonly throws?: true
}[] = [
  { name: 'jwt_required without its call', protector: () => jwt_required, throws: true },
  { name: 'the method jwt_required without its call', protector: () => new JWT().jwt_required, throws: true },
  { name: 'jwt_required() in an app that no JWT is in', protector: () => jwt_required() },
  { name: 'jwt_required() of a JWT without an app', protector: () => new JWT().jwt_required() },
  { name: 'api_view without its call', protector: () => api_view, throws: true },
  { name: 'an identity that is false', protector: () => flask((jwt) => jwt.identity_handler(() => false)) },
  {
    name: 'an identity that is a promise of nobody',
    protector: () => flask((jwt) => jwt.identity_handler(async () => null)),
  },
  {
    name: 'an identity handler that rejects with nothing',
    protector: () => flask((jwt) => jwt.identity_handler(() => Promise.reject())),
  },
  {
    name: 'an identity handler that throws "route"',
    protector: () => flask((jwt) => jwt.identity_handler(() => Promise.reject('route'))),
  },
  {
    name: 'a decode handler without a result',
    protector: () => flask((jwt) => jwt.jwt_decode_handler(() => foreign(undefined))),
  },
  {
    name: 'an error handler without a result',
    protector: () =>
      flask((jwt) => {
        jwt.jwt_error_handler(() => foreign(undefined))
        jwt.identity_handler(() => null)
      }),
  },
  {
    name: 'a request handler without a result',
    protector: () => flask((jwt) => jwt.request_handler(() => undefined)),
  },
  {
    name: 'a request handler that gives an object',
    protector: () => flask((jwt) => jwt.request_handler(() => foreign({}))),
  },
  { name: 'an authentication that returns nothing', protector: () => signedIn(() => undefined) },
  {
    name: 'an authentication of null for a user',
    protector: () => signedIn(() => ({ user: null, auth: null })),
  },
  { name: 'an authentication without a user', protector: () => signedIn(() => ({})) },
  { name: 'an authentication that is true', protector: () => signedIn(() => true) },
  {
    name: 'an authentication with a promise of nobody',
    protector: () => signedIn(() => ({ user: Promise.resolve(null), auth: null })),
  },
  { name: 'an authentication that rejects with nothing', protector: () => signedIn(() => Promise.reject()) },
  { name: 'a permission that gives a text', protector: () => permitted(permission(() => 'no')) },
  {
    name: 'a permission that gives an object',
    protector: () => permitted(permission(() => ({ allowed: false }))),
  },
  {
    name: 'a permission that gives a promise of nothing',
    protector: () => permitted(permission(async () => undefined)),
  },
  { name: 'NOT a permission without a result', protector: () => permitted(NOT(permission(() => undefined))) },
  {
    name: 'OR with a permission that gives a text',
    protector: () =>
      permitted(
        OR(
          permission(() => 'no'),
          IsAuthenticated,
        ),
      ),
  },
  {
    name: 'AND with a permission that gives a text',
    protector: () =>
      permitted(
        AND(
          permission(() => true),
          permission(() => 'no'),
        ),
      ),
  },
  {
    name: 'a session whose is_active is a function',
    protector: () =>
      api_view({
        authentication_classes: [new SessionAuthentication(() => foreign({ is_active: () => false }))],
        permission_classes: [IsAuthenticated],
      }),
  },
]

for (const framework of frameworkApps) {
  const skip = skipUnless(framework)
  for (const { name, protector, throws } of middlewares) {
    if (throws && framework.name === 'node:http') continue
    test(`nobody passes in ${framework.name}: ${name}`, { skip }, async (t) => {
      quiet(t)
      const app = await framework.make(false)
      app.protect('/protected', protector() as Protector, 'user')
      const origin = await app.start(t)
      const { status } = await fetch(`${origin}/protected`, { headers: { authorization } })
      assert(status >= 400, `status ${status}`)
    })
  }
}

/** Some frameworks write what a handler throws to the console. */
function quiet(t: TestContext): void {
  t.mock.method(console, 'error', () => {})
}

const manifest = new URL('../../../../examples/frameworks/package.json', import.meta.url)
interface Fastify {
  get(path: string, options: object, handler: () => unknown): void
  ready(): Promise<void>
  inject(request: object): Promise<{ readonly statusCode: number }>
}
const fastify = frameworkApps.find(({ name }) => name === 'fastify')
const orders: readonly { readonly name: string; readonly put: (app: Fastify, guarded: Protector) => void }[] =
  [
    {
      name: 'a hook that does not await it',
      put: (app, guarded) =>
        app.get(
          '/',
          { preHandler: async (request: Foreign, reply: Foreign) => void guarded(request, reply) },
          async () => 'in',
        ),
    },
    {
      name: 'a hook that does not await it, before a handler that is not asynchronous',
      put: (app, guarded) =>
        app.get(
          '/',
          { preHandler: async (request: Foreign, reply: Foreign) => void guarded(request, reply) },
          () => 'in',
        ),
    },
    {
      name: 'a hook that awaits it',
      put: (app, guarded) =>
        app.get(
          '/',
          { preHandler: async (request: Foreign, reply: Foreign) => guarded(request, reply) },
          async () => 'in',
        ),
    },
    { name: 'an onRequest hook', put: (app, onRequest) => app.get('/', { onRequest }, async () => 'in') },
    {
      name: 'a list of hooks',
      put: (app, guarded) => app.get('/', { preHandler: [guarded] }, async () => 'in'),
    },
    {
      name: 'a preSerialization hook',
      put: (app, guarded) => app.get('/', { preSerialization: guarded }, async () => ({})),
    },
  ]
for (const isBefore of [true, false]) {
  for (const { name, put } of orders) {
    const when = isBefore ? 'before' : 'behind'
    test(`nobody passes in fastify, with a JWT ${when} the route: ${name}`, {
      skip: fastify && skipUnless(fastify),
    }, async () => {
      const app = (createRequire(manifest)('fastify') as () => Fastify)()
      const put_ = () =>
        new JWT(
          app,
          () => null,
          () => null,
          { SECRET_KEY: aSecret },
        )
      if (isBefore) put_()
      put(app, jwt_required())
      if (!isBefore) put_()
      await app.ready()
      for (const headers of [{}, { authorization }]) {
        const { statusCode } = await app.inject({ method: 'GET', url: '/', headers })
        assert(statusCode >= 400, `status ${statusCode}`)
      }
    })
  }
}

class Mine {
  has_permission() {
    return false
  }
}
const jwt = createSimpleJwt(
  { SIGNING_KEY: aSecret },
  { authenticate: () => null, get: () => null },
).authentication
const refused: readonly { readonly name: string; readonly make: () => unknown }[] = [
  {
    name: 'an authentication class instead of an object',
    make: () => view({ authentication_classes: [SessionAuthentication] }),
  },
  {
    name: 'a function instead of an authentication',
    make: () => view({ authentication_classes: [() => null] }),
  },
  { name: 'one authentication instead of a list', make: () => view({ authentication_classes: jwt }) },
  { name: 'null for authentications', make: () => view({ authentication_classes: null }) },
  { name: 'no authentication and no permission', make: () => view({ authentication_classes: [] }) },
  {
    name: 'an empty list of permissions',
    make: () => view({ authentication_classes: [jwt], permission_classes: [] }),
  },
  {
    name: 'a permission class instead of an object',
    make: () => view({ authentication_classes: [jwt], permission_classes: [Mine] }),
  },
  {
    name: 'a function instead of a permission',
    make: () => view({ authentication_classes: [jwt], permission_classes: [() => true] }),
  },
  {
    name: 'a permission that is undefined',
    make: () => view({ authentication_classes: [jwt], permission_classes: [undefined] }),
  },
  {
    name: 'one permission instead of a list',
    make: () => view({ authentication_classes: [jwt], permission_classes: IsAuthenticated }),
  },
  { name: 'a list of authentications alone', make: () => view([jwt]) },
  { name: 'a request', make: () => view(new Request('http://localhost')) },
  { name: 'NOT a class', make: () => NOT(foreign(Mine)) },
  { name: 'AND with nothing', make: () => AND(IsAuthenticated, foreign(undefined)) },
  {
    name: 'OR with a function',
    make: () =>
      OR(
        IsAuthenticated,
        foreign(() => true),
      ),
  },
  { name: 'a session without a look-up', make: () => new SessionAuthentication(foreign(undefined)) },
  { name: 'a view that is undefined', make: () => urlpatterns(createServer(), { '/': foreign(undefined) }) },
  { name: 'an app that is undefined', make: () => urlpatterns(undefined, {}) },
  { name: 'a handler where the realm belongs', make: () => jwt_required(foreign(() => 'in')) },
  {
    name: 'a request where the realm belongs',
    make: () => jwt_required(foreign(new Request('http://localhost'))),
  },
  { name: 'users without authenticate', make: () => new BasicAuthentication(foreign({})) },
  {
    name: 'a middleware that is called with a Request alone',
    make: () => Reflect.apply(jwt_required(), undefined, [new Request('http://localhost')]),
  },
]
function view(given: unknown): unknown {
  return api_view(given as ApiView)
}
for (const { name, make } of refused) {
  test(`what would protect nothing is refused when it is made: ${name}`, () => {
    assert.throws(make, { name: 'TypeError' })
  })
}
