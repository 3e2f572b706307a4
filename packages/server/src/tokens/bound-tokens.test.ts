import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSigner } from 'latchkey/token'
import type { Answered, SignedIn } from '../../test/app.ts'
import { type Home, openHome } from '../../test/home.ts'
import { newClientKey, type ProofParts, proofOf } from '../../test/proofs.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'

const algorithms = 'algs="ES256 EdDSA Ed25519"'
const challengesWith = (scheme: 'bearer' | 'dpop', error: string) =>
  scheme === 'bearer'
    ? `Bearer realm="latchkey", error="${error}", DPoP realm="latchkey", ${algorithms}`
    : `Bearer realm="latchkey", DPoP realm="latchkey", ${algorithms}, error="${error}"`

/** What an access token that is bound to a key opens, and to whom (RFC 9449 section 7). */
for (const engine of engines) {
  describe(`an access token that is bound to a key, on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let bound: string
    let sessionId: string
    const [key, thief] = [newClientKey(), newClientKey()]
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
    })
    after(() => house.close())

    const signIn = async (username: string) => {
      const { issuer } = house.app.config
      const proof = proofOf({ key, method: 'POST', url: `${issuer}/v1/login`, atMs: house.world.now() })
      const body = { username, password: `the password of ${username}` }
      return (await house.call('POST', '/v1/login', { body, headers: { dpop: proof } })).body
    }
    before(async () => {
      ;({ access_token: bound, session_id: sessionId } = await signIn('ada'))
    })

    const proofFor = (token: string, parts: Partial<ProofParts> = {}) =>
      proofOf({
        key,
        method: 'GET',
        url: `${house.app.config.issuer}/v1/me`,
        atMs: house.world.now(),
        token,
        ...parts,
      })
    const send = (
      token: string,
      proof: string | undefined,
      { method = 'GET', path = '/v1/me', scheme = 'DPoP' } = {},
    ): Promise<Answered> =>
      house.call(method, path, {
        headers: { authorization: `${scheme} ${token}`, ...(proof !== undefined && { dpop: proof }) },
      })
    const lastLine = async () => {
      // Written before the answer goes out.
      const [row] = await house.app.db.query<{ reason: string; subject: string; session_id: string }>(
        `SELECT reason, subject, session_id FROM activity WHERE event = 'access.refuse' ORDER BY id DESC LIMIT 1`,
      )
      return row
    }

    test('opens what it is for, with a proof of that key', async () => {
      const { status, body } = await send(bound, proofFor(bound))
      assert.deepEqual([status, body.username], [200, 'ada'])
      assert.equal((await send(bound, proofFor(bound), { scheme: 'dpop' })).status, 200)
    })

    test('opens a path with a query, and HEAD, by a proof of those', async () => {
      const { issuer } = house.app.config
      const path = '/v1/devices?limit=1'
      for (const url of [issuer + path, `${issuer}/v1/devices`])
        assert.equal((await send(bound, proofFor(bound, { url }), { path })).status, 200)
      const dpop = proofFor(bound, { method: 'HEAD' })
      const headers = { authorization: `DPoP ${bound}`, dpop }
      const head = await house.app.edge.request('/v1/me', { method: 'HEAD', headers })
      assert.equal(head.status, 200)
    })

    const refused: {
      name: string
      send: () => Promise<Answered>
      error?: 'invalid_token'
      scheme?: 'bearer'
      code?: 'token_invalid'
      reason: string
    }[] = [
      {
        name: 'as a bearer token',
        send: () => send(bound, undefined, { scheme: 'Bearer' }),
        ...{ scheme: 'bearer', error: 'invalid_token', code: 'token_invalid', reason: 'token_bound' },
      },
      {
        name: 'as a bearer token, with a proof beside',
        send: () => send(bound, proofFor(bound), { scheme: 'Bearer' }),
        ...{ scheme: 'bearer', error: 'invalid_token', code: 'token_invalid', reason: 'token_bound' },
      },
      {
        name: 'with the proof of a thief',
        send: () => send(bound, proofFor(bound, { key: thief })),
        ...{ error: 'invalid_token', code: 'token_invalid', reason: 'proof_key_mismatch' },
      },
      { name: 'without a proof', send: () => send(bound, undefined), reason: 'proof_missing' },
      { name: 'with an empty proof', send: () => send(bound, ''), reason: 'proof_missing' },
      {
        name: 'with two proofs',
        send: () => send(bound, `${proofFor(bound)}, ${proofFor(bound)}`),
        reason: 'proof_ambiguous',
      },
      { name: 'with itself as the proof', send: () => send(bound, bound), reason: 'proof_type_mismatch' },
      {
        name: 'with a proof that names no token, as for a sign-in',
        send: () => send(bound, proofFor(bound, { token: undefined })),
        reason: 'proof_claim_missing',
      },
      {
        name: 'with a proof for another token',
        send: () => send(bound, proofFor(ada.token)),
        reason: 'proof_token_mismatch',
      },
      {
        name: 'with a proof for another method',
        send: () => send(bound, proofFor(bound, { method: 'POST' })),
        reason: 'proof_method_mismatch',
      },
      {
        name: 'with a proof for another path',
        send: () => send(bound, proofFor(bound), { path: '/v1/devices' }),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'with a proof for another server',
        send: () => send(bound, proofFor(bound, { url: 'http://evil.example/v1/me' })),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'with a proof that is too old',
        send: () => send(bound, proofFor(bound, { atMs: house.world.now() - 90_000 })),
        reason: 'proof_expired',
      },
      {
        name: 'with a proof from the future',
        send: () => send(bound, proofFor(bound, { atMs: house.world.now() + 31_000 })),
        reason: 'proof_not_yet_valid',
      },
      {
        name: 'with a proof by a symmetric algorithm',
        send: () => send(bound, proofFor(bound, { header: { alg: 'HS256' } })),
        reason: 'proof_algorithm_not_allowed',
      },
      {
        name: 'with a proof that holds the private key',
        send: () =>
          send(bound, proofFor(bound, { header: { jwk: key.privateKey.export({ format: 'jwk' }) } })),
        reason: 'proof_key_invalid',
      },
      {
        name: 'with a proof that was used before',
        async send() {
          const proof = proofFor(bound)
          assert.equal((await send(bound, proof)).status, 200)
          return send(bound, proof)
        },
        reason: 'proof_replayed',
      },
    ]
    for (const { name, send, error, scheme = 'dpop', code, reason } of refused)
      test(`opens nothing ${name}, and the log tells whose it is and why: ${reason}`, async () => {
        house.world.advance(1)
        const answer = await send()
        assert.equal(answer.status, 401)
        assert.equal(answer.body.code, code ?? 'token_unproven')
        const challenges = challengesWith(scheme, error ?? 'invalid_dpop_proof')
        assert.equal(answer.headers.get('www-authenticate'), challenges)
        assert.deepEqual({ ...(await lastLine()) }, { reason, subject: ada.id, session_id: sessionId })
      })

    const strangers: {
      name: string
      token: () => Promise<string> | string
      code: string
      reason?: string
    }[] = [
      {
        name: 'a token that is bound to nothing',
        token: () => ada.token,
        code: 'token_invalid',
        reason: 'token_not_bound',
      },
      {
        name: 'a token that is bound to a certificate',
        token: () => signed({ cnf: { 'x5t#S256': 'A'.repeat(43) } }),
        code: 'token_invalid',
      },
      {
        name: 'a token whose binding is no object',
        token: () => signed({ cnf: key.thumbprint }),
        code: 'token_invalid',
      },
      {
        name: 'a token that a device signed',
        token: async () => (await house.lamp()).token({ cnf: { jkt: key.thumbprint } }),
        code: 'token_invalid',
      },
    ]
    for (const { name, token, code, reason } of strangers)
      test(`is not the same as ${name}, which no proof helps`, async () => {
        house.world.advance(1)
        const text = await token()
        const answer = await send(text, proofFor(text))
        assert.deepEqual([answer.status, answer.body.code], [401, code])
        assert.equal(answer.headers.get('www-authenticate'), challengesWith('dpop', 'invalid_token'))
        if (reason !== undefined) assert.equal((await lastLine())?.reason, reason)
      })
    const signed = (claims: object) => {
      const { ring, config } = house.app
      const { issuer, audience } = config
      const sign = createSigner({
        ...{ key: ring.signingKey(), issuer, audience, type: 'at+jwt', expiresIn: 300, now: house.world.now },
      })
      return sign({ sub: ada.id, kind: 'user', jti: 'jti_x', ...claims })
    }

    test('bound to what nobody here can check is no bearer token either', async () => {
      for (const cnf of [{ 'x5t#S256': 'A'.repeat(43) }, {}, null, 'x'])
        assert.equal(
          (await house.call('GET', '/v1/me', { token: signed({ cnf }) })).body.code,
          'token_invalid',
        )
      await eventually(() => house.events.some(({ reason }) => reason === 'binding_unknown'))
    })

    test('lacks permissions as any other, and is told so in its scheme', async () => {
      const url = `${house.app.config.issuer}/v1/users`
      const answer = await send(bound, proofFor(bound, { url }), { path: '/v1/users' })
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
      assert.equal(answer.headers.get('www-authenticate'), challengesWith('dpop', 'insufficient_scope'))
    })

    test('is told what it says and what it is bound to by /v1/verify, to which that proves nothing', async () => {
      const verify = async (token: string) =>
        (await house.call('POST', '/v1/verify', { body: { token } })).body
      const { active, subject, cnf } = await verify(bound)
      assert.deepEqual([active, subject, cnf], [true, ada.id, { jkt: key.thumbprint }])
      assert.equal((await verify(ada.token)).cnf, null)
    })

    test('follows a stream of events with a proof, and without it does not', async () => {
      const { access_token } = await signIn('admin')
      const path = '/v1/activity/tail'
      const leave = new AbortController()
      const follow = (headers: Record<string, string>) =>
        house.app.edge.request(path, {
          headers: { authorization: `DPoP ${access_token}`, ...headers },
          signal: leave.signal,
        })
      const dpop = proofFor(access_token, { url: house.app.config.issuer + path })
      const streams = [await follow({}), await follow({ dpop }), await follow({ dpop })]
      assert.deepEqual(
        streams.map(({ status }) => status),
        [401, 200, 401],
      )
      const { value } = (await streams[1]?.body?.getReader().read()) ?? {}
      assert.match(new TextDecoder().decode(value), /^event: open/)
      leave.abort()
    })

    test('is no password over MQTT, where nothing can be proven, and the log says why', async () => {
      const refusals = house.written({ event: 'app.connect', outcome: 'refused', reason: 'token_bound' })
      await assert.rejects(house.app5({ token: bound }), { reason: 'bad_user_name_or_password' })
      assert.equal((await refusals).length, 1)
      await (await house.app5(ada)).end()
    })

    test('of 64 requests with one proof at once, in two processes, opens one', async () => {
      const beside = await openBeside(house)
      const headers = { authorization: `DPoP ${bound}`, dpop: proofFor(bound) }
      const statuses = await Promise.all(
        Array.from({ length: 64 }, async (_, i) =>
          i % 2 === 0
            ? (await house.call('GET', '/v1/me', { headers })).status
            : (await beside.edge.request('/v1/me', { headers })).status,
        ),
      )
      await beside.stop()
      assert.deepEqual(statuses.sort(), [200, ...Array<number>(63).fill(401)])
    })

    test('ends with its session, proof or not', async () => {
      const { access_token } = await signIn('ada')
      const path = '/v1/logout'
      const url = house.app.config.issuer + path
      const out = await send(access_token, proofFor(access_token, { url, method: 'POST' }), {
        path,
        method: 'POST',
      })
      assert.equal(out.status, 204)
      const after = await send(access_token, proofFor(access_token))
      assert.deepEqual([after.status, after.body.code], [401, 'token_revoked'])
      assert.equal(after.headers.get('www-authenticate'), challengesWith('dpop', 'invalid_token'))
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
