import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'
import { keySet } from 'latchkey/token'

// Billing, called by people and by another service. It holds its keys as a JWK Set, in which there are two while one takes the
// place of the other: each token says in `kid` by which it was signed.
const guard = createGuard({
  keys: keySet(JSON.parse(process.env.SHARED_KEYS ?? '{"keys":[]}')),
  issuer: process.env.LATCHKEY_ISSUER ?? '',
  audience: 'billing',
  type: 'at+jwt',
})

const read = guard.listener({ scope: 'invoices:read' }, ({ auth }, response) => {
  response.end(`the invoices of ${auth.subject}\n`)
})
const write = guard.listener({ scope: 'invoices:write', kinds: ['service'] }, ({ auth }, response) => {
  response.end(`an invoice by ${auth.subject}\n`)
})

createServer((request, response) => {
  const route = request.method === 'POST' ? write : read
  route(request, response)
}).listen(Number(process.env.PORT ?? 3004), '127.0.0.1')
