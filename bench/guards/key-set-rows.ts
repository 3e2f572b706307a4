import { createServer } from 'node:http'
import { createGuard, FetchRequest } from 'latchkey/guard'
import { createSigner, generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import type { Row } from '../benchmark.ts'

const audience = 'https://api.example.com'
const minutes = 60
const unknownAtOnce = 100

/**
 * What a flood of unknown key ids and an issuer that is away do to holders of good tokens. The sockets are real, the
 * clock is not: each second of the hour is a turn of this loop.
 */
export async function keySetRows(): Promise<Row[]> {
  const key = generateKey('ES256', { keyId: 'one' })
  if (key.kind !== 'private') throw new Error('ES256 has pairs of keys')
  const issuer = await startIssuer(JSON.stringify({ keys: [toJwk(publicKeyOf(key))] }))
  const clock = { nowMs: Date.now() }
  const now = () => clock.nowMs
  const guard = createGuard({ issuer: issuer.url, audience, revocations: false, now })
  const sign = createSigner({ key, type: 'at+jwt', issuer: issuer.url, audience, expiresIn: 1e6, now })
  const unknown = (kid: string) =>
    requestWith(
      createSigner({
        key: generateKey('HS256', { keyId: kid }),
        ...{ type: 'at+jwt', issuer: issuer.url, audience, expiresIn: 1e6, now },
      })({ sub: 'usr_2' }),
    )
  const decide = guard.required()
  const good = () => decide(requestWith(sign({ sub: 'usr_1', jti: String(issuer.fetches + clock.nowMs) })))
  const isGood = async () => (await good()).kind === 'allowed'
  await isGood()

  const fetchesBefore = issuer.fetches
  let waited = 0
  let failed = 0
  for (let second = 0; second < minutes * 60; second += 1) {
    clock.nowMs += 1000
    // A hundred in one second of each minute; one in every other.
    const count = second % 60 === 0 ? unknownAtOnce : 1
    const asked = Array.from({ length: count }, (_, index) => decide(unknown(`k${second}-${index}`)))
    const decision = good()
    if (decision instanceof Promise) waited += 1
    if ((await decision).kind !== 'allowed') failed += 1
    await Promise.all(asked)
  }
  const fetches = issuer.fetches - fetchesBefore
  const most = minutes * 2

  issuer.isUp = false
  let failures = 0
  for (let second = 0; second < 3600; second += 1) {
    clock.nowMs += 1000
    if (!(await isGood())) failures += 1
  }
  issuer.close()
  guard.close()
  return [
    {
      what: 'key set fetches in an hour of tokens with unknown key ids, 100 of them at once each minute',
      measured: `${fetches} for ${minutes * (unknownAtOnce + 59)} tokens`,
      goal: `<= ${most}, one in 30 s`,
      met: fetches <= most,
    },
    {
      what: 'good tokens among them that had to wait, or failed',
      measured: `${waited} and ${failed} of ${minutes * 60}`,
      goal: '0 and 0',
      met: waited === 0 && failed === 0,
    },
    {
      what: 'good tokens that failed while the issuer was down for an hour',
      measured: `${failures} of 3600`,
      goal: '0',
      met: failures === 0,
    },
  ]
}

function requestWith(token: string): FetchRequest {
  return new FetchRequest(new Request(`${audience}/me`, { headers: { authorization: `Bearer ${token}` } }))
}

async function startIssuer(keySet: string) {
  const issuer = { url: '', fetches: 0, isUp: true, close: () => {} }
  const server = createServer((request, response) => {
    if (!issuer.isUp) response.writeHead(503).end()
    else if (request.url === '/keys') {
      issuer.fetches += 1
      response.end(keySet)
    } else response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')
  issuer.url = `http://127.0.0.1:${address.port}`
  issuer.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return issuer
}
