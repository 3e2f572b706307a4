/**
 * The account server of another company, which has people and a key of its own: it authenticates them as it likes, asks Latchkey for a nonce,
 * signs who they are, and hands the client the tokens that it gets. Its public key is at /keys.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { createSigner, generateKey, publicKeyOf, toJwk } from 'latchkey/token'

const { PORT = '3010', APP_ID = '', LATCHKEY_ISSUER = 'http://127.0.0.1:8484' } = process.env

/** A server that is to be started twice keeps its key in a file: see `loadOrCreateDeviceKey` of latchkey/device for one way. */
const key = generateKey('ES256')
const sign = createSigner({ key, type: 'JWT', issuer: APP_ID, audience: LATCHKEY_ISSUER, expiresIn: 60 })

const salt = randomBytes(16)
const hashOf = (password: string) => scryptSync(password, salt, 32)
/** Its people, whom Latchkey does not know before they come. */
const people = new Map([
  ['mei', hashOf('the door is green')],
  ['tom', hashOf('the roof is red')],
])

async function answerTo(request: IncomingMessage): Promise<{ status: number; body: object }> {
  if (request.url === '/keys') return { status: 200, body: { keys: [toJwk(publicKeyOf(key))] } }
  if (request.method !== 'POST' || request.url !== '/sign-in') return { status: 404, body: {} }
  // 1: the person signs in here. 2: this server authenticates them, and Latchkey never sees the password.
  const sent = new URLSearchParams(await text(request))
  const [name, password] = [sent.get('name') ?? '', sent.get('password') ?? '']
  const known = people.get(name)
  const hash = hashOf(password)
  if (!known || !timingSafeEqual(known, hash)) return { status: 401, body: { error: 'wrong' } }
  // 3: it asks for a nonce. 4: and gets it.
  const { nonce } = await post('/oauth/nonce', { client_id: APP_ID })
  // 5: it signs who the person is, with the nonce.
  const assertion = sign({ sub: name, nonce })
  // 6: that brings a session. 7: the client gets its tokens.
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  return { status: 200, body: await post('/oauth/token', { grant_type, assertion }) }
}

async function post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(LATCHKEY_ISSUER + path, { method: 'POST', body: new URLSearchParams(form) })
  const body = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${path} answers ${response.status} ${body.error}`)
  return body
}

createServer((request, response) => {
  answerTo(request)
    .catch((error: unknown) => {
      console.error(error)
      return { status: 502, body: { error: 'unavailable' } }
    })
    .then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
    })
}).listen(Number(PORT), '127.0.0.1')
