import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express'
import { type Ask, JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import { and, isAdmin, or, type Policy } from 'latchkey/guard'
import { authOf, createGuard } from 'latchkey/guard/express'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)
const app = express()

guard.required() satisfies RequestHandler
guard.optional({ lenient: true }) satisfies RequestHandler
guard.metadata() satisfies RequestHandler
app.use(guard.metadata(), guard.optional())
app.use('/api', Router().use(guard.required({ kinds: ['device'] })))

// Between the path and the handler, the path still says which parameters there are.
app.get('/devices/:id', guard.required(), (request, response) => {
  request.params.id satisfies string
  // @ts-expect-error this path has no such parameter
  request.params.uid
  request.auth?.scopes satisfies readonly string[] | undefined
  authOf(request).subject satisfies string
  // @ts-expect-error a handler can stand where no guard does
  request.auth.subject
  // @ts-expect-error what a guard found does not change
  authOf(request).subject = 'usr_2'
  response.end()
})

guard.required<Request>({ rule: ({ subject }, request) => request.params.owner === subject })
guard.required({ rule: (auth, request: Request<{ id: string }>) => request.params.id === auth.subject })
guard.required({ rule: async (auth, request) => request.url === `/users/${auth.subject}` })
guard.required(and<Request>(isAdmin, { rule: (_auth, request) => request.ip === '::1' }))
guard.optional<Request>({ anonymous: 'read', rule: (_auth, request) => request.secure })
const ofRequest: Policy<Request> = { or: [{ scope: 'a b' }, { rule: (_auth, { fresh }) => fresh }] }
guard.required(ofRequest)
const ofAny: Policy = { scope: 'a' }
guard.required(ofAny)

// @ts-expect-error a misspelt member
guard.required({ scopes: 'devices:control' })
// @ts-expect-error a misspelt member of a policy within
guard.required({ not: { userTypes: 'guest' } })
// @ts-expect-error a scope that is a number
guard.required({ scope: 1 })
// @ts-expect-error a kind of caller that does not exist
guard.required({ kinds: ['admin'] })
// @ts-expect-error a word for optional()
guard.required({ lenient: true })
// @ts-expect-error a word that does not exist
guard.optional({ anonymous: 'never' })
// @ts-expect-error a misspelt member
guard.optional({ scopes: 'devices:control' })
// @ts-expect-error a misspelt member of one of several
guard.required(or({ scope: 'a' }, { scopes: 'b' }))
// @ts-expect-error a rule that forgets to answer
guard.required({ rule: () => {} })
// @ts-expect-error a rule that reads what no request has
guard.required<Request>({ rule: (_auth, request) => request.params.id.owner })
// @ts-expect-error a secret that is text
createGuard({ secret: 'secret', audience: 'https://api.example.com' })
// @ts-expect-error a guard is no handler of errors
guard.required() satisfies ErrorRequestHandler

issuer.signIn(app, { subject: 'usr_1', scopes: ['devices:control'] }).fetch('/me') satisfies Promise<Response>
// @ts-expect-error a router is no app: there is nobody to whom it could hand on
issuer.signIn(Router(), 'usr_1')
issuer.anonymous(app)
// @ts-expect-error a kind of caller that does not exist
issuer.signIn(app, { subject: 'usr_1', kind: 'admin' })
// @ts-expect-error a subject is text
issuer.signIn(app, 1)

interface User {
  readonly id: number
}
const jwt = new JWT<User>(
  app,
  (name) => (name === 'ada' ? { id: 1 } : null),
  (payload) => payload.identity,
)
jwt_required() satisfies RequestHandler
jwt.jwt_required('a realm') satisfies RequestHandler
app.get('/users/:id', jwt_required(), (request, response) => {
  response.send(request.params.id)
})
jwt.jwt_payload_handler(({ id }) => ({ identity: id }))
jwt.request_handler((ask: Ask) => ask.header('x-token') ?? null)
// @ts-expect-error a hook that does not give a payload
jwt.jwt_payload_handler(({ id }) => id)
