import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { type ClientKey, newClientKey, type ProofParts, proofOf } from '../../test/proofs.ts'
import { openBeside, post } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { createService } from '../services/registered.ts'

/** Who asks for tokens here has a key of its own, or has stolen what somebody with a key was given (RFC 9449 section 5). */
for (const engine of engines) {
  describe(`tokens that are bound to a key, on ${engine}`, () => {
    let app: TestApp
    let beside: App
    let ada: SignedIn
    let service: { client_id: string; client_secret: string }
    const [key, thief] = [newClientKey(), newClientKey()]
    before(async () => {
      app = await openTestApp(engine)
      beside = await openBeside(app)
      ada = await app.signedIn('ada')
      const made = await createService(app.app, operator, { name: 'reporting', scopes: ['users:read'] })
      service = { client_id: made.service.id, client_secret: made.secret }
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })

    const proofFor = (path: string, parts: Partial<ProofParts> = {}) =>
      proofOf({ key, method: 'POST', url: app.app.config.issuer + path, atMs: app.world.now(), ...parts })
    const headersOf = (proof: string | undefined) => (proof === undefined ? {} : { dpop: proof })
    const logIn = (proof?: string, password = ada.password): Promise<Answered> =>
      app.call('POST', '/v1/login', { body: { username: 'ada', password }, headers: headersOf(proof) })
    const refresh = (token: string, proof?: string): Promise<Answered> =>
      app.call('POST', '/v1/refresh', { body: { refresh_token: token }, headers: headersOf(proof) })
    const refreshBy = (token: string, by: ClientKey) => refresh(token, proofFor('/v1/refresh', { key: by }))
    const begin = async () => (await logIn(proofFor('/v1/login'))).body
    const grant = (proof?: string, secret = service.client_secret): Promise<Answered> =>
      app.call('POST', '/oauth/token', {
        form: { grant_type: 'client_credentials', ...service, client_secret: secret },
        headers: headersOf(proof),
      })
    const jktOf = (token: string) => (decodeUnverified(token).claims.cnf as { jkt?: string } | undefined)?.jkt
    const newest = async (event: string) =>
      (
        await app.app.db.query<{
          outcome: string
          reason: string | null
          session_id: string | null
          details: string
        }>(
          'SELECT outcome, reason, session_id, details FROM activity WHERE event = $1 ORDER BY id DESC LIMIT 1',
          event,
        )
      )[0]

    const endpoints = [
      {
        path: '/v1/login',
        event: 'user.sign_in',
        ask: (proof?: string) => logIn(proof),
        /** With what must not be looked at where the proof is bad. */
        askWrongly: (proof?: string) => logIn(proof, 'not her password'),
        error: { member: 'code', is: 'dpop_proof_invalid' },
      },
      {
        path: '/v1/refresh',
        event: 'session.refresh',
        ask: async (proof?: string) => refresh((await begin()).refresh_token, proof),
        askWrongly: (proof?: string) => refresh('nothing', proof),
        error: { member: 'code', is: 'dpop_proof_invalid' },
      },
      {
        path: '/oauth/token',
        event: 'service.token',
        ask: (proof?: string) => grant(proof),
        askWrongly: (proof?: string) => grant(proof, 'not its secret'),
        error: { member: 'error', is: 'invalid_dpop_proof' },
      },
    ]

    for (const { path, ask } of endpoints) {
      test(`${path} binds what it gives to the key of a proof`, async () => {
        const { status, body } = await ask(proofFor(path))
        assert.equal(status, 200)
        assert.equal(body.token_type, 'DPoP')
        assert.equal(jktOf(body.access_token), key.thumbprint)
      })

      const good: { name: string; proof: () => Partial<ProofParts> }[] = [
        { name: 'as old as it may be', proof: () => ({ atMs: app.world.now() - 89_999 }) },
        {
          name: 'of a clock that is ahead by half a minute',
          proof: () => ({ atMs: app.world.now() + 30_000 }),
        },
        {
          name: 'with an nbf and an exp besides',
          proof: () => {
            const now = Math.floor(app.world.now() / 1000)
            return { claims: { nbf: now, exp: now + 300 } }
          },
        },
        { name: 'at a fraction of a second', proof: () => ({ atMs: app.world.now() - 1.5 }) },
        {
          name: 'for its URL with a query, which does not count',
          proof: () => ({ url: `${app.app.config.issuer}${path}?a#b` }),
        },
        { name: 'by typ in capitals', proof: () => ({ header: { typ: 'DPoP+JWT' } }) },
      ]
      for (const { name, proof } of good)
        test(`${path} takes a proof ${name}`, async () => {
          // The session was begun with this key.
          assert.equal((await ask(proofFor(path, proof()))).body.token_type, 'DPoP')
        })
    }

    test('a key of Ed25519 does as well, for every session its own', async () => {
      const other = newClientKey('EdDSA')
      const { body } = await logIn(proofFor('/v1/login', { key: other }))
      assert.equal(jktOf(body.access_token), other.thumbprint)
    })

    for (const { path, ask } of endpoints.filter(({ path }) => path !== '/v1/refresh'))
      test(`${path} gives bearer tokens to whoever sends no proof, as ever`, async () => {
        const { status, body } = await ask()
        assert.equal(status, 200)
        assert.equal(body.token_type, 'Bearer')
        assert.equal(decodeUnverified(body.access_token).claims.cnf, undefined)
      })

    const elsewhere = 'http://evil.example'
    const bad: { name: string; make: (path: string) => string; reason: string }[] = [
      {
        name: 'for another method',
        make: (path) => proofFor(path, { method: 'GET' }),
        reason: 'proof_method_mismatch',
      },
      { name: 'for another URL', make: () => proofFor('/v1/logout'), reason: 'proof_url_mismatch' },
      {
        name: 'for the path in capitals',
        make: (path) => proofFor(path.toUpperCase()),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'for a path alone',
        make: (path) => proofFor(path, { url: path }),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'for another host',
        make: (path) => proofFor(path, { url: elsewhere + path }),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'for another scheme',
        make: (path) => proofFor(path, { url: app.app.config.issuer.replace('http', 'https') + path }),
        reason: 'proof_url_mismatch',
      },
      {
        name: 'that is too old',
        make: (path) => proofFor(path, { atMs: app.world.now() - 90_000 }),
        reason: 'proof_expired',
      },
      {
        name: 'from the future',
        make: (path) => proofFor(path, { atMs: app.world.now() + 31_000 }),
        reason: 'proof_not_yet_valid',
      },
      {
        name: 'with a time in words',
        make: (path) => proofFor(path, { claims: { iat: '1' } }),
        reason: 'proof_claim_invalid',
      },
      {
        name: 'without an id',
        make: (path) => proofFor(path, { claims: { jti: undefined } }),
        reason: 'proof_claim_missing',
      },
      {
        name: 'by a symmetric algorithm',
        make: (path) => proofFor(path, { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } } }),
        reason: 'proof_algorithm_not_allowed',
      },
      {
        name: 'by no algorithm',
        make: (path) => proofFor(path, { header: { alg: 'none' } }),
        reason: 'proof_algorithm_not_allowed',
      },
      {
        name: 'by an algorithm that is not announced',
        make: (path) => proofFor(path, { key: newClientKey('RS256') }),
        reason: 'proof_algorithm_not_allowed',
      },
      {
        name: 'with the private key in it',
        make: (path) => proofFor(path, { header: { jwk: key.privateKey.export({ format: 'jwk' }) } }),
        reason: 'proof_key_invalid',
      },
      {
        name: 'without a key in it',
        make: (path) => proofFor(path, { header: { jwk: undefined } }),
        reason: 'proof_key_invalid',
      },
      {
        name: 'with the key of somebody else in it',
        make: (path) => proofFor(path, { key: thief, header: { jwk: key.jwk } }),
        reason: 'proof_signature_invalid',
      },
      {
        name: 'with an extension that it calls critical',
        make: (path) => proofFor(path, { header: { crit: ['exp'], exp: 1 } }),
        reason: 'proof_critical_unknown',
      },
      {
        name: 'of another type',
        make: (path) => proofFor(path, { header: { typ: 'JWT' } }),
        reason: 'proof_type_mismatch',
      },
      { name: 'that is an access token', make: () => ada.token, reason: 'proof_type_mismatch' },
      { name: 'that is no JWT', make: () => 'x', reason: 'proof_malformed' },
      { name: 'that is empty', make: () => '', reason: 'proof_missing' },
      {
        name: 'beside another',
        make: (path) => `${proofFor(path)}, ${proofFor(path)}`,
        reason: 'proof_ambiguous',
      },
      { name: 'with a comma behind', make: (path) => `${proofFor(path)},`, reason: 'proof_ambiguous' },
    ]
    for (const { path, event, ask, askWrongly, error } of endpoints) {
      for (const { name, make, reason } of bad)
        test(`${path} refuses a proof ${name}, whoever asks, and the log says why: ${reason}`, async () => {
          for (const asking of [ask, askWrongly]) {
            app.world.advance(1)
            const proof = make(path)
            const answer = await asking(proof)
            assert.equal(answer.status, 400)
            assert.equal(answer.body[error.member], error.is)
            assert.equal(answer.headers.get('www-authenticate'), null)
            const { outcome, reason: written, session_id } = (await newest(event)) ?? assert.fail()
            assert.deepEqual([outcome, written, session_id], ['refused', reason, null])
            if (proof.length > 10) assert.ok(!answer.text.includes(proof))
          }
        })

      test(`${path} takes a proof once`, async () => {
        const proof = proofFor(path)
        assert.equal((await ask(proof)).status, 200)
        for (const asking of [ask, askWrongly]) {
          app.world.advance(1)
          const again = await asking(proof)
          assert.deepEqual([again.status, again.body[error.member]], [400, error.is])
          assert.equal((await newest(event))?.reason, 'proof_replayed')
        }
      })
    }

    test('the Host that a request claims does not count', async () => {
      const request = (host: string, proof: string) =>
        app.app.edge.request(`http://${host}/v1/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', dpop: proof },
          body: JSON.stringify({ username: 'ada', password: ada.password }),
        })
      const proof = proofFor('/v1/login', { url: `${elsewhere}/v1/login` })
      assert.equal((await request('evil.example', proof)).status, 400)
      assert.equal((await request('evil.example', proofFor('/v1/login'))).status, 200)
    })

    test('of 64 uses of one proof at once, in two processes, one succeeds', async () => {
      const proof = proofFor('/v1/login')
      const body = { username: 'ada', password: ada.password }
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, i) =>
          i % 2 === 0 ? logIn(proof) : post(beside, '/v1/login', body, { dpop: proof }),
        ),
      )
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array<number>(63).fill(400)])
      assert.ok(answers.every(({ status, body }) => status === 200 || body.code === 'dpop_proof_invalid'))
    })

    test('a used proof is kept for as long as any clock may take it, and then forgotten', async () => {
      const used = async () => (await app.app.db.query('SELECT hash FROM used_proofs')).length
      app.world.advance(1_000_000)
      await app.app.proofs.sweep()
      assert.equal(await used(), 0)
      const proof = proofFor('/v1/login', { atMs: app.world.now() + 30_000 })
      assert.equal((await logIn(proof)).status, 200)
      // Its last moment by this clock, and by one that is behind.
      for (const seconds of [119, 30]) {
        app.world.advance(seconds * 1000)
        await app.app.proofs.sweep()
        assert.equal(await used(), 1)
      }
      app.world.advance(1_000)
      await app.app.proofs.sweep()
      assert.equal(await used(), 0)
      assert.equal((await logIn(proof)).body.code, 'dpop_proof_invalid')
    })

    test('the log says that a session, or a token of a service, is bound', async () => {
      await begin()
      assert.deepEqual(JSON.parse((await newest('user.sign_in'))?.details ?? ''), {
        amr: 'pwd',
        bound: 'dpop',
      })
      await grant(proofFor('/oauth/token'))
      assert.deepEqual(JSON.parse((await newest('service.token'))?.details ?? ''), { bound: 'dpop' })
    })

    describe('a refresh token of theirs', () => {
      test('is renewed with a proof of the key, time after time', async () => {
        let { refresh_token, session_id } = await begin()
        for (const hours of [0, 1, 24]) {
          app.world.advance(hours * 3_600_000)
          const { status, body } = await refreshBy(refresh_token, key)
          assert.deepEqual([status, body.token_type, body.session_id], [200, 'DPoP', session_id])
          assert.equal(jktOf(body.access_token), key.thumbprint)
          refresh_token = body.refresh_token
        }
      })

      const thefts: { name: string; by: (token: string) => Promise<Answered>; reason: string }[] = [
        { name: 'without a proof', by: (token) => refresh(token), reason: 'key_missing' },
        { name: 'with a key of the thief', by: (token) => refreshBy(token, thief), reason: 'key_mismatch' },
      ]
      for (const { name, by, reason } of thefts) {
        async function isRefused(token: string, sessionId: string) {
          app.world.advance(1)
          await app.app.activity.flushRefusals(true)
          const answer = await by(token)
          assert.deepEqual([answer.status, answer.body.code], [401, 'refresh_invalid'])
          assert.equal(answer.body.detail, 'this refresh token is not valid; sign in again')
          const line = (await newest('session.refresh')) ?? assert.fail()
          assert.deepEqual([line.outcome, line.reason, line.session_id], ['refused', reason, sessionId])
        }

        test(`is worth nothing ${name}, and its owner does not notice`, async () => {
          const { refresh_token, session_id } = await begin()
          await isRefused(refresh_token, session_id)
          app.world.advance(60_000)
          await isRefused(refresh_token, session_id)
          assert.equal((await refreshBy(refresh_token, key)).status, 200)
        })

        test(`is worth nothing ${name} within the ten seconds after its use, which are the owner's`, async () => {
          const { refresh_token, session_id } = await begin()
          const first = await refreshBy(refresh_token, key)
          await isRefused(refresh_token, session_id)
          const again = await refreshBy(refresh_token, key)
          assert.equal(again.body.refresh_token, first.body.refresh_token)
          await isRefused(first.body.refresh_token, session_id)
          assert.equal((await refreshBy(first.body.refresh_token, key)).status, 200)
        })

        test(`is worth nothing ${name} after them, nor does it end the session then`, async () => {
          const { refresh_token, session_id } = await begin()
          const { body } = await refreshBy(refresh_token, key)
          app.world.advance(10_001)
          await isRefused(refresh_token, session_id)
          assert.equal((await refreshBy(body.refresh_token, key)).status, 200)
        })
      }

      test('ends the session where the owner of the key uses it twice', async () => {
        const { refresh_token } = await begin()
        const { body } = await refreshBy(refresh_token, key)
        app.world.advance(10_001)
        assert.equal((await refreshBy(refresh_token, key)).body.code, 'refresh_reused')
        assert.equal((await refreshBy(body.refresh_token, key)).body.code, 'refresh_invalid')
      })

      test('goes to its owner, of 64 who ask at once in two processes', async () => {
        const { refresh_token } = await begin()
        const body = { refresh_token }
        const answers = await Promise.all(
          Array.from({ length: 64 }, async (_, i) => {
            const by = i % 4 === 0 ? key : thief
            const dpop = proofFor('/v1/refresh', { key: by })
            const answer =
              i % 8 < 4
                ? await refresh(refresh_token, dpop)
                : await post(beside, '/v1/refresh', body, { dpop })
            return { isOwner: by === key, ...answer }
          }),
        )
        for (const { isOwner, status } of answers) assert.equal(status, isOwner ? 200 : 401)
        const successors = new Set(
          answers.flatMap(({ isOwner, body }) => (isOwner ? [body.refresh_token] : [])),
        )
        assert.equal(successors.size, 1)
        for (const successor of successors) assert.equal((await refreshBy(successor, key)).status, 200)
      })
    })

    test('a refresh token that is bound to no key is never bound later, for the first who proves one may be a thief', async () => {
      const { refresh_token } = (await logIn()).body
      const { status, body } = await refreshBy(refresh_token, thief)
      assert.deepEqual([status, body.token_type, jktOf(body.access_token)], [200, 'Bearer', undefined])
      const next = await refresh(body.refresh_token)
      assert.deepEqual([next.status, next.body.token_type], [200, 'Bearer'])
    })

    test('no proof and no token has been written down', async () => {
      const proof = proofFor('/v1/login')
      const { body } = await logIn(proof)
      await logIn(proof)
      const tables = ['activity', 'used_proofs', 'refresh_families', 'refresh_tokens']
      const rows = await Promise.all(tables.map((table) => app.app.db.query(`SELECT * FROM ${table}`)))
      const text = JSON.stringify(rows) + app.log.lines.join('\n')
      for (const secret of [...proof.split('.'), body.access_token, body.refresh_token])
        assert.ok(!text.includes(secret))
    })

    test('are bound in a cookie as well: it is worth nothing without the key', async () => {
      const origin = app.app.config.issuer
      const ask = (path: string, body: object, by?: ClientKey, cookie = '') =>
        app.call('POST', path, {
          body,
          headers: { origin, cookie, ...headersOf(by && proofFor(path, { key: by })) },
        })
      const credentials = { username: 'ada', password: ada.password }
      const begun = await ask('/v1/login', { ...credentials, cookie: 'app' }, key)
      assert.equal(jktOf(begun.body.access_token), key.thumbprint)
      const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
      for (const by of [undefined, thief]) {
        const { status, body, headers } = await ask('/v1/refresh', { cookie: 'app' }, by, cookie)
        assert.deepEqual([status, body.code, headers.get('set-cookie')], [401, 'refresh_invalid', null])
      }
      const refreshed = await ask('/v1/refresh', { cookie: 'app' }, key, cookie)
      assert.deepEqual([refreshed.status, refreshed.body.token_type], [200, 'DPoP'])
    })

    test('have met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
