import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const metadata = guard.metadata()
const me = guard.listener({}, (request, response) => {
  response.end(JSON.stringify({ id: request.auth.subject }))
})
const open = guard.listener({ scope: 'devices:control' }, (request, response) => {
  response.end(JSON.stringify({ opened: request.url?.split('/')[2] }))
})

createServer((request, response) => {
  metadata(request, response, () => {
    if (request.url === '/news') response.end('{"for":null}')
    else if (request.url?.endsWith('/open')) open(request, response)
    else me(request, response)
  })
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
