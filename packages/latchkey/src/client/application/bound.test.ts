import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { startAuthorizationServer } from '../../../test/client/application.ts'
import { decodeUnverified } from '../../token/index.ts'
import { memoryKey } from '../proofs/proof-key.ts'

type Server = Awaited<ReturnType<typeof startAuthorizationServer>>

/** The thumbprint of the key that a request proves (RFC 7638), and what the proof says. */
function proofIn({ headers }: Server['asked'][number]) {
  const { header, claims } = decodeUnverified(String(headers.dpop))
  const { crv, kty, x, y } = header.jwk as Record<string, string>
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { thumbprint, htm: claims.htm, htu: claims.htu, iat: claims.iat }
}

async function startBound(server: Server) {
  const client = server.open({ dpop: memoryKey })
  const request = await server.begin(client)
  const jkt = request.searchParams.get('dpop_jkt')
  server.members = { token_type: 'DPoP' }
  server.accessToken = { cnf: { jkt } }
  return { client, request, jkt }
}

test('a code is bound to the key that the tokens will be bound to, and each request proves it', async (t) => {
  const server = await startAuthorizationServer(t)
  const { client, request, jkt } = await startBound(server)
  await client.finishSignIn(server.letIn(request))
  server.expire()
  await client.fetch(`${server.url}/me`)
  const proofs = server.asked.map(proofIn)
  assert.deepEqual(
    proofs.map(({ thumbprint, htm, htu }) => [thumbprint, htm, htu]),
    [
      [jkt, 'POST', `${server.url}/oauth/token`],
      [jkt, 'POST', `${server.url}/oauth/token`],
      [jkt, 'GET', `${server.url}/me`],
    ],
  )
  assert.match(String(server.asked[2]?.headers.authorization), /^DPoP /)
})

for (const { name, members, accessToken } of [
  { name: 'a bearer token', members: { token_type: 'Bearer' }, accessToken: undefined },
  { name: 'a token that says that it is bound and is not', members: undefined, accessToken: {} },
]) {
  test(`a client with a key is not signed in with ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const { client, request } = await startBound(server)
    Object.assign(server, members && { members }, accessToken && { accessToken })
    await assert.rejects(client.finishSignIn(server.letIn(request)), { code: 'answer_invalid' })
    assert.equal(client.session, undefined)
  })
}

test('a code is not sent where the key cannot be had', async (t) => {
  const server = await startAuthorizationServer(t)
  const dpop = () => Promise.reject(new Error('the keystore is locked'))
  await assert.rejects(server.begin(server.open({ dpop })), { message: 'the keystore is locked' })
})

test('a clock that is wrong is corrected by the refusal of the first proof, and the code is sent once more', async (t) => {
  const server = await startAuthorizationServer(t)
  const { request } = await startBound(server)
  const client = server.open({ dpop: memoryKey, now: () => server.nowMs - 1_000_000 })
  const own = await server.begin(client)
  assert.notEqual(own.searchParams.get('dpop_jkt'), request.searchParams.get('dpop_jkt'))
  server.accessToken = { cnf: { jkt: own.searchParams.get('dpop_jkt') } }
  server.instead.set('/oauth/token', (asked) => {
    if (Math.abs(Number(proofIn(asked).iat) * 1000 - server.nowMs) < 60_000) return undefined
    const headers = { date: new Date(server.nowMs).toUTCString() }
    return { status: 400, headers, body: { error: 'invalid_dpop_proof' } }
  })
  await client.finishSignIn(server.letIn(own))
  assert.deepEqual(server.paths(), ['/oauth/token', '/oauth/token'])
  // A proof that is refused for something else is not sent a third time.
  server.instead.set('/oauth/token', () => ({ status: 400, body: { error: 'invalid_dpop_proof' } }))
  await assert.rejects(client.finishSignIn(server.letIn(await server.begin(client))), {
    code: 'issuer_refused',
    issuerCode: 'invalid_dpop_proof',
  })
  assert.equal(server.asked.length, 4)
})
