import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createGuard } from 'latchkey/guard/node'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { newClientKey, type ProofParts, proofOf } from '../packages/server/test/proofs.ts'
import { eventually } from '../packages/server/test/second-app.ts'

// Tokens of the whole product, bound to a key, at somebody's API behind a guard, over real sockets.

const password = 'a lamp, a latch and a key'
const [key, thief] = [newClientKey(), newClientKey()]
const log = testLog()

let directory: string
let server: RunningServer
let issuer: string
let guard: ReturnType<typeof createGuard>
let api: Server
let resource: string

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-bound-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
  }
  server = await startServer(readConfig(settings, 'development'), { log })
  await createUser(
    server.app,
    operator,
    { username: 'ada', userType: 'customer' },
    await server.app.passwords.hash(password, []),
  )
  api = createServer((request, response) => protectedApi(request, response))
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  resource = `http://127.0.0.1:${(api.address() as AddressInfo).port}` // it listens
  guard = createGuard({ issuer, audience: issuer, dpop: { baseUrl: resource } })
  const protectedApi = guard.listener({ scope: 'devices:view' }, ({ auth }, response) =>
    response.end(auth.subject),
  )
})

after(async () => {
  guard?.close()
  api?.closeAllConnections()
  api?.close()
  await server?.stop()
  rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

const proofAt = (url: string, parts: Partial<ProofParts> = {}) =>
  proofOf({ key, method: 'GET', url, atMs: Date.now(), ...parts })

async function signIn(
  headers: Record<string, string> = { dpop: proofAt(`${issuer}/v1/login`, { method: 'POST' }) },
) {
  const answer = await fetch(`${issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ username: 'ada', password }),
  })
  assert.equal(answer.status, 200)
  return (await answer.json()) as { access_token: string; token_type: string }
}

const ask = (url: string, token: string, dpop: string | undefined, scheme = 'DPoP') =>
  fetch(url, { headers: { authorization: `${scheme} ${token}`, ...(dpop !== undefined && { dpop }) } })

test('a guard takes a token of the server with a proof of its key', async () => {
  const { access_token: token, token_type } = await signIn()
  assert.equal(token_type, 'DPoP')
  const answer = await ask(`${resource}/lamps`, token, proofAt(`${resource}/lamps`, { token }))
  assert.equal(answer.status, 200)
  assert.match(await answer.text(), /^usr_/)
})

const refused: { name: string; send: (token: string, url: string) => Promise<Response>; error: string }[] = [
  {
    name: 'as a bearer token',
    send: (token, url) => ask(url, token, undefined, 'Bearer'),
    error: 'invalid_token',
  },
  { name: 'without a proof', send: (token, url) => ask(url, token, undefined), error: 'invalid_dpop_proof' },
  {
    name: 'with the key of a thief',
    send: (token, url) => ask(url, token, proofAt(url, { token, key: thief })),
    error: 'invalid_token',
  },
  {
    name: 'with a proof that was made for the server',
    send: (token, url) => ask(url, token, proofAt(`${issuer}/lamps`, { token })),
    error: 'invalid_dpop_proof',
  },
  {
    name: 'with a proof that was used before',
    async send(token, url) {
      const proof = proofAt(url, { token })
      assert.equal((await ask(url, token, proof)).status, 200)
      return ask(url, token, proof)
    },
    error: 'invalid_dpop_proof',
  },
]
for (const { name, send, error } of refused)
  test(`a guard refuses a token of the server ${name}`, async () => {
    const { access_token } = await signIn()
    const answer = await send(access_token, `${resource}/lamps`)
    assert.equal(answer.status, 401)
    assert.match(answer.headers.get('www-authenticate') ?? '', new RegExp(`DPoP [^B]*error="${error}"`))
    await answer.body?.cancel()
  })

test('a guard refuses it once its session has ended, whatever is proven', async () => {
  const { access_token: token } = await signIn()
  const logout = `${issuer}/v1/logout`
  const dpop = proofAt(logout, { method: 'POST', token })
  const headers = { authorization: `DPoP ${token}`, dpop }
  assert.equal((await fetch(logout, { method: 'POST', headers })).status, 204)
  const url = `${resource}/lamps`
  await eventually(async () => (await ask(url, token, proofAt(url, { token }))).status === 401)
})

test('the server refuses two headers with a proof each, and an absolute URL that names another host', async () => {
  const { access_token: token } = await signIn()
  const url = `${issuer}/v1/me`
  const sent = (path: string, dpop: string | string[], host = new URL(issuer).host) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, authorization: `DPoP ${token}`, dpop }
      request({ port: new URL(issuer).port, host: '127.0.0.1', path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  assert.equal(await sent('/v1/me', proofAt(url, { token })), 200)
  assert.equal(await sent('/v1/me?a=b%20c', proofAt(url, { token })), 200)
  assert.equal(await sent('/v1/me', [proofAt(url, { token }), proofAt(url, { token })]), 401)
  const evil = 'http://evil.example/v1/me'
  assert.equal(await sent('/v1/me', proofAt(evil, { token }), 'evil.example'), 401)
  assert.notEqual(await sent(evil, proofAt(evil, { token }), 'evil.example'), 200)
})
