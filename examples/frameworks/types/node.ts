import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import type { Principal } from 'latchkey/guard'
import { createGuard } from 'latchkey/guard/node'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)

const listener = guard.listener({ maxAge: 300 }, (request, response) => {
  request.auth satisfies Principal
  response.end(request.auth.claims.iss)
})
listener satisfies RequestListener
const server = createServer(listener)
server.on(
  'upgrade',
  guard.upgrade({ kinds: ['device'] }, (request, socket) => socket.end(request.auth.subject)),
)
createServer((request, response) => {
  guard.optional()(request, response, () => response.end())
  // @ts-expect-error no guard stands before this
  request.auth
})

guard.required({ rule: (auth, request) => request.url === `/${auth.subject}` })
guard.required<IncomingMessage & { id: string }>({ rule: (auth, { id }) => auth.subject === id })
// @ts-expect-error a rule about what a request of node:http does not have
guard.listener({ rule: (_auth, request: IncomingMessage & { id: string }) => request.id === '' }, () => {})
// @ts-expect-error a misspelt member
guard.listener({ scopes: 'devices:control' }, () => {})
// @ts-expect-error a word for optional()
guard.required({ lenient: true })
// @ts-expect-error an age that is text
guard.required({ maxAge: '300' })

issuer.signIn(server, 'usr_1')
issuer.signIn(listener, 'usr_1')

const nobody = () => null
new JWT(server, nobody, nobody, { SECRET_KEY: 'secret' })
createServer((request, response) => jwt_required()(request, response, () => response.end()))
