import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'
import { secretKey } from 'latchkey/token'

// The manager of devices: people see devices, and devices report. Its key is longer than HS256 asks for, so it signs by HS512.
const key = secretKey(Buffer.from(process.env.SHARED_KEY ?? ''), { algorithm: 'HS512' })
const guard = createGuard({
  secret: key,
  issuer: process.env.LATCHKEY_ISSUER ?? '',
  audience: 'device-manager',
  type: 'at+jwt',
})

const see = guard.listener({ scope: 'devices:view' }, ({ auth }, response) => {
  response.end(`the devices of ${auth.subject}\n`)
})
const report = guard.listener({ scope: 'devices:report' }, ({ auth }, response) => {
  response.end(`${auth.kind} ${auth.subject} has reported\n`)
})

createServer((request, response) => {
  const route = request.url === '/reports' ? report : see
  route(request, response)
}).listen(Number(process.env.PORT ?? 3002), '127.0.0.1')
