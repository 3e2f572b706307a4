import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'

const guard = createGuard({ issuer: 'http://127.0.0.1:8484', audience: 'http://127.0.0.1:8484' })

createServer(
  guard.listener({ scope: 'devices:view' }, (request, response) => {
    response.end(`hello ${request.auth.subject}\n`)
  }),
).listen(3000)
