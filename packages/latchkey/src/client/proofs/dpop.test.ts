import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { startBoundIssuer } from '../../../test/client/bound-issuer.ts'
import { ada } from '../../../test/client/issuer.ts'
import type { StoredSession } from '../session.ts'
import { keyValueStorage } from '../storage.ts'
import { generateProofKey, memoryKey, proofKeyOf } from './proof-key.ts'

test('a client with a key proves it at the sign-in and with every request', async (t) => {
  const issuer = await startBoundIssuer(t)
  const client = issuer.open()
  await client.signIn(ada)
  const response = await client.fetch(`${issuer.url}/me?a=b#c`, { method: 'post', body: 'x' })
  assert.deepEqual([response.status, await response.json()], [200, { subject: 'usr_ada' }])
  await client.fetch(`${issuer.url}/me`, { method: 'PATCH' })
  const [signIn, post, patch] = issuer.proofs()
  const token = issuer.asked[1]?.headers.authorization?.replace(/^DPoP /, '') ?? ''
  assert.deepEqual([signIn?.htm, signIn?.htu, signIn?.ath], ['POST', `${issuer.url}/v1/login`, undefined])
  const ath = createHash('sha256').update(token).digest('base64url')
  assert.deepEqual([post?.htm, post?.htu, post?.ath], ['POST', `${issuer.url}/me`, ath])
  assert.equal(patch?.htm, 'PATCH')
  assert.equal(new Set(issuer.proofs().map(({ jti }) => jti)).size, 3)
  assert.equal(new Set(issuer.proofs().map(({ jwk }) => jwk.x)).size, 1)
  assert.deepEqual(Object.keys(signIn?.jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'])
  assert.deepEqual(issuer.paths(), ['/v1/login', '/me?a=b', '/me'], 'each once')
})

test('a session is renewed and ended with the key that it began with', async (t) => {
  const issuer = await startBoundIssuer(t)
  const client = issuer.open()
  await client.signIn(ada)
  issuer.expire()
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
  await client.signOut()
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh', '/me', '/v1/logout'])
  assert.deepEqual(
    issuer.proofs().map(({ ath }) => ath !== undefined),
    [false, false, true, true],
  )
  assert.equal(new Set(issuer.proofs().map(({ jwk }) => jwk.x)).size, 1)
})

const challenges = [
  { name: 'its own scheme', challenge: 'Bearer realm="a", DPoP error="invalid_token"', renewals: 1 },
  { name: 'another scheme', challenge: 'Bearer error="invalid_token", DPoP algs="ES256"', renewals: 0 },
]
for (const { name, challenge, renewals } of challenges) {
  test(`a token is renewed ${renewals} times where a 401 says so of ${name}`, async (t) => {
    const issuer = await startBoundIssuer(t)
    let isRefused = false
    const client = issuer.open({
      fetch: async (input, init) => {
        if (!String(input).endsWith('/me') || isRefused) return fetch(input, init)
        isRefused = true
        return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
      },
    })
    await client.signIn(ada)
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, renewals === 1 ? 200 : 401)
    assert.equal(issuer.paths().filter((path) => path === '/v1/refresh').length, renewals)
  })
}

test('a clock that is wrong is corrected by the refusal of the first proof', async (t) => {
  const issuer = await startBoundIssuer(t)
  const wrong = issuer.open({ now: () => issuer.nowMs - 1_000_000 })
  await wrong.signIn(ada)
  assert.equal((await wrong.fetch(`${issuer.url}/me`)).status, 200)
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/login', '/me'])
})

for (const jumpMs of [-600_000, 100_000]) {
  test(`a clock that is set by ${jumpMs / 1000} s while somebody is signed in is corrected by a renewal`, async (t) => {
    const issuer = await startBoundIssuer(t)
    let wrongMs = 0
    const client = issuer.open({ now: () => issuer.nowMs + wrongMs })
    await client.signIn(ada)
    wrongMs = jumpMs
    for (const _ of [1, 2]) assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
    // Refused, and then right for good.
    const renewal = ['/v1/refresh', '/v1/refresh']
    assert.deepEqual(issuer.paths(), ['/v1/login', '/me', ...renewal, '/me', '/me'])
  })
}

test('an API that takes no proof of ours costs one renewal, and its answer is the caller’s', async (t) => {
  const issuer = await startBoundIssuer(t)
  const client = issuer.open({
    fetch: async (input, init) => {
      if (!String(input).endsWith('/me')) return fetch(input, init)
      const headers = { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' }
      return new Response(null, { status: 401, headers })
    },
  })
  await client.signIn(ada)
  for (const _ of [1, 2, 3]) assert.equal((await client.fetch(`${issuer.url}/me`)).status, 401)
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh'])
})

test('a proof that is refused twice is not sent a third time', async (t) => {
  const issuer = await startBoundIssuer(t)
  const forger = { ...(await memoryKey('')), sign: async () => new Uint8Array(64) }
  const client = issuer.open({ dpop: async () => forger })
  await assert.rejects(client.signIn(ada), { code: 'issuer_refused', issuerCode: 'dpop_proof_invalid' })
  assert.equal(issuer.paths().length, 2)
})

test('a nonce is sent where one is demanded, and the next one when it is told', async (t) => {
  const issuer = await startBoundIssuer(t, { nonce: { windowSeconds: 100 } })
  const client = issuer.open()
  await client.signIn(ada)
  for (const _ of [1, 2])
    assert.equal((await client.fetch(`${issuer.url}/me`, { method: 'POST', body: 'b' })).status, 200)
  // Asked once for a nonce, and not a second time.
  assert.deepEqual(issuer.paths(), ['/v1/login', '/me', '/me', '/me'])
  const [, without, first, second] = issuer.proofs()
  assert.deepEqual([without?.nonce, first?.nonce], [undefined, second?.nonce])
  assert.notEqual(first?.nonce, undefined)
  assert.deepEqual(issuer.bodies, ['b', 'b'])
  issuer.nowMs += 100_000
  // Still taken, and the answer tells the next.
  await client.fetch(`${issuer.url}/me`)
  await client.fetch(`${issuer.url}/me`)
  const [before, after] = issuer.proofs().slice(-2)
  assert.deepEqual([before?.nonce === first?.nonce, after?.nonce === first?.nonce], [true, false])
  assert.equal(issuer.paths().length, 6)
})

test('of many requests at once each gets the nonce, though the first has heard of it for all', async (t) => {
  const issuer = await startBoundIssuer(t, { nonce: true })
  const client = issuer.open()
  await client.signIn(ada)
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.fetch(`${issuer.url}/me`)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array(8).fill(200),
  )
})

test('a clock that is wrong is corrected by the refusal of a sign-out', async (t) => {
  const issuer = await startBoundIssuer(t)
  let wrongMs = 0
  let isRefused = false
  const client = issuer.open({
    now: () => issuer.nowMs - wrongMs,
    fetch: async (input, init) => {
      if (!String(input).endsWith('/v1/logout') || isRefused) return fetch(input, init)
      isRefused = true
      const headers = {
        date: new Date(issuer.nowMs).toUTCString(),
        'content-type': 'application/problem+json',
      }
      return new Response('{"code":"token_unproven"}', { status: 401, headers })
    },
  })
  await client.signIn(ada)
  wrongMs = 1_000_000
  await client.signOut()
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/logout'])
})

test('a server that is never content with a nonce is asked twice, and no more', async (t) => {
  const issuer = await startBoundIssuer(t)
  const client = issuer.open({
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (!String(input).endsWith('/me')) return response
      const headers = {
        'www-authenticate': 'DPoP error="use_dpop_nonce"',
        'dpop-nonce': `n${issuer.asked.length}`,
      }
      return new Response(null, { status: 401, headers })
    },
  })
  await client.signIn(ada)
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 401)
  assert.deepEqual(issuer.paths(), ['/v1/login', '/me', '/me'])
})

test('a nonce may have 1,024 characters', async (t) => {
  const issuer = await startBoundIssuer(t)
  let asked = 0
  const client = issuer.open({
    fetch: async (input, init) => {
      if (!String(input).endsWith('/me')) return fetch(input, init)
      asked += 1
      const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'x'.repeat(1024) }
      return new Response(null, { status: asked === 1 ? 401 : 200, headers })
    },
  })
  await client.signIn(ada)
  assert.deepEqual([(await client.fetch(`${issuer.url}/me`)).status, asked], [200, 2])
})

for (const nonce of ['', 'a b', 'a"b', 'x'.repeat(1025)]) {
  test(`what is no nonce is not sent: ${JSON.stringify(nonce.slice(0, 8))}`, async (t) => {
    const issuer = await startBoundIssuer(t)
    const client = issuer.open({
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': nonce }
        return String(input).endsWith('/me') ? new Response(null, { status: 401, headers }) : response
      },
    })
    await client.signIn(ada)
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, 401)
    assert.deepEqual(issuer.paths(), ['/v1/login', '/me'])
  })
}

test('a body that is a stream is not sent a second time for a nonce', async (t) => {
  const issuer = await startBoundIssuer(t, { nonce: true })
  const client = issuer.open()
  await client.signIn(ada)
  const body = new Blob(['streamed']).stream()
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit // Node's types know it under another name
  assert.equal((await client.fetch(`${issuer.url}/me`, init)).status, 401)
  // From then on the nonce is known.
  const again = { ...init, body: new Blob(['streamed']).stream() }
  assert.equal((await client.fetch(`${issuer.url}/me`, again)).status, 200)
})

test('an issuer that binds nothing signs nobody in who wanted to be bound', async (t) => {
  const issuer = await startBoundIssuer(t)
  issuer.tokenType = 'Bearer'
  const client = issuer.open()
  await assert.rejects(client.signIn(ada), { code: 'answer_invalid' })
  assert.equal(client.session, undefined)
})

test('a token that says that it is bound and is not is no answer', async (t) => {
  const issuer = await startBoundIssuer(t)
  issuer.tokenType = 'dpop' // without the claim
  const client = issuer.open()
  await assert.rejects(client.signIn(ada), { code: 'answer_invalid' })
})

test('a client without a key takes no bound session out of its storage, and one with a key takes no other', async (t) => {
  const issuer = await startBoundIssuer(t)
  const { kept, storage } = makeStorage()
  await issuer.open({ storage }).signIn(ada)
  assert.equal(await issuer.open({ storage, dpop: undefined as never }).restore(), undefined)
  const [[name, text] = ['', '']] = kept
  const session = JSON.parse(text) as StoredSession
  const [head, , signature] = session.accessToken.split('.')
  const plain = Buffer.from('{"sub":"usr_ada"}').toString('base64url')
  kept.set(name, JSON.stringify({ ...session, accessToken: `${head}.${plain}.${signature}` }))
  assert.equal(await issuer.open({ storage }).restore(), undefined)
})

test('a key that is lost ends the session at the next renewal', async (t) => {
  const issuer = await startBoundIssuer(t)
  const { storage } = makeStorage()
  await issuer.open({ storage }).signIn(ada)
  const client = issuer.open({ storage }) // with another key
  const told: unknown[] = []
  client.on('signed-out', ({ reason }) => told.push(reason))
  assert.equal((await client.restore())?.subject, 'usr_ada')
  issuer.expire()
  await assert.rejects(client.fetch(`${issuer.url}/me`), { code: 'signed_out' })
  assert.deepEqual(told, ['session_ended'])
})

test('a key that cannot be opened is tried again at the next request, and is no fault of the issuer', async (t) => {
  const issuer = await startBoundIssuer(t)
  let tries = 0
  const client = issuer.open({
    dpop: (name) => {
      tries += 1
      return tries === 1 ? Promise.reject(new Error('the keystore is locked')) : memoryKey(name)
    },
  })
  await assert.rejects(client.signIn(ada), { message: 'the keystore is locked' })
  assert.deepEqual(issuer.paths(), [])
  await client.signIn(ada)
  assert.equal(tries, 2)
})

test('a key is given the name of its client, and is not for another curve', async (t) => {
  const issuer = await startBoundIssuer(t)
  const names: string[] = []
  const dpop = (name: string) => {
    names.push(name)
    return memoryKey(name)
  }
  const client = issuer.open({ clientId: 'app', dpop })
  await client.signIn(ada)
  assert.deepEqual(names, [`latchkey ${issuer.url} app`])
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, [
    'sign',
    'verify',
  ])
  await assert.rejects(proofKeyOf(other), TypeError)
  const own = await generateProofKey(false)
  assert.equal(own.privateKey.extractable, false)
})

function makeStorage() {
  const kept = new Map<string, string>()
  const storage = keyValueStorage({
    getItem: (name) => kept.get(name),
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  })
  return { kept, storage }
}
