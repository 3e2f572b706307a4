import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { type KeySetServer, openKeySetServer } from '../../test/key-set-server.ts'
import { openPartner, type Partner, signedBy } from '../../test/partner.ts'
import { newClientKey } from '../../test/proofs.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'

/** As the view of an app has it. */
type LastFetch = { readonly outcome: string; readonly cause: string; readonly skipped: number }

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const loopback = { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.0/8' }

for (const engine of engines) {
  describe(`key sets of apps on ${engine}`, () => {
    let house: TestApp
    let beside: Awaited<ReturnType<typeof openBeside>>
    let admin: SignedIn
    let server: KeySetServer
    let partner: Partner
    let recorded: ReturnType<typeof tellings>
    const tellings = () => mock.method(house.app.activity, 'recordRefusal')
    const key = newClientKey('RS256')
    const next = newClientKey('ES256')
    const published = (kid: string, { jwk } = next) => ({ ...jwk, kid })
    before(async () => {
      house = await openTestApp(engine, loopback)
      beside = await openBeside(house)
      admin = await house.signedIn('root', 'administrator')
      recorded = tellings()
    })
    after(async () => {
      await beside.stop()
      await house.close()
    })
    /** Tokens end while the clock of a test moves on. */
    async function signInAgain(): Promise<void> {
      const { username, password } = admin
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      admin = { ...admin, token: body.access_token }
    }
    beforeEach(async () => {
      await signInAgain()
      server = await openKeySetServer({ keys: [published('set', key), published('next')] })
      partner = await openPartner(house, admin.token, { user_type: 'customer', jwks_uri: server.url })
    })
    afterEach(() => server.close())

    const signed = async (kid = 'set', by = key) =>
      partner.sign({ nonce: await partner.nonce() }, { kid, alg: by.algorithm }, signedBy(by))
    const exchange = async (kid?: string, by?: typeof key) =>
      house.call('POST', '/oauth/token', { form: { grant_type, assertion: await signed(kid, by) } })
    async function exchangeBeside(kid?: string, by?: typeof key): Promise<number> {
      const body = new URLSearchParams({ grant_type, assertion: await signed(kid, by) }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return (await beside.edge.request('/oauth/token', { method: 'POST', headers, body })).status
    }
    /** What the exchange answers, and what the log is told. */
    async function refusal(kid?: string, by?: typeof key): Promise<string | undefined> {
      const { status, body, text } = await exchange(kid, by)
      assert.deepEqual([status, body.error], [401, 'invalid_client'], text)
      return recorded.mock.calls.at(-1)?.arguments[3]?.reason
    }
    const asAdmin = (method: string, path = '', body?: object) =>
      house.call(method, `/v1/apps/${partner.app}${path}`, { token: admin.token, ...(body && { body }) })
    /** From now on a read hangs, once it has `asked`, until `hung` is resolved; then it gives these keys. */
    function hangsBefore(keys: readonly object[]) {
      const [hung, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      server.answer = (response) => {
        asked.resolve()
        void hung.promise.then(() => response.end(JSON.stringify({ keys })))
      }
      return { hung, asked }
    }
    async function lastFetch(): Promise<LastFetch> {
      await signInAgain()
      return (await asAdmin('GET')).body.last_fetch as LastFetch
    }

    test('a key that the app publishes is taken, and the set is read once by two processes', async () => {
      assert.equal(await lastFetch(), null)
      assert.equal((await exchange()).status, 200)
      assert.equal((await exchange('next', next)).status, 200)
      assert.equal(await exchangeBeside(), 200)
      assert.equal(server.asked, 1)
      const at = new Date(house.world.now()).toISOString()
      assert.deepEqual(await lastFetch(), { at, outcome: 'read', cause: null, skipped: 0 })
      const { body } = await asAdmin('GET', '/keys')
      assert.deepEqual(body.items.map(({ kid, source }) => `${kid} ${source}`).sort(), [
        'next key_set',
        'one given',
        'set key_set',
      ])
    })

    test('of 32 that come at once, in two processes, with a new kid, one fetches', async () => {
      const both = Array.from({ length: 32 }, (_, at) => (at % 2 ? exchangeBeside() : exchange()))
      await Promise.all(both)
      assert.equal(server.asked, 1)
      assert.equal((await exchange()).status, 200)
    })

    test('kids that a stranger makes up lead to one fetch in 30 seconds', async () => {
      for (let at = 0; at < 5; at++)
        assert.equal(await refusal(`made up ${at}`.replaceAll(' ', '-')), 'key_unknown')
      assert.equal(await exchangeBeside('made-up'), 401)
      assert.equal(server.asked, 1)
      house.world.advance(29_999)
      assert.equal(await refusal('made-up'), 'key_unknown')
      assert.equal(server.asked, 1)
      house.world.advance(1)
      server.answer = { keys: [published('new')] }
      assert.equal((await exchange('new', next)).status, 200)
      assert.equal(server.asked, 2)
    })

    test('a kid with a wrong signature leads to no fetch', async () => {
      await exchange()
      house.world.advance(60_000)
      const forged = await exchange('set', newClientKey('RS256'))
      assert.deepEqual([forged.status, forged.body.error], [400, 'invalid_grant'])
      assert.equal(server.asked, 1)
    })

    test('a key that left the set is refused once the set is read again, after ten minutes at the latest', async () => {
      assert.equal((await exchange()).status, 200)
      server.answer = { keys: [published('next')] }
      house.world.advance(500_000)
      assert.equal((await exchange()).status, 200)
      assert.equal(server.asked, 1)
      house.world.advance(100_000)
      assert.equal(await refusal(), 'key_unknown')
      assert.equal(await exchangeBeside(), 401)
      assert.equal((await exchange('next', next)).status, 200)
    })

    for (const [header, lastsMs] of [
      ['max-age=60', 60_000],
      ['max-age=1', 30_000],
      ['no-store', 30_000],
      ['max-age=86400', 600_000],
    ] as const) {
      test(`a set with ${header} is good for ${lastsMs / 1000} seconds`, async () => {
        const keys = [published('set', key)]
        server.answer = (response) =>
          void response.setHeader('cache-control', header).end(JSON.stringify({ keys }))
        assert.equal((await exchange()).status, 200)
        keys.length = 0
        house.world.advance(Math.min(lastsMs - 1, 29_999))
        assert.equal((await exchange()).status, 200)
        house.world.advance(lastsMs - Math.min(lastsMs - 1, 29_999))
        assert.equal(await refusal(), 'key_unknown')
      })
    }

    test('a set is read again from the last minute of its life on', async () => {
      await exchange()
      house.world.advance(539_999)
      assert.deepEqual([(await exchange()).status, server.asked], [200, 1])
      house.world.advance(1)
      assert.deepEqual([(await exchange()).status, server.asked], [200, 2])
    })

    test('in the last minute of its life a set is read by one, and the others go on', async () => {
      await exchange()
      house.world.advance(541_000)
      const { hung, asked } = hangsBefore([published('next')])
      const first = exchange()
      await asked.promise
      assert.equal((await exchange()).status, 200)
      assert.equal(await exchangeBeside(), 200)
      hung.resolve()
      assert.equal((await first).status, 401)
      assert.equal(server.asked, 2)
    })

    test('a key of a set that is over is not taken while the set is being read', async () => {
      await exchange()
      house.world.advance(600_000)
      const { hung, asked } = hangsBefore([published('next')])
      const first = exchange()
      await asked.promise
      const second = exchange()
      assert.equal((await exchange('one', partner.key)).status, 200)
      hung.resolve()
      assert.deepEqual([(await first).status, (await second).status], [401, 401])
    })

    test('while the set cannot be read its keys are used for an hour more, and no longer', async () => {
      await exchange()
      server.answer = (response) => void response.writeHead(500).end()
      house.world.advance(700_000)
      assert.equal((await exchange()).status, 200)
      assert.deepEqual(
        [(await lastFetch()).outcome, (await lastFetch()).cause],
        ['failed', 'status_unexpected: status 500'],
      )
      house.world.advance(600_000 + 3_600_000 - 700_000 - 1)
      assert.equal((await exchange()).status, 200)
      house.world.advance(1)
      assert.equal(await refusal(), 'key_set_unavailable')
    })

    const failing: readonly (readonly [what: string, answer: KeySetServer['answer'], cause: RegExp])[] = [
      ['redirects', (r) => void r.writeHead(302, { location: '/keys' }).end(), /^redirected: status 302$/],
      ['is too large', (r) => void r.end('x'.repeat(70_000)), /^too_large/],
      ['is no JSON', (r) => void r.end('keys'), /^not_json$/],
      ['is no set', { keys: 'all' }, /^not_a_key_set$/],
      ['has a private key', { keys: [{ ...key.jwk, kid: 'set', d: 'x' }] }, /^private_key$/],
      ['hangs up', (r) => void r.destroy(), /^connection_failed: ECONNRESET$/],
    ]
    for (const [what, answer, cause] of failing) {
      test(`a set that ${what} refuses the assertion, and the app and the log say why`, async () => {
        server.answer = answer
        assert.equal(await refusal(), 'key_set_unavailable')
        const { outcome, cause: said } = await lastFetch()
        assert.equal(outcome, 'failed')
        assert.match(said, cause)
        assert.match(house.log.lines.at(-1) ?? '', /app_key_set_failed/)
        const checked = await asAdmin('POST', '/check-assertion', { assertion: await signed() })
        assert.deepEqual(checked.body.failed, {
          ...{ check: 'key', reason: 'key_set_unavailable' },
          ...{ expected: 'a key set that can be read', found: said },
        })
        assert.equal((await exchange('one', partner.key)).status, 200, 'the key that was given is good still')
      })
    }

    test('entries of no use are counted', async () => {
      server.answer = { keys: [published('set', key), { kty: 'oct', k: 'AAAA', kid: 'secret' }, {}] }
      assert.equal((await exchange()).status, 200)
      assert.equal((await lastFetch()).skipped, 2)
    })

    test('an administrator reads the set at once, and then every process knows', async () => {
      await exchange()
      server.answer = { keys: [published('next')] }
      assert.equal((await exchange()).status, 200)
      const { status, body } = await asAdmin('POST', '/refresh-keys')
      assert.deepEqual([status, (body.last_fetch as LastFetch).outcome], [200, 'read'])
      assert.equal(await refusal(), 'key_unknown')
      assert.equal(await exchangeBeside(), 401)
      assert.equal(server.asked, 2)
    })

    test('a read that began earlier writes nothing over one that began later', async () => {
      const { hung, asked } = hangsBefore([published('set', key)])
      const slow = exchange()
      await asked.promise
      server.answer = { keys: [published('next')] }
      await asAdmin('POST', '/refresh-keys')
      hung.resolve()
      assert.equal((await slow).status, 401)
      assert.equal((await exchange('next', next)).status, 200)
    })

    test('a kid that an administrator has revoked stays refused, whatever the set says', async () => {
      assert.equal((await exchange()).status, 200)
      assert.equal((await asAdmin('POST', '/keys/set/revoke')).status, 204)
      assert.equal(await refusal(), 'key_revoked')
      assert.equal(await exchangeBeside(), 401)
      await asAdmin('POST', '/refresh-keys')
      assert.equal(await refusal(), 'key_revoked')
      server.answer = { keys: [published('set', next)] }
      await asAdmin('POST', '/refresh-keys')
      assert.equal(await refusal('set', next), 'key_revoked')
      assert.equal((await asAdmin('POST', '/keys/set/revoke')).status, 404)
      assert.equal((await asAdmin('POST', '/keys/never/revoke')).status, 404)
    })

    test('a key that was given stands before one of its name in the set', async () => {
      server.answer = { keys: [published('one', key)] }
      assert.equal((await exchange('one', partner.key)).status, 200)
      const forged = await exchange('one', key)
      assert.deepEqual([forged.status, server.asked], [400, 0])
    })

    test('with another URL the keys of the one before are worth nothing, and without one there is no set', async () => {
      assert.equal((await exchange()).status, 200)
      const other = await openKeySetServer({ keys: [published('next')] })
      try {
        const changed = await asAdmin('PATCH', '', { jwks_uri: other.url })
        assert.deepEqual([changed.body.jwks_uri, changed.body.last_fetch], [other.url, null])
        assert.equal(await refusal(), 'key_unknown')
        assert.equal((await exchange('next', next)).status, 200)
        assert.equal((await asAdmin('PATCH', '', { jwks_uri: null })).body.jwks_uri, null)
        assert.equal(await refusal('next', next), 'key_unknown')
        assert.equal((await asAdmin('POST', '/refresh-keys')).body.code, 'request_invalid')
        assert.equal((await exchange('one', partner.key)).status, 200)
      } finally {
        await other.close()
      }
    })

    test('a URL that is not to be asked is refused, and one that leads to a private address when it is read', async () => {
      for (const url of [
        'http://app.example/keys',
        'https://a:b@app.example/keys',
        'ftp://app.example/',
        'keys',
        '',
      ]) {
        assert.equal((await asAdmin('PATCH', '', { jwks_uri: url })).body.code, 'request_invalid', url)
      }
      assert.equal((await asAdmin('PATCH', '', { jwks_uri: 'https://10.0.0.1/keys' })).status, 200)
      assert.equal(await refusal(), 'key_set_unavailable')
      assert.equal((await lastFetch()).cause, 'address_not_allowed: 10.0.0.1')
    })

    test('neither a stranger nor who may only read reads a set at once', async () => {
      const ada = await house.signedIn(`ada-${partner.app}`)
      const path = `/v1/apps/${partner.app}/refresh-keys`
      assert.equal((await house.call('POST', path)).status, 401)
      assert.equal((await house.call('POST', path, { token: ada.token })).status, 403)
      assert.equal((await asAdmin('POST', '/disable')).status, 204)
      assert.equal((await asAdmin('POST', '/refresh-keys')).status, 404)
      assert.equal(server.asked, 0)
    })
  })
}
