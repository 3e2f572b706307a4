import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'
import { secretKey } from 'latchkey/token'

// Where devices connect. A device gets its token by the one that it signs itself, and comes with `connect:topics` in it.
const key = secretKey(Buffer.from(process.env.SHARED_KEY ?? ''), { algorithm: 'HS256' })
const guard = createGuard({
  secret: key,
  issuer: process.env.LATCHKEY_ISSUER ?? '',
  audience: 'connection',
  type: 'at+jwt',
})

createServer(
  guard.listener({ scope: 'connect:topics', kinds: ['device'] }, ({ auth }, response) => {
    response.end(`${auth.subject} is connected\n`)
  }),
).listen(Number(process.env.PORT ?? 3003), '127.0.0.1')
