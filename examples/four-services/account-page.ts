import { createServer } from 'node:http'
import { createGuard } from 'latchkey/guard/node'
import { secretKey } from 'latchkey/token'

// The page of an account: whoever has a token for it sees who they are. It knows one shared key, as `latchkey services rotate-key
// account-page` has printed it, and asks nobody.
const key = secretKey(Buffer.from(process.env.SHARED_KEY ?? ''), { algorithm: 'HS256' })
const guard = createGuard({
  secret: key,
  issuer: process.env.LATCHKEY_ISSUER ?? '',
  audience: 'account-page',
  type: 'at+jwt',
})

createServer(
  guard.listener({}, ({ auth }, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ subject: auth.subject, kind: auth.kind, userType: auth.userType }))
  }),
).listen(Number(process.env.PORT ?? 3001), '127.0.0.1')
