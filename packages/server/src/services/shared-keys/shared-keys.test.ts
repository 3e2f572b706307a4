import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createVerifier, decodeUnverified, type Jwk, keySet, secretKey } from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'

for (const engine of engines) {
  describe(`shared keys on ${engine}`, () => {
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
    async function made(profile: object = { name: 'plain', key: 'shared' }): Promise<Answered['body']> {
      services += 1
      const audience = `service-${services}`
      const { body, text } = await ask('POST', '/v1/services', { name: audience, audience, profile })
      assert.ok(body.id, text)
      return body
    }
    const keysOf = ({ id }: Answered['body']) => `/v1/services/${id}/shared-keys`
    async function rotate(service: Answered['body'], body: object = {}): Promise<Answered['body']> {
      const answer = await ask('POST', keysOf(service), body)
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }
    const logIn = ({ audience: resource }: Answered['body']) =>
      app.call('POST', '/v1/login', { body: { username: ada.username, password: ada.password, resource } })
    const tokenFor = async (service: Answered['body']) => (await logIn(service)).body.access_token
    const kidOf = (token: string) => decodeUnverified(token).header.kid

    for (const [algorithm, bytes] of [
      ['HS256', 32],
      ['HS384', 48],
      ['HS512', 64],
    ] as const) {
      test(`${algorithm}: the secret is made here, long enough, and verifies as text and as JWK`, async () => {
        const service = await made({ name: 'plain', algorithm })
        const { secret, kid, jwk } = await rotate(service)
        assert.match(secret, /^lk_shared_[\w-]+$/)
        // A checksum of six characters stands behind it.
        assert.equal(Buffer.from(secret.slice('lk_shared_'.length, -6), 'base64url').length, bytes)
        const token = await tokenFor(service)
        assert.deepEqual(decodeUnverified(token).header, { alg: algorithm, typ: 'at+jwt', kid })
        const text = secretKey(Buffer.from(secret), { algorithm })
        const set = keySet({ keys: [jwk as Jwk] })
        for (const keys of [text, set]) {
          const verify = createVerifier({ keys, audience: service.audience, now: app.world.now })
          assert.equal(verify(token).sub, ada.id)
        }
      })
    }

    test('there are no tokens for a service without a key, and the log says why', async () => {
      const service = await made()
      const answer = await logIn(service)
      assert.deepEqual([answer.status, answer.body.code], [400, 'resource_unknown'])
      await app.app.activity.flushRefusals(true)
      const rows = await app.app.db.query("SELECT id FROM activity WHERE reason = 'key_missing'")
      assert.ok(rows.length > 0)
    })

    test('a rotation: the new key signs from its time on in every process, and the old one ends after it', async () => {
      const beside = await openBeside(app)
      const service = await made()
      const besideToken = async () => {
        const body = { username: ada.username, password: ada.password, resource: service.audience }
        return (await post(beside, '/v1/login', body)).body.access_token
      }
      const first = await rotate(service)
      assert.equal(kidOf(await besideToken()), first.kid)
      const second = await rotate(service, { starts_in_seconds: 600, overlap_seconds: 3600 })
      const kids = async () => [kidOf(await tokenFor(service)), kidOf(await besideToken())]
      assert.deepEqual(await kids(), [first.kid, first.kid])
      const listed = (await ask('GET', keysOf(service))).body.items
      assert.deepEqual(
        listed.map(({ kid, ends_at }) => [kid, ends_at]),
        [
          [second.kid, null],
          [first.kid, second.previous_ends_at],
        ],
      )
      assert.equal(
        Date.parse(String(second.previous_ends_at)) - Date.parse(String(second.starts_at)),
        3_600_000,
      )
      app.world.advance(600_000)
      admin = (await app.signedIn(`root-${services}`, 'administrator')).token
      assert.deepEqual(await kids(), [second.kid, second.kid])
      app.world.advance(3_600_000)
      admin = (await app.signedIn(`root-again-${services}`, 'administrator')).token
      await app.app.jobs.runNow(60_000)
      const left = (await ask('GET', keysOf(service))).body.items
      assert.deepEqual(
        left.map(({ kid }) => kid),
        [second.kid],
      )
      const rows = await app.app.db.query('SELECT kid FROM shared_keys WHERE kid = $1', first.kid as string)
      assert.deepEqual(rows, [], 'what is over is not kept')
      await beside.stop()
    })

    test('a key that begins at once signs the next token in every process', async () => {
      const beside = await openBeside(app)
      const service = await made()
      await rotate(service)
      const { kid } = await rotate(service)
      const body = { username: ada.username, password: ada.password, resource: service.audience }
      assert.equal(kidOf((await post(beside, '/v1/login', body)).body.access_token), kid)
      await beside.stop()
    })

    test('two keys are live at once, and no third', async () => {
      const service = await made()
      const first = await rotate(service)
      await rotate(service)
      const third = await ask('POST', keysOf(service), {})
      assert.deepEqual([third.status, third.body.code], [409, 'key_limit_reached'])
      assert.equal((await ask('DELETE', `${keysOf(service)}/${first.kid}`)).status, 204)
      await rotate(service)
    })

    test('of 16 rotations at once, one is made beside the key that there is', async () => {
      const service = await made()
      await rotate(service)
      const answers = await Promise.all(Array.from({ length: 16 }, () => ask('POST', keysOf(service), {})))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(15).fill(409)])
    })

    test('a key that is taken away signs nothing more, and the other one stays', async () => {
      const service = await made()
      const first = await rotate(service)
      const second = await rotate(service)
      assert.equal((await ask('DELETE', `${keysOf(service)}/${second.kid}`)).status, 204)
      assert.equal(kidOf(await tokenFor(service)), first.kid)
      const [left] = (await ask('GET', keysOf(service))).body.items
      assert.equal(left?.ends_at, null, 'nothing takes its place any more')
      assert.equal((await ask('DELETE', `${keysOf(service)}/${first.kid}`)).status, 204)
      const [told] = await app.app.db.query<{ details: string }>(
        `SELECT details FROM activity WHERE event = 'service.drop_key' AND target = $1`,
        first.kid as string,
      )
      // No API key has ended with it.
      assert.deepEqual(Object.keys(JSON.parse(told?.details ?? '')), ['service'])
      assert.equal((await logIn(service)).body.code, 'resource_unknown')
      assert.equal((await ask('DELETE', `${keysOf(service)}/${first.kid}`)).body.code, 'key_not_found')
    })

    test('a key is taken away from its own service alone', async () => {
      const [one, other] = [await made(), await made()]
      const { kid } = await rotate(one)
      assert.equal((await ask('DELETE', `${keysOf(other)}/${kid}`)).body.code, 'key_not_found')
      assert.equal(kidOf(await tokenFor(one)), kid)
    })

    test('when a key last signed is known to a minute, however many tokens it signed', async () => {
      const service = await made()
      const { kid } = await rotate(service)
      const last = async () => (await ask('GET', keysOf(service))).body.items[0]?.last_signed_at
      assert.equal(await last(), null)
      for (let i = 0; i < 3; i++) await tokenFor(service)
      const usedAt = new Date(app.world.now()).toISOString()
      await app.app.jobs.runNow(60_000)
      assert.equal(await last(), usedAt)
      app.world.advance(1000)
      await app.app.jobs.runNow(60_000)
      assert.equal(await last(), usedAt, `and ${kid} was not used since`)
    })

    test('another algorithm comes with the next key', async () => {
      const service = await made()
      const first = await rotate(service)
      const path = `/v1/services/${service.id}`
      await ask('PATCH', path, { profile: { name: 'plain', algorithm: 'HS512' } })
      const { header } = decodeUnverified(await tokenFor(service))
      assert.deepEqual([header.alg, header.kid], ['HS256', first.kid])
      const second = await rotate(service)
      const next = decodeUnverified(await tokenFor(service)).header
      assert.deepEqual([next.alg, next.kid], ['HS512', second.kid])
    })

    test('the secret is shown once and sealed at rest; the log does not have it', async () => {
      const service = await made()
      const { secret } = await rotate(service)
      for (const path of [keysOf(service), `/v1/services/${service.id}`, '/v1/services?limit=200']) {
        assert.doesNotMatch((await ask('GET', path)).text, /lk_shared|secret/)
      }
      const body = secret.slice('lk_shared_'.length)
      for (const table of ['shared_keys', 'services', 'activity']) {
        assert.ok(!JSON.stringify(await app.app.db.query(`SELECT * FROM ${table}`)).includes(body), table)
      }
      assert.ok(!app.log.lines.join('\n').includes(body))
    })

    const notRotated = [
      { name: 'a service that is none', path: '/v1/services/svc_0/shared-keys', code: 'service_not_found' },
      { name: 'a delay of eight days', body: { starts_in_seconds: 8 * 86_400 }, code: 'request_invalid' },
      { name: 'a delay below nothing', body: { starts_in_seconds: -1 }, code: 'request_invalid' },
      { name: 'half a second', body: { starts_in_seconds: 0.5 }, code: 'request_invalid' },
      { name: 'an overlap of 31 days', body: { overlap_seconds: 31 * 86_400 }, code: 'request_invalid' },
      {
        name: 'an overlap that is shorter than tokens live',
        body: { overlap_seconds: 299 },
        code: 'request_invalid',
      },
      {
        name: 'a secret that somebody thought of',
        body: { secret: 'x'.repeat(64) },
        code: 'request_invalid',
      },
    ]
    for (const { name, path, body = {}, code } of notRotated) {
      test(`no key is made: ${name}`, async () => {
        const service = await made()
        const answer = await ask('POST', path ?? keysOf(service), body)
        assert.equal(answer.body.code, code)
      })
    }

    test('no key is made for a service whose tokens are signed otherwise', async () => {
      const service = await made({ name: 'plain' })
      assert.equal((await ask('POST', keysOf(service), {})).body.code, 'profile_unsafe')
    })

    test('who may only read services sees keys and makes none', async () => {
      const service = await made()
      await rotate(service)
      await ask('POST', '/v1/user-types', { name: `reader-${engine}`, permissions: ['services:read'] })
      const { token } = await app.signedIn(`reader-${engine}`, `reader-${engine}`)
      assert.equal((await app.call('GET', keysOf(service), { token })).status, 200)
      const answer = await app.call('POST', keysOf(service), { token, body: {} })
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
