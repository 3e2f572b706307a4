import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { like, py, talk, throwsExactly } from '../../../test/compat/pyjwt/pyjwt.ts'
import { generateKey, publicKeyOf, toJwk } from '../../token/index.ts'
import * as jwt from './index.ts'

describe('PyJWKClient', () => {
  const key = generateKey('ES256', { keyId: 'one' })
  const document = { keys: [toJwk(publicKeyOf(key)), { kty: 'oct', kid: 'published', k: 'AAAA' }] }
  function client(answer: () => object, options: jwt.PyJWKClientOptions = {}) {
    const seen = { fetches: 0, headers: new Headers(), nowMs: 0 }
    const asked = async (_url: unknown, init?: RequestInit) => {
      seen.fetches += 1
      seen.headers = new Headers(init?.headers)
      return Response.json(answer())
    }
    const made = new jwt.PyJWKClient('https://id.example/jwks', {
      fetch: asked as typeof fetch,
      now: () => seen.nowMs,
      ...options,
    })
    return { made, seen }
  }

  test('finds the key of a token over HTTP', async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify(document))).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    const token = py.encode({ a: 1 }, new jwt.PyJWK(toJwk(key)), { headers: { kid: 'one' } })
    const found = await new jwt.PyJWKClient(`http://127.0.0.1:${port}/`).get_signing_key_from_jwt(token)
    server.close()
    assert.deepEqual(py.decode(token, found, ['ES256']), { a: 1 })
  })

  test('fetches once for many, again after its lifespan, and sends the headers', async () => {
    const { made, seen } = client(() => document, { headers: { 'x-key': 'v' } })
    await Promise.all([made.get_signing_key('one'), made.get_signing_key('one'), made.get_jwk_set()])
    assert.equal(seen.fetches, 1)
    assert.equal(seen.headers.get('x-key'), 'v')
    seen.nowMs = 300_000
    await made.get_signing_key('one')
    assert.equal(seen.fetches, 2)
  })

  test('does not let unknown key ids make it fetch each time (CVE-2026-48524)', async () => {
    const { made, seen } = client(() => document)
    for (let i = 0; i < 20; i++) {
      await assert.rejects(
        made.get_signing_key(`x${i}`),
        like(jwt.PyJWKClientError, /^Unable to find a signing key that matches: "x\d+"$/),
      )
    }
    assert.equal(seen.fetches, 2)
    seen.nowMs = 30_000
    await assert.rejects(made.get_signing_key('y'))
    assert.equal(seen.fetches, 3)
  })

  test('keeps its keys where a refresh fails', async () => {
    let broken = false
    const { made, seen } = client(() => (broken ? { keys: 5 } : document))
    await made.get_signing_key('one')
    broken = true
    await assert.rejects(made.get_jwk_set(true), like(jwt.PyJWKSetError, 'Invalid JWK Set value'))
    assert.equal((await made.get_signing_key('one')).key_id, 'one')
    assert.equal(seen.fetches, 2)
  })

  test('never gives out a secret that was published, nor a key to a token without an id', async () => {
    const { made } = client(() => document)
    await assert.rejects(made.get_signing_key('published'), jwt.PyJWKClientError)
    await assert.rejects(made.get_signing_key_from_jwt(talk), /matches: "None"/)
  })

  for (const [name, keys] of [
    ['secrets alone', [{ kty: 'oct', kid: 'published', k: 'AAAA' }]],
    ['keys without ids alone', [{ ...toJwk(publicKeyOf(key)), kid: undefined }]],
  ] as const) {
    test(`says that a set holds no signing keys: ${name}`, async () => {
      const { made } = client(() => ({ keys }))
      await assert.rejects(
        made.get_signing_keys(),
        like(jwt.PyJWKClientError, 'The JWKS endpoint did not contain any signing keys'),
      )
    })
  }

  test('finds a key that was added since, by one more fetch', async () => {
    const added = generateKey('ES256', { keyId: 'two' })
    let keys = [toJwk(publicKeyOf(key))]
    const { made, seen } = client(() => ({ keys }))
    await made.get_signing_key('one')
    keys = [...keys, toJwk(publicKeyOf(added))]
    assert.equal((await made.get_signing_key('two')).key_id, 'two')
    assert.equal(seen.fetches, 2)
  })

  test('takes no 304 for an answer: it has asked for no change', async () => {
    const unchanged = async () => new Response(null, { status: 304 })
    const { made } = client(() => document, { fetch: unchanged as typeof fetch })
    await assert.rejects(made.get_jwk_set(), jwt.PyJWKClientConnectionError)
  })

  test('what is no choice about its cache is a TypeError', () => {
    assert.throws(
      () => new jwt.PyJWKClient('https://id.example/', { cache_jwk_set: 'no' } as never),
      /cache_jwk_set is true or false/,
    )
  })

  test('says that it could not fetch', async () => {
    const failing = async () => Promise.reject(new Error('refused'))
    const { made } = client(() => document, { fetch: failing as typeof fetch })
    await assert.rejects(
      made.get_signing_key('one'),
      like(jwt.PyJWKClientConnectionError, /^Fail to fetch data from the url, err: ".*refused"$/),
    )
  })

  test('refuses addresses that no key should come from (CVE-2026-48522)', () => {
    for (const uri of ['file:///etc/passwd', 'ftp://id.example/', 'data:application/json,{}']) {
      throwsExactly(
        () => new jwt.PyJWKClient(uri),
        jwt.PyJWKClientError,
        /^Invalid JWKS URI scheme '\w+': only 'http' and 'https' are supported\.$/,
      )
    }
    throwsExactly(
      () => new jwt.PyJWKClient('http://id.example/'),
      jwt.PyJWKClientError,
      /https, or http to a loopback/,
    )
    throwsExactly(
      () => new jwt.PyJWKClient('https://id.example/', { lifespan: 0 }),
      jwt.PyJWKClientError,
      'Lifespan must be greater than 0, the input is "0"',
    )
  })
})
