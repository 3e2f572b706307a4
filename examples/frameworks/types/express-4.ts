import express, { type Request, type RequestHandler } from 'express-4'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import { api_view } from 'latchkey/compat/simplejwt'
import { authOf, createGuard } from 'latchkey/guard/express'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)
const app = express()

guard.required() satisfies RequestHandler
guard.optional({ lenient: true }) satisfies RequestHandler
guard.metadata() satisfies RequestHandler
app.use(guard.metadata(), guard.optional())
app.use('/api', express.Router().use(guard.required()))

app.get('/devices/:id', guard.required({ scope: 'devices:view' }), (request, response) => {
  request.params.id satisfies string
  request.auth?.scopes satisfies readonly string[] | undefined
  authOf(request).subject satisfies string
  // @ts-expect-error a handler can stand where no guard does
  request.auth.subject
  response.end()
})
guard.required<Request>({ rule: ({ subject }, request) => request.params.owner === subject })
// @ts-expect-error a rule that reads what no request has
guard.required<Request>({ rule: (_auth, request) => request.owner === '' })

issuer.signIn(app, 'usr_1')

const nobody = () => null
new JWT(app, nobody, nobody, { SECRET_KEY: 'secret' })
jwt_required() satisfies RequestHandler
app.get('/protected/:id', api_view({ authentication_classes: [] }), (request, response) => {
  response.send(request.params.id)
})
