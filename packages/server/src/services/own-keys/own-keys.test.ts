import assert from 'node:assert/strict'
import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  type Algorithm,
  createVerifier,
  decodeUnverified,
  type Jwk,
  keySet,
  type VerifiedClaims,
} from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { revocationFeed } from '../../tokens/feed.ts'
import { longestToken } from '../../tokens/issue.ts'
import { natsAccount, natsKey, natsUser } from '../../tokens/profiles/nats.ts'
import { keyAlgorithms, profileNames } from '../../tokens/profiles/profile.ts'
import { shippedProfiles } from '../../tokens/profiles/shipped.ts'
import { createService } from '../registered.ts'

for (const engine of engines) {
  describe(`services with keys of their own on ${engine}`, () => {
    let app: TestApp
    let admin: string
    let ada: SignedIn
    before(async () => {
      app = await openTestApp(engine)
      admin = (await app.signedIn('root', 'administrator')).token
      ada = await app.signedIn('ada')
    })
    after(() => app.close())

    const ask = (method: string, path: string, body?: object) =>
      app.call(method, path, { token: admin, ...(body && { body }) })
    let services = 0
    async function made(profile: object, more: object = {}): Promise<Answered['body']> {
      services += 1
      const audience = `service-${services}`
      const body = { name: audience, audience, profile, ...more }
      const answer = await ask('POST', '/v1/services', body)
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }
    const credentials = () => ({ username: ada.username, password: ada.password })
    async function tokenFor({ audience: resource }: Answered['body']): Promise<string> {
      const { body, text } = await app.call('POST', '/v1/login', { body: { ...credentials(), resource } })
      assert.ok(body.access_token, text)
      return body.access_token
    }
    const setOf = (name: string) => app.call('GET', `/.well-known/jwks/${name}.json`)
    const kidOf = (token: string) => decodeUnverified(token).header.kid
    function verify(set: Answered, token: string, algorithm: string, audience: string): VerifiedClaims {
      const keys = keySet(
        { keys: set.body.keys as unknown as Jwk[] },
        { algorithms: [algorithm as Algorithm] },
      )
      const issuer = app.app.config.issuer
      return createVerifier({ keys, issuer, audience, now: app.world.now })(token)
    }

    for (const algorithm of keyAlgorithms) {
      test(`${algorithm}: tokens verify by the set of the service, and its keys are in no other`, async () => {
        const service = await made({ name: 'plain', key: 'own', algorithm })
        const token = await tokenFor(service)
        const set = await setOf(service.id)
        assert.equal(set.body.keys.length, 2, 'the one that signs and the next')
        assert.doesNotMatch(set.text, /"d"|"priv"|"p"/)
        assert.equal(verify(set, token, algorithm, service.audience).sub, ada.id)
        const main = await app.call('GET', '/.well-known/jwks.json')
        assert.throws(() => verify(main, token, algorithm, service.audience))
        const kinds = (main.body.keys as unknown as Jwk[]).map(({ kty, crv }) => [kty, crv])
        assert.deepEqual(kinds, [
          ['EC', 'P-256'],
          ['EC', 'P-256'],
        ])
        assert.equal((await setOf(service.audience)).text, set.text, 'by its name as well')
      })
    }

    const programs = profileNames.filter((name) => shippedProfiles[name].signing.key === 'own')
    for (const name of programs.filter((one) => one !== 'nats')) {
      test(`${name}: tokens have the shape that its program reads, and are no tokens of ours`, async () => {
        const service = await made({ name })
        const token = await tokenFor(service)
        assert.deepEqual(decodeUnverified(token).header, { alg: 'RS256', typ: 'JWT', kid: kidOf(token) })
        const claims = verify(await setOf(service.id), token, 'RS256', service.audience)
        assert.equal(typeof claims.exp, 'number')
        if (name === 'ejabberd') assert.equal(claims.jid, `${ada.id}@${service.audience}`)
        assert.equal((await app.call('GET', '/v1/me', { token })).body.code, 'token_invalid')
      })
    }

    test('nats: a token of its own form, signed by the key whose name is the issuer', async () => {
      const service = await made(
        { name: 'nats', life_seconds: 600 },
        { known_scopes: ['pub:d.{subject}.>', 'sub:news'] },
      )
      const given = { scope: 'pub:d.{subject}.>', holder_kind: 'user_type', holder: 'customer' }
      await ask('POST', `/v1/services/${service.id}/scopes`, given)
      const [head = '', body = '', signature = ''] = (await tokenFor(service)).split('.')
      const parsed = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString())
      assert.deepEqual(parsed(head), { typ: 'JWT', alg: 'ed25519-nkey' })
      const claims = parsed(body)
      const { items } = (await ask('GET', `/v1/services/${service.id}/keys`)).body
      const active = items.find(({ status }) => status === 'active')
      const jwk = ((await setOf(service.id)).body.keys as unknown as Jwk[]).find(
        ({ kid }) => kid === active?.kid,
      )
      assert.equal(claims.iss, natsKey('account', Buffer.from(String(jwk?.x), 'base64url')))
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: String(jwk?.x) }, format: 'jwk' })
      const input = Buffer.from(`${head}.${body}`)
      assert.ok(verifySignature(null, input, key, Buffer.from(signature, 'base64url')))
      assert.deepEqual(
        [claims.sub, claims.name, claims.exp - claims.iat, claims.nats.issuer_account],
        [natsUser(ada.id), ada.id, 600, natsAccount(service.audience)],
      )
      assert.deepEqual([claims.nats.pub, claims.nats.sub], [{ allow: [`d.${ada.id}.>`] }, { deny: ['>'] }])
    })

    test('a rotation: the next key signs at once in every process, and the old one stays in the set for its tokens', async () => {
      const beside = await openBeside(app)
      const service = await made({ name: 'plain', key: 'own', algorithm: 'EdDSA', life_seconds: 3600 })
      const besideToken = async () =>
        (await post(beside, '/v1/login', { ...credentials(), resource: service.audience })).body.access_token
      const old = await tokenFor(service)
      assert.equal(kidOf(await besideToken()), kidOf(old))
      const kidsOf = async () =>
        ((await setOf(service.id)).body.keys as unknown as Jwk[]).map(({ kid }) => String(kid)).sort()
      const before = await kidsOf()
      const rotated = await ask('POST', `/v1/services/${service.id}/keys/rotate`)
      assert.deepEqual(
        rotated.body.items.map(({ status }) => status).sort(),
        ['active', 'next', 'retired'],
        rotated.text,
      )
      const fresh = await besideToken()
      assert.notEqual(kidOf(fresh), kidOf(old))
      assert.ok(before.includes(String(kidOf(fresh))), 'it stood in the set before')
      assert.equal(verify(await setOf(service.id), old, 'EdDSA', service.audience).sub, ada.id)
      assert.equal((await kidsOf()).length, 3)
      app.world.advance(3_590_000)
      assert.equal((await kidsOf()).length, 3, 'as long as its tokens live')
      app.world.advance(110_000)
      assert.equal((await kidsOf()).length, 2)
      admin = (await app.signedIn(`root-${services}`, 'administrator')).token
      await beside.stop()
    })

    test('rotations at once leave one key that signs and one that comes next', async () => {
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const path = `/v1/services/${service.id}/keys`
      await Promise.all(Array.from({ length: 8 }, () => ask('POST', `${path}/rotate`)))
      const statuses = (await ask('GET', path)).body.items.map(({ status }) => status)
      const count = (one: string) => statuses.filter((status) => status === one).length
      assert.deepEqual([count('active'), count('next')], [1, 1])
    })

    test('a key that is revoked leaves the set at once, in every process, and the next one signs', async () => {
      const beside = await openBeside(app)
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const path = `/v1/services/${service.id}/keys`
      const old = await tokenFor(service)
      const leaving = new AbortController()
      const events = revocationFeed(
        beside.revocations,
        await beside.hands.feedKeysOf(service.id),
        undefined,
        leaving.signal,
      )
      const snapshot = (await events.next()).value as { data: { key_ids: string[] } }
      assert.ok(snapshot.data.key_ids.includes(String(kidOf(old))))
      const revoked = await ask('POST', `${path}/${kidOf(old)}/revoke`)
      assert.deepEqual(
        revoked.body.items.map(({ status }) => status).sort(),
        ['active', 'next', 'revoked'],
        revoked.text,
      )
      let told = (await events.next()).value
      while (told?.event !== 'keys') told = (await events.next()).value
      assert.ok(!(told.data as { key_ids: string[] }).key_ids.includes(String(kidOf(old))))
      leaving.abort()
      const set = await setOf(service.id)
      assert.throws(() => verify(set, old, 'ES256', service.audience), { code: 'key_not_found' })
      const { body } = await post(beside, '/v1/login', { ...credentials(), resource: service.audience })
      assert.equal(verify(set, body.access_token, 'ES256', service.audience).sub, ada.id)
      assert.equal((await ask('POST', '/v1/revocations', { token: old })).body.code, 'token_unknown')
      assert.equal((await ask('POST', `${path}/${kidOf(old)}/revoke`)).body.code, 'key_not_found')
      await beside.stop()
    })

    test('of any number who revoke a key at once, one does, and there is one that signs', async () => {
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const path = `/v1/services/${service.id}/keys`
      const kid = kidOf(await tokenFor(service))
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask('POST', `${path}/${kid}/revoke`)))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404, 404, 404, 404, 404])
      const statuses = (await ask('GET', path)).body.items.map(({ status }) => status).sort()
      assert.deepEqual(statuses, ['active', 'next', 'revoked'])
    })

    test('the next key and a retired one can be revoked as well, and the one that signs stays', async () => {
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const path = `/v1/services/${service.id}/keys`
      const keyIn = async (state: string) =>
        (await ask('GET', path)).body.items.find(({ status }) => status === state)?.kid
      await ask('POST', `${path}/rotate`)
      const active = await keyIn('active')
      for (const state of ['next', 'retired']) {
        const kid = await keyIn(state)
        assert.equal((await ask('POST', `${path}/${kid}/revoke`)).status, 200)
        const set = (await setOf(service.id)).body.keys as unknown as Jwk[]
        assert.ok(!set.some((key) => key.kid === kid))
      }
      assert.deepEqual([await keyIn('active'), typeof (await keyIn('next'))], [active, 'string'])
    })

    for (const [name, kid] of [
      ['of no service', 'none'],
      ['of another service', undefined],
    ] as const) {
      test(`a key ${name} is not revoked`, async () => {
        const [one, other] = [
          await made({ name: 'plain', key: 'own', algorithm: 'ES256' }),
          await made({ name: 'plain', key: 'own', algorithm: 'ES256' }),
        ]
        const path = `/v1/services/${one.id}/keys/${kid ?? kidOf(await tokenFor(other))}/revoke`
        assert.deepEqual(
          [(await ask('POST', path)).body.code, (await setOf(other.id)).status],
          ['key_not_found', 200],
        )
      })
    }

    test('a rotation is refused while somebody has not fetched the next key, and done when it is forced', async () => {
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const path = `/v1/services/${service.id}/keys`
      const preview = async () => {
        const { body } = await ask('GET', `${path}/rotation`)
        const { items } = (await ask('GET', path)).body
        const next = items.find(({ status }) => status === 'next')
        const active = items.find(({ status }) => status === 'active')
        assert.ok(next && active)
        assert.deepEqual(
          [body.active_kid, body.next_kid, body.next_since],
          [active.kid, next.kid, next.created_at],
        )
        return [(body.cut_off as unknown as unknown[]).length, body.ready]
      }
      const fetchSet = (agent: string) =>
        app.call('GET', `/.well-known/jwks/${service.id}.json`, {
          headers: { 'user-agent': agent },
          address: '198.51.100.7',
        })
      assert.deepEqual(await preview(), [0, 0])
      await fetchSet('one')
      assert.deepEqual(await preview(), [0, 1])
      assert.equal((await ask('POST', `${path}/rotate`)).status, 200)
      assert.deepEqual(await preview(), [1, 0])
      assert.equal((await ask('POST', `${path}/rotate`)).body.code, 'rotation_cuts_off')
      const another = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      assert.equal((await ask('POST', `/v1/services/${another.id}/keys/rotate`)).status, 200)
      await fetchSet('one')
      assert.equal((await ask('POST', `${path}/rotate`)).status, 200)
      assert.equal((await ask('POST', `${path}/rotate?force=true`)).status, 200)
    })

    test('there is no feed of a service that does not exist', async () => {
      const { status, body } = await app.call('GET', '/v1/revocations/stream?service=nobody')
      assert.deepEqual([status, body.code], [404, 'service_not_found'])
    })

    test('another algorithm makes other keys, and those before stay in the set for their tokens', async () => {
      const service = await made({ name: 'plain', key: 'own', algorithm: 'ES256' })
      const old = await tokenFor(service)
      const change = (profile: object) => ask('PATCH', `/v1/services/${service.id}`, { profile })
      assert.equal((await change({ name: 'plain', algorithm: 'EdDSA' })).status, 200)
      const fresh = await tokenFor(service)
      assert.equal(decodeUnverified(fresh).header.alg, 'EdDSA')
      const set = await setOf(service.id)
      assert.equal(verify(set, old, 'ES256', service.audience).sub, ada.id)
      assert.equal(verify(set, fresh, 'EdDSA', service.audience).sub, ada.id)
      // The same again changes nothing; the key of the issuer leaves none of its own.
      await change({ name: 'plain', algorithm: 'EdDSA', audience_form: 'array' })
      assert.equal(kidOf(await tokenFor(service)), kidOf(fresh))
      await change({ name: 'plain' })
      const { items } = (await ask('GET', `/v1/services/${service.id}/keys`)).body
      assert.deepEqual([...new Set(items.map(({ status }) => status))], ['retired'])
      assert.equal(decodeUnverified(await tokenFor(service)).header.alg, 'ES256')
    })

    test('a signature of ML-DSA does not count for the length of a token, and what is signed does', async () => {
      const service = await made({ name: 'plain', algorithm: 'ML-DSA-44' })
      const token = await tokenFor(service)
      assert.ok(token.length > longestToken)
      assert.equal(verify(await setOf(service.id), token, 'ML-DSA-44', service.audience).scope, '')
    })

    test('who fetches the set of a service is noted under its id', async () => {
      const service = await made({ name: 'ejabberd' })
      await setOf(service.audience)
      const fetches = (await ask('GET', '/v1/keys/fetches')).body.items
      assert.ok(fetches.some(({ key_set }) => key_set === service.id))
    })

    test('the private half is sealed at rest, and shown nowhere', async () => {
      const service = await made({ name: 'nats' })
      const rows = await app.app.db.query<{ private_sealed: string }>(
        'SELECT private_sealed FROM service_keys WHERE service = $1',
        service.id,
      )
      assert.equal(rows.length, 2)
      for (const { private_sealed } of rows) {
        const bytes = Buffer.from(private_sealed, 'base64url').toString('latin1')
        assert.doesNotMatch(bytes + private_sealed, /kty|OKP/)
      }
      const { text } = await ask('GET', `/v1/services/${service.id}/keys`)
      assert.doesNotMatch(text, /private|sealed|"d"/)
    })

    test('when a key last signed is known to a minute', async () => {
      const service = await made({ name: 'ejabberd' })
      const last = async () => {
        const { items } = (await ask('GET', `/v1/services/${service.id}/keys`)).body
        return items.find(({ status }) => status === 'active')?.last_signed_at
      }
      assert.equal(await last(), null)
      await tokenFor(service)
      await app.app.jobs.finish()
      assert.equal(await last(), new Date(app.world.now()).toISOString())
    })

    const noSets: readonly { name: string; path: () => Promise<string> | string }[] = [
      { name: 'nobody', path: () => 'svc_0.json' },
      {
        name: 'a service that the issuer signs for',
        path: async () => `${(await made({ name: 'plain' })).id}.json`,
      },
      {
        name: 'a service with shared keys',
        path: async () => `${(await made({ name: 'influxdb1' })).id}.json`,
      },
      { name: 'a name without .json', path: async () => (await made({ name: 'nats' })).id },
      {
        name: 'a service that is disabled',
        async path() {
          const { id } = await made({ name: 'nats' })
          await ask('POST', `/v1/services/${id}/disable`)
          return `${id}.json`
        },
      },
      { name: 'a step up', path: () => '%2e%2e%2fjwks.json' },
    ]
    for (const { name, path } of noSets) {
      test(`there is no key set of ${name}`, async () => {
        const answer = await app.call('GET', `/.well-known/jwks/${await path()}`)
        assert.deepEqual([answer.status, answer.body.code], [404, 'service_not_found'])
      })
    }

    test('no keys are rotated for a service that has none of its own', async () => {
      const service = await made({ name: 'plain' })
      const answer = await ask('POST', `/v1/services/${service.id}/keys/rotate`)
      assert.equal(answer.body.code, 'profile_unsafe')
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

test('a program that does not know the algorithm of the server does not get its keys', async () => {
  const app = await openTestApp('sqlite')
  const ring = { ...app.app.ring, algorithm: 'EdDSA' as const }
  const make = (name: 'haproxy' | 'rabbitmq') =>
    createService({ ...app.app, ring }, operator, {
      ...{ name, scopes: [], audience: name, profile: { name, key: 'issuer' } },
    })
  await assert.rejects(make('haproxy'), { code: 'profile_unsafe', message: /does not verify EdDSA/ })
  assert.equal((await make('rabbitmq')).service.name, 'rabbitmq')
  await app.close()
})
