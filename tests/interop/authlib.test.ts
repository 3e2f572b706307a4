import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { password, startLatchkey } from '../../examples/server.test-support.ts'
import type { ApplicationRow } from '../../packages/server/src/applications/store.ts'
import { placeApplication } from '../../packages/server/test/applications.ts'
import { FormBrowser } from '../support/form-browser.ts'
import { python, skipUnless } from './original.ts'

// Debian's Authlib as a relying party: the code flow with PKCE, the verification of both tokens by the key set, refresh, introspection
// and revocation, by each way in which it authenticates. Authlib does not compare `iss` of the answer (RFC 9207).

const skip = skipUnless({ authlib: 'python3-authlib', requests: 'python3-requests' })
const callback = 'https://rp.example/back'
const scope = 'openid profile email offline_access'

/** Authlib with one client: each question is answered by one line. */
function startAuthlib(t: TestContext, given: object) {
  const file = fileURLToPath(new URL('authlib_client.py', import.meta.url))
  const env = { PATH: '/usr/bin:/bin', AUTHLIB_INSECURE_TRANSPORT: '1' }
  const child = spawn(python, ['-B', file, JSON.stringify(given)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => void child.kill())
  const lines = createInterface(child.stdout)
  const ended = once(child, 'exit').then(() => assert.fail('authlib has ended'))
  ended.catch(() => undefined)
  return async (what: string, more: object = {}): Promise<Told> => {
    const line = once(lines, 'line')
    child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`)
    return JSON.parse((await Promise.race([line, ended]))[0])
  }
}

interface Told {
  readonly error?: string
  // biome-ignore lint/suspicious/noExplicitAny: what a program of another language has found
  readonly answer?: any
}

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' })
const jwks = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), alg: 'ES256' }] })

const ways = {
  none: { authentication: 'none', type: 'browser' },
  client_secret_basic: { authentication: 'secret' },
  client_secret_post: { authentication: 'secret' },
  private_key_jwt: { authentication: 'key', jwks },
} as const satisfies Record<string, Partial<ApplicationRow>>

async function open(t: TestContext, method: keyof typeof ways, more: object = {}) {
  const { server, issuer, ada } = await startLatchkey(t)
  const placed = await placeApplication(server, {
    ...{ name: 'RP', redirect_uris: [callback], grants: ['authorization_code', 'refresh_token'] },
    ...{ scopes: scope.split(' '), ...ways[method] },
  })
  const secret = { none: '', private_key_jwt: String(pem) }[String(method)] ?? placed.secret
  const client = { issuer, client_id: placed.id, secret, method, scope, redirect_uri: callback }
  const authlib = startAuthlib(t, { ...client, audience: issuer, as_it_comes: false, ...more })
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  const signIn = async () => {
    const asked = { verifier: `${randomUUID()}${randomUUID()}`, nonce: randomUUID(), state: randomUUID() }
    const begun = await authlib('begin', asked)
    const back = await browser.authorize(String(begun.answer))
    return { ...asked, back: back.href }
  }
  return { authlib, signIn, ada, client: placed.id }
}

for (const method of Object.keys(ways) as (keyof typeof ways)[]) {
  test(`Authlib signs people in by ${method}`, { skip }, async (t) => {
    const { authlib, signIn, ada, client } = await open(t, method)
    const flow = await signIn()
    const { answer: tokens, error } = await authlib('finish', flow)
    assert.equal(error, undefined)
    const { id_token, access_token, refresh_token } = tokens
    const id = await authlib('id_token', { ...flow, id_token, access_token })
    assert.deepEqual([id.error, id.answer?.sub], [undefined, ada.id])
    const access = await authlib('access_token', { token: access_token })
    assert.deepEqual([access.error, access.answer?.sub, access.answer?.scope], [undefined, ada.id, scope])
    assert.equal((await authlib('userinfo')).answer.preferred_username, 'ada')

    const next = (await authlib('refresh', { token: refresh_token })).answer
    assert.notEqual(next.access_token, access_token)
    const look = async (token: string) => (await authlib('introspect', { token })).answer
    if (method === 'none') assert.equal((await look(next.access_token)).error, 'invalid_client')
    else {
      const told = await look(next.access_token)
      assert.deepEqual([told.active, told.sub, told.client_id], [true, ada.id, client])
    }
    assert.equal((await authlib('revoke', { token: next.refresh_token })).answer, 200)
    if (method !== 'none') assert.deepEqual(await look(next.access_token), { active: false })
    assert.equal((await authlib('refresh', { token: next.refresh_token })).error, 'invalid_grant')
  })

  const refused: Readonly<Record<string, { readonly more: object; readonly error: RegExp }>> = {
    'without the verifier': { more: { verifier: 'x'.repeat(43) }, error: /^invalid_grant$/ },
    'with an answer to another state': { more: { state: 'another' }, error: /^Mismatching|State/i },
  }
  for (const [name, { more, error }] of Object.entries(refused)) {
    test(`Authlib by ${method} gets no tokens ${name}`, { skip }, async (t) => {
      const { authlib, signIn } = await open(t, method)
      assert.match((await authlib('finish', { ...(await signIn()), ...more })).error ?? '', error)
    })
  }
}

test('Authlib refuses what is not what it asked for', { skip }, async (t) => {
  const { authlib, signIn } = await open(t, 'client_secret_basic')
  const flow = await signIn()
  const { id_token, access_token } = (await authlib('finish', flow)).answer
  const other = (token: string) => `${token.slice(0, -12)}AAAA${token.slice(-8)}`
  const asked = { ...flow, id_token, access_token }
  const refused: readonly [string, object][] = [
    ['id_token', { ...asked, nonce: 'another' }],
    ['id_token', { ...asked, access_token: other(access_token) }],
    ['id_token', { ...asked, id_token: other(id_token) }],
    ['id_token', { ...asked, id_token: access_token }],
    ['access_token', { token: other(access_token) }],
    ['access_token', { token: id_token }],
  ]
  for (const [what, more] of refused) assert.equal(typeof (await authlib(what, more)).error, 'string')
})

const assertions: Readonly<Record<string, object>> = {
  'for the token endpoint': { audience: '' },
  'that lives for an hour, as it comes': { as_it_comes: true },
}
for (const [name, more] of Object.entries(assertions)) {
  test(`an assertion of Authlib ${name} proves nothing here`, { skip }, async (t) => {
    const { authlib, signIn } = await open(t, 'private_key_jwt', more)
    assert.equal((await authlib('finish', await signIn())).error, 'invalid_client')
  })
}
