import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, mock, test } from 'node:test'
import type { AnswerBody } from '../../../test/answer-body.ts'
import { openTestApp, type TestApp, testIssuer } from '../../../test/app.ts'
import { placeApplication } from '../../../test/applications.ts'
import { newClientKey } from '../../../test/proofs.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { disableApplication } from '../registered.ts'
import { findApplication } from '../store.ts'
import { findOrRead, isDocumentAddress } from './described.ts'
import type { RegistrationGround } from './ground.ts'

const callback = 'https://app.example/callback'
const dayMs = 86_400_000
const jwks = { keys: [{ ...newClientKey().jwk, kid: 'one' }] }
/** The key set as JSON of so many characters. */
const ofLength = (length: number) => {
  const more = length - JSON.stringify({ ...jwks, x: '' }).length
  return { ...jwks, x: 'x'.repeat(more) }
}
let networks = 0
/** Another network each time, so that the limits of one do not come in between. */
const elsewhere = () => `198.51.${Math.floor(++networks / 256)}.${networks % 256}`

for (const engine of engines) {
  describe(`registration of applications by themselves on ${engine}`, () => {
    let house: TestApp
    before(async () => {
      house = await openTestApp(engine, { LATCHKEY_CLIENT_REGISTRATION: 'open' })
    })
    after(() => house.close())
    beforeEach(() => house.world.advance(1))

    const register = (body: object, address = elsewhere(), headers = {}) =>
      house.call('POST', '/oauth/register', { body, address, headers })
    const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    async function registered(more: object = {}): Promise<AnswerBody & Record<string, string>> {
      const { status, body, text } = await register({ redirect_uris: [callback], ...more })
      assert.equal(status, 201, text)
      return body as AnswerBody & Record<string, string>
    }

    /** What the log has of an application, and by whom. */
    const events = async (id: unknown) => {
      const rows = await house.app.db.query<{ event: string; client_id: string | null }>(
        `SELECT event, client_id FROM activity WHERE target = $1 AND outcome = 'success' ORDER BY seq`,
        String(id),
      )
      return rows.map(({ event, client_id: by }) => `${event} ${by === id ? 'itself' : 'the server'}`)
    }
    const redirect = 'invalid_redirect_uri'
    const metadata = 'invalid_client_metadata'
    const refused: { name: string; given: object; error: string }[] = [
      { name: 'no redirect URI', given: { redirect_uris: undefined }, error: redirect },
      { name: 'an empty list', given: { redirect_uris: [] }, error: redirect },
      { name: 'plain http', given: { redirect_uris: ['http://app.example/'] }, error: redirect },
      { name: 'a fragment', given: { redirect_uris: [`${callback}#x`] }, error: redirect },
      { name: 'a wildcard', given: { redirect_uris: ['https://*.app.example/'] }, error: redirect },
      { name: 'a script', given: { redirect_uris: ['javascript:alert(1)'] }, error: redirect },
      { name: 'data', given: { redirect_uris: ['data:text/html,x'] }, error: redirect },
      { name: 'a scheme without a dot', given: { redirect_uris: ['myapp:/cb'] }, error: redirect },
      { name: 'a user in a URI', given: { redirect_uris: ['https://me@app.example/'] }, error: redirect },
      {
        name: 'a method that there is not',
        given: { token_endpoint_auth_method: 'tls_client_auth' },
        error: metadata,
      },
      {
        name: 'a key without a key',
        given: { token_endpoint_auth_method: 'private_key_jwt' },
        error: metadata,
      },
      {
        name: 'a key set inside the network',
        given: { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://127.0.0.1/keys' },
        error: metadata,
      },
      {
        name: 'a shared secret as key',
        given: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
        error: metadata,
      },
      {
        name: 'keys by value and by address',
        given: {
          ...{ token_endpoint_auth_method: 'private_key_jwt', jwks },
          jwks_uri: 'https://app.example/keys',
        },
        error: metadata,
      },
      { name: 'the password grant alone', given: { grant_types: ['password'] }, error: metadata },
      { name: 'client credentials alone', given: { grant_types: ['client_credentials'] }, error: metadata },
      { name: 'the implicit flow', given: { response_types: ['token'] }, error: metadata },
      {
        name: 'scopes of which none may be registered',
        given: { scope: 'users:write keys:write' },
        error: metadata,
      },
      {
        name: 'to be told of sign-outs inside of the network',
        given: { backchannel_logout_uri: 'http://127.0.0.1/ended' },
        error: metadata,
      },
      {
        name: 'a page for sign-outs of another host',
        given: { frontchannel_logout_uri: 'https://other.example/out' },
        error: metadata,
      },
      { name: 'a name that hides something', given: { client_name: 'App\u202e' }, error: metadata },
      { name: 'an empty name', given: { client_name: ' ' }, error: metadata },
      { name: 'a name of 101 characters', given: { client_name: 'x'.repeat(101) }, error: metadata },
      {
        name: 'a key set that is too long',
        given: { token_endpoint_auth_method: 'private_key_jwt', jwks: ofLength(16_385) },
        error: metadata,
      },
      {
        name: 'redirect URIs that are no list',
        given: { redirect_uris: callback },
        error: 'invalid_request',
      },
    ]
    for (const { name, given, error } of refused) {
      test(`refuses ${name}: ${error}`, async () => {
        const { status, body } = await register({ redirect_uris: [callback], ...given })
        assert.deepEqual([status, body.error], [400, error])
      })
    }

    test('gives what it asks for, within what there is', async () => {
      const made = await registered({
        ...{
          client_name: 'Notes',
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        },
        ...{ scope: 'openid users:write email', client_uri: 'https://app.example/', software_id: 'x' },
      })
      assert.deepEqual(
        [made.client_name, made.grant_types, made.scope, made.token_endpoint_auth_method, made.client_uri],
        [
          'Notes',
          ['authorization_code', 'refresh_token'],
          'openid email',
          'client_secret_basic',
          'https://app.example/',
        ],
      )
      assert.match(String(made.client_secret), /^lk_client_/)
      assert.equal(made.client_secret_expires_at, 0)
      assert.equal(made.registration_client_uri, `${testIssuer}/oauth/register/${made.client_id}`)
      const row = await findApplication(house.app.db, String(made.client_id))
      assert.deepEqual(
        [row?.is_first_party, row?.requires_pkce, row?.made_by, row?.type],
        [false, true, 'registration', 'web'],
      )
      const stored = JSON.stringify(await house.app.db.query('SELECT * FROM applications'))
      assert.ok(!stored.includes(String(made.registration_access_token)))
    })

    test('is told of sign-outs as it asks for it, without the session unless it asks for that', async () => {
      const addresses = {
        backchannel_logout_uri: 'https://app.example/ended',
        frontchannel_logout_uri: `${new URL(callback).origin}/out`,
      }
      const made = await registered({ ...addresses, frontchannel_logout_session_required: true })
      const { body } = await house.call('GET', `/oauth/register/${made.client_id}`, {
        token: String(made.registration_access_token),
      })
      for (const said of [made, body] as unknown as Record<string, unknown>[]) {
        assert.deepEqual(
          [said.backchannel_logout_uri, said.backchannel_logout_session_required],
          [addresses.backchannel_logout_uri, false],
        )
        assert.deepEqual(
          [said.frontchannel_logout_uri, said.frontchannel_logout_session_required],
          [addresses.frontchannel_logout_uri, true],
        )
      }
      assert.equal('backchannel_logout_uri' in (await registered({})), false)
    })

    test('is as it says, as far as that may be, to the last character', async () => {
      const said = {
        ...{ client_name: 'x'.repeat(100), client_uri: 'https://app.example/'.padEnd(500, 'x') },
        ...{ post_logout_redirect_uris: [callback], backchannel_logout_uri: 'https://app.example/ended' },
        ...{ backchannel_logout_session_required: true, require_pushed_authorization_requests: true },
        ...{ dpop_bound_access_tokens: true, subject_type: 'pairwise' },
        ...{ token_endpoint_auth_method: 'private_key_jwt', jwks: ofLength(16_384) },
      }
      const made = (await registered(said)) as unknown as Record<string, unknown>
      for (const [name, value] of Object.entries(said)) assert.deepEqual(made[name], value, name)
    })

    for (const page of [
      'http://app.example/',
      'https://me@app.example/',
      'https://app.example/'.padEnd(501, 'x'),
    ]) {
      test(`has no page ${page.slice(0, 40)}`, async () => {
        assert.equal('client_uri' in (await registered({ client_uri: page })), false)
      })
    }

    const kinds: { name: string; given: object; type: string; method: string }[] = [
      {
        name: 'a page without a secret',
        given: { token_endpoint_auth_method: 'none' },
        type: 'browser',
        method: 'none',
      },
      {
        name: 'a program on a machine',
        given: { redirect_uris: ['http://127.0.0.1:5100/cb'] },
        type: 'native',
        method: 'none',
      },
      {
        name: 'a program that says localhost',
        given: { redirect_uris: ['http://localhost:5100/cb'] },
        type: 'native',
        method: 'none',
      },
      {
        name: 'a program with a scheme',
        given: { redirect_uris: ['com.example.app:/cb'] },
        type: 'native',
        method: 'none',
      },
      {
        name: 'one that says that it is native and wants a secret',
        given: { application_type: 'native', token_endpoint_auth_method: 'client_secret_post' },
        ...{ type: 'native', method: 'none' },
      },
      {
        name: 'one with a key',
        given: { token_endpoint_auth_method: 'private_key_jwt', jwks },
        ...{ type: 'web', method: 'private_key_jwt' },
      },
    ]
    for (const { name, given, type, method } of kinds) {
      test(`takes ${name} for ${type}`, async () => {
        const made = await registered(given)
        const row = await findApplication(house.app.db, String(made.client_id))
        assert.deepEqual([row?.type, made.token_endpoint_auth_method], [type, method])
        assert.equal(made.client_secret, undefined)
      })
    }

    test('is never of the first party, and never without PKCE, also by an administrator', async () => {
      const { client_id: id } = await registered({ is_first_party: true, requires_pkce: false })
      const admin = await house.signedIn(`root ${engine} ${house.world.now()}`, 'administrator')
      for (const body of [{ is_first_party: true }, { requires_pkce: false }]) {
        const answer = await house.call('PATCH', `/v1/applications/${id}`, { token: admin.token, body })
        assert.equal(answer.body.code, 'request_invalid')
      }
    })

    test('is limited for each network', async () => {
      const address = elsewhere()
      for (let at = 0; at < 20; at++) {
        assert.equal((await register({ redirect_uris: [callback] }, address)).status, 201)
      }
      const { status, headers } = await register({ redirect_uris: [callback] }, address)
      assert.equal(status, 429)
      assert.ok(Number(headers.get('retry-after')) > 0)
      assert.equal((await register({ redirect_uris: [callback] })).status, 201)
    })

    describe('a registration', () => {
      const ask = (
        method: string,
        made: AnswerBody & Record<string, string>,
        token?: string,
        body?: object,
      ) =>
        house.call(method, `/oauth/register/${made.client_id}`, {
          ...(token !== undefined && by(token)),
          ...(body && { body }),
        })

      test('is seen, changed and removed by its token', async () => {
        const made = await registered({
          ...{ client_name: 'Notes', policy_uri: 'https://app.example/policy' },
          ...{ post_logout_redirect_uris: ['https://app.example/out'], dpop_bound_access_tokens: true },
        })
        const token = String(made.registration_access_token)
        const seen = await ask('GET', made, token)
        assert.equal(seen.status, 200)
        assert.ok(!seen.text.includes('lk_'))
        const given = { client_id: made.client_id, redirect_uris: [`${callback}2`], scope: 'openid' }
        const ended = mock.method(house.app.applications.ground, 'endGrants')
        const changed = await ask('PUT', made, token, given)
        assert.deepEqual(
          [changed.status, changed.body.redirect_uris, changed.body.scope, changed.body.policy_uri],
          [200, [`${callback}2`], 'openid', undefined],
        )
        const { post_logout_redirect_uris: out, dpop_bound_access_tokens: isBound } = changed.body
        assert.deepEqual([out, isBound], [[], false], 'what is not said any more is as if it had never been')
        assert.equal((await ask('DELETE', made, token)).status, 204)
        assert.deepEqual(
          ended.mock.calls.map(({ arguments: [, , , reason] }) => reason),
          ['application_narrowed', 'application_removed'],
        )
        ended.mock.restore()
        assert.equal((await ask('GET', made, token)).status, 401)
        assert.equal(await findApplication(house.app.db, String(made.client_id)), undefined)
        await house.app.proof.ground.sequencer.settle()
        assert.deepEqual(await events(made.client_id), [
          ...['application.create itself', 'application.change itself', 'application.remove itself'],
        ])
      })

      test('loses what people let it do with the grant that it gives up, and keeps it with one that it gains', async () => {
        const both = ['authorization_code', 'refresh_token']
        const made = await registered({ grant_types: both })
        const ended = mock.method(house.app.applications.ground, 'endGrants')
        const reasons = () => ended.mock.calls.map(({ arguments: [, , , reason] }) => reason)
        for (const [grant_types, expected] of [
          [both, []],
          [['authorization_code'], ['application_narrowed']],
          [both, ['application_narrowed']],
        ] as const) {
          const given = { client_id: made.client_id, redirect_uris: [callback], grant_types }
          assert.equal((await ask('PUT', made, String(made.registration_access_token), given)).status, 200)
          assert.deepEqual(reasons(), expected)
        }
        ended.mock.restore()
      })

      const wrong: {
        name: string
        token: (made: AnswerBody & Record<string, string>) => Promise<string | undefined>
      }[] = [
        { name: 'no token', token: async () => undefined },
        { name: 'another token', token: async () => newSecret('registration', house.world) },
        { name: 'its secret', token: async ({ client_secret }) => client_secret },
        {
          name: 'the token of another one',
          token: async () => (await registered()).registration_access_token,
        },
      ]
      for (const { name, token } of wrong) {
        test(`is neither seen, changed nor removed by ${name}`, async () => {
          const made = await registered()
          const given = await token(made)
          for (const [method, body] of [
            ['GET'],
            ['PUT', { redirect_uris: [callback] }],
            ['DELETE'],
          ] as const) {
            const answer = await ask(method, made, given, body)
            assert.equal(answer.status, 401, method)
            assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
          }
          assert.ok(await findApplication(house.app.db, String(made.client_id)))
        })
      }

      test('has no secret any more once it authenticates by a key', async () => {
        const made = await registered()
        const secrets = () =>
          house.app.db.query(
            'SELECT id FROM application_secrets WHERE application = $1',
            String(made.client_id),
          )
        const given = { client_id: made.client_id, redirect_uris: [callback] }
        const token = String(made.registration_access_token)
        assert.equal((await ask('PUT', made, token, { ...given, client_name: 'Other' })).status, 200)
        assert.equal((await secrets()).length, 1)
        const byKey = { token_endpoint_auth_method: 'private_key_jwt', jwks }
        assert.equal((await ask('PUT', made, token, { ...given, ...byKey })).status, 200)
        assert.deepEqual(await secrets(), [])
      })

      test('of an application that an administrator registered does not exist', async () => {
        const { id } = await placeApplication(house)
        const token = newSecret('registration', house.world)
        assert.equal((await house.call('GET', `/oauth/register/${id}`, by(token))).status, 401)
      })

      test('of one that was disabled changes nothing', async () => {
        const made = await registered()
        await disableApplication(house.app.applications.ground, operator, String(made.client_id))
        const token = String(made.registration_access_token)
        assert.equal((await ask('PUT', made, token, { redirect_uris: [callback] })).status, 401)
      })

      test('keeps its id and its kind', async () => {
        const made = await registered()
        const token = String(made.registration_access_token)
        for (const given of [
          { client_id: 'cli_other', redirect_uris: [callback] },
          { redirect_uris: ['com.example.app:/cb'] },
        ]) {
          assert.equal((await ask('PUT', made, token, given)).body.error, metadata)
        }
      })
    })

    test('is refused while there are twenty thousand', async () => {
      const { db } = house.app
      const made = await registered()
      const standing = await db.query("SELECT id FROM applications WHERE made_by = 'registration'")
      const [row] = await db.query<object>('SELECT * FROM applications WHERE id = $1', String(made.client_id))
      const columns = Object.keys(row ?? {})
      const values = columns.map((name) =>
        name === 'id' ? "'cli_of_' || i" : name === 'registration_hash' ? 'NULL' : name,
      )
      await db.transaction((tx) =>
        tx.query(
          `INSERT INTO applications (${columns.join()})
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${19_999 - standing.length})
             SELECT ${values.join()} FROM applications, n WHERE id = $1`,
          String(made.client_id),
        ),
      )
      assert.equal((await register({ redirect_uris: [callback] })).status, 201)
      assert.equal((await register({ redirect_uris: [callback] })).status, 429)
      await db.transaction((tx) => tx.query("DELETE FROM applications WHERE id LIKE 'cli_of_%'"))
      assert.equal((await register({ redirect_uris: [callback] })).status, 201)
    })

    test('equal ones are one row of the list, whatever port they had', async () => {
      const admin = await house.signedIn(`lister ${engine} ${house.world.now()}`, 'administrator')
      const ids: string[] = []
      for (const port of [5100, 5101, 5102]) {
        house.world.advance(10)
        const made = await registered({
          ...{ client_name: 'Coder', redirect_uris: [`http://127.0.0.1:${port}/cb`] },
        })
        ids.push(String(made.client_id))
      }
      const madeAt = house.world.now()
      const { uses } = house.app.applications
      // The one that was used last is not the one that was made last.
      for (const id of [ids[1], ids[0]]) {
        house.world.advance(10)
        uses.note(String(id))
      }
      await uses.flush()
      const { body } = await house.call('GET', '/v1/registered-applications?limit=200', {
        token: admin.token,
      })
      const alike = body.items.filter(({ name }) => name === 'Coder')
      assert.deepEqual(
        alike.map(({ count, id, last_made_at: made, last_used_at: used }) => [count, id, made, used]),
        [[3, ids[2], new Date(madeAt).toISOString(), new Date(madeAt + 20).toISOString()]],
      )
      const { body: rest } = await house.call('GET', '/v1/applications?made_by=administrator', {
        token: admin.token,
      })
      assert.ok(rest.items.every(({ made_by: by }) => by === 'administrator'))
    })

    describe('one that nobody uses', () => {
      const exists = async (id: unknown) => (await findApplication(house.app.db, String(id))) !== undefined
      const sweep = () => house.app.jobs.runNow(3_600_000)
      const givePerson = async (application: string, family: { ended?: true; expiresInMs: number }) => {
        const { db } = house.app
        const now = house.world.now()
        const person = await house.signedIn(`person ${newIdentifier('usr', house.world)}`)
        await db.transaction(async (tx) => {
          await tx.query(
            `INSERT INTO application_sessions (session_id, application, scopes, resource, auth_time, claims)
             VALUES ($1, $2, 'openid', NULL, 1, NULL)`,
            person.sessionId,
            application,
          )
          await tx.query(
            'UPDATE refresh_families SET absolute_expires_at = $2, ended_at = $3, end_reason = $4 WHERE session_id = $1',
            person.sessionId,
            now + family.expiresInMs,
            family.ended ? now : null,
            family.ended ? 'signed_out' : null,
          )
        })
      }

      test('is removed after 30 days, and not before', async () => {
        const { client_id: id } = await registered()
        house.world.advance(30 * dayMs - 1000)
        await sweep()
        assert.ok(await exists(id))
        house.world.advance(1000)
        await sweep()
        assert.ok(!(await exists(id)))
        await house.app.proof.ground.sequencer.settle()
        assert.deepEqual(await events(id), ['application.create itself', 'application.remove the server'])
        const rows = await house.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'application.remove' AND target = $1`,
          String(id),
        )
        assert.equal(JSON.parse(rows[0]?.details ?? '{}').unused, true)
      })

      test('stays while a refresh family of its lives, however old it is', async () => {
        const { client_id: id } = await registered()
        await givePerson(String(id), { expiresInMs: 90 * dayMs })
        house.world.advance(89 * dayMs)
        await sweep()
        assert.ok(await exists(id))
        house.world.advance(dayMs)
        await sweep()
        assert.ok(!(await exists(id)))
      })

      test('goes 30 days after its last session, though a family that has ended is long', async () => {
        const { client_id: id } = await registered()
        house.world.advance(29 * dayMs)
        await givePerson(String(id), { expiresInMs: 90 * dayMs, ended: true })
        house.world.advance(29 * dayMs)
        await sweep()
        assert.ok(await exists(id), 'its session was used within 30 days')
        house.world.advance(dayMs)
        await sweep()
        assert.ok(!(await exists(id)))
      })

      test('goes 30 days after a session of its was ended, and not before', async () => {
        const { client_id: id } = await registered()
        house.world.advance(10 * dayMs)
        await givePerson(String(id), { expiresInMs: dayMs, ended: true })
        house.world.advance(dayMs)
        await house.app.db.transaction((tx) =>
          tx.query(
            `UPDATE sessions SET ended_at = $2, end_reason = 'signed_out'
              WHERE id IN (SELECT session_id FROM application_sessions WHERE application = $1)`,
            String(id),
            house.world.now(),
          ),
        )
        house.world.advance(30 * dayMs - 1)
        await sweep()
        assert.ok(await exists(id))
        house.world.advance(1)
        await sweep()
        assert.ok(!(await exists(id)))
      })

      test('stays if an administrator registered it', async () => {
        const { id } = await placeApplication(house)
        house.world.advance(400 * dayMs)
        await sweep()
        assert.ok(await exists(id))
      })
    })

    describe('an application that a document describes', () => {
      const id = 'https://app.example/clients/one'
      const document = { client_id: id, client_name: 'One', redirect_uris: [callback], scope: 'openid email' }
      let text: string | undefined
      const ground = (
        more: Partial<RegistrationGround['rules']> = {},
        own: RegistrationGround = house.app.applications.ground,
      ): RegistrationGround => {
        const documents = {
          ...own.documents,
          read: async () => (text === undefined ? undefined : { body: text, readAt: 1 }),
        }
        return { ...own, documents, rules: { ...own.rules, documents: 'on', ...more } }
      }
      const found = (given: unknown, at = id, more = {}) => {
        text = typeof given === 'string' || given === undefined ? given : JSON.stringify(given)
        return findOrRead(ground(more), house.app.db, at)
      }

      const withBlanks = (length: number) => JSON.stringify(document).padEnd(length)
      const none: { name: string; given: unknown; at?: string; more?: object }[] = [
        { name: 'where that is off', given: document, more: { documents: 'off' } },
        { name: 'without a document', given: undefined },
        { name: 'by no JSON', given: '{' },
        { name: 'by a list', given: [document] },
        { name: 'by a document that names another client', given: { ...document, client_id: `${id}2` } },
        { name: 'by a document without a client id', given: { ...document, client_id: undefined } },
        { name: 'with a secret', given: { ...document, client_secret: 'x' } },
        {
          name: 'that wants to authenticate by a secret',
          given: { ...document, token_endpoint_auth_method: 'client_secret_post' },
        },
        { name: 'without redirect URIs', given: { ...document, redirect_uris: [] } },
        { name: 'with a script to go to', given: { ...document, redirect_uris: ['javascript:alert(1)'] } },
        {
          name: 'by a document that is too long',
          given: withBlanks(10_241),
        },
        { name: 'in the clear', given: document, at: 'http://app.example/clients/one' },
        {
          name: 'at no path',
          given: { ...document, client_id: 'https://app.example/' },
          at: 'https://app.example/',
        },
      ]
      for (const { name, given, at, more } of none) {
        test(`is none ${name}`, async () => assert.equal(await found(given, at, more), undefined))
      }

      for (const address of [
        ...[
          'https://app.example',
          'https://app.example/?x',
          'https://app.example/one?x',
          'https://app.example/one#x',
        ],
        ...[
          'https://me@app.example/one',
          'https://:word@app.example/one',
          'https://APP.example/one',
          'https://app.example/../one',
          'ftp://app.example/one',
        ],
        ...['https://app.example/*', 'https://app.example/'.padEnd(501, 'x'), 'https://app.example/one\0'],
      ]) {
        test(`is not at ${JSON.stringify(address.slice(0, 40))}`, () =>
          assert.equal(isDocumentAddress(address), false))
      }

      test('is at an address of 500 characters, and by a document of 10,240', async () => {
        assert.equal(isDocumentAddress('https://app.example/'.padEnd(500, 'x')), true)
        assert.equal((await found(withBlanks(10_240)))?.name, 'One')
      })

      test('is kept, changes with its document, and is off if an administrator says so', async () => {
        const first = await found(document)
        assert.deepEqual(
          [first?.id, first?.name, first?.authentication, first?.made_by, first?.scopes],
          [id, 'One', 'none', 'document', ['openid', 'email']],
        )
        assert.equal((await found(document))?.version, 1)
        const second = await found({ ...document, client_name: 'Two', is_first_party: true })
        assert.deepEqual([second?.name, second?.version, second?.is_first_party], ['Two', 2, false])
        assert.equal(second?.subject_salt, first?.subject_salt)
        await house.app.proof.ground.sequencer.settle()
        assert.deepEqual(await events(id), ['application.create itself', 'application.change itself'])
        await disableApplication(house.app.applications.ground, operator, id)
        assert.equal(typeof (await found(document))?.disabled_at, 'number')
      })

      test('that asks for less ends what it had, and that asks for more does not', async () => {
        const at = 'https://app.example/clients/less'
        const ended = mock.method(house.app.applications.ground, 'endGrants')
        for (const scope of ['openid', 'openid email', 'openid email', 'openid']) {
          await found({ ...document, client_id: at, scope }, at)
        }
        assert.deepEqual(
          ended.mock.calls.map(({ arguments: [, , id, reason] }) => [id, reason]),
          [[at, 'application_narrowed']],
        )
        ended.mock.restore()
      })

      test('that sixteen ask for at once, at two processes, before anybody knew it is kept once, and found by each', async () => {
        const at = 'https://app.example/clients/sudden'
        text = JSON.stringify({ ...document, client_id: at })
        const beside = await openBeside(house)
        const many = await Promise.all(
          Array.from({ length: 16 }, (_, nth) => {
            const { applications, db } = nth % 2 === 0 ? house.app : beside
            return findOrRead(ground({}, applications.ground), db, at)
          }),
        )
        await beside.stop()
        assert.deepEqual(new Set(many.map((one) => one?.subject_salt)).size, 1)
        assert.deepEqual(
          many.map((one) => one?.id),
          many.map(() => at),
        )
        await house.app.proof.ground.sequencer.settle()
        assert.deepEqual(await events(at), ['application.create itself'])
      })

      test('that is of fewer grants ends what it had', async () => {
        const at = 'https://app.example/clients/shorter'
        const ended = mock.method(house.app.applications.ground, 'endGrants')
        for (const grant_types of [['authorization_code', 'refresh_token'], ['authorization_code']])
          await found({ ...document, client_id: at, grant_types }, at)
        assert.deepEqual(
          ended.mock.calls.map(({ arguments: [, , id, reason] }) => [id, reason]),
          [[at, 'application_narrowed']],
        )
        ended.mock.restore()
      })

      test('is seen and removed under its address', async () => {
        const admin = await house.signedIn(`reader ${engine}`, 'administrator')
        const at = 'https://app.example/clients/two'
        await found({ ...document, client_id: at }, at)
        const path = `/v1/applications/${encodeURIComponent(at)}`
        assert.equal((await house.call('GET', path, { token: admin.token })).body.id, at)
        assert.equal((await house.call('DELETE', path, { token: admin.token })).status, 204)
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

describe('who may register', () => {
  test('is nobody, unless it is said', async () => {
    const house = await openTestApp()
    const { status } = await house.call('POST', '/oauth/register', { body: { redirect_uris: [callback] } })
    assert.equal(status, 404)
    const { body } = await house.call('GET', '/.well-known/oauth-authorization-server')
    assert.deepEqual(
      [body.registration_endpoint, body.client_id_metadata_document_supported],
      [undefined, undefined],
    )
    await house.close()
  })

  test('is whoever has an initial access token, which may be replaced at any time', async () => {
    const first = await openTestApp()
    const file = join(first.storage.at.directory, 'tokens')
    const house = await openTestApp('sqlite', {
      ...{ LATCHKEY_CLIENT_REGISTRATION: 'token', LATCHKEY_CLIENT_REGISTRATION_TOKEN_FILE: file },
      LATCHKEY_CLIENT_DOCUMENTS: 'on',
    })
    const ask = (token?: string) =>
      house.call('POST', '/oauth/register', {
        ...{ body: { redirect_uris: [callback] }, address: elsewhere() },
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
    writeFileSync(file, 'one-of-them\n\ntwo-of-them\n')
    assert.equal((await ask()).status, 401)
    assert.equal((await ask('three-of-them')).body.error, 'invalid_token')
    assert.equal((await ask('two-of-them')).status, 201)
    writeFileSync(file, 'one-of-them\n')
    assert.equal((await ask('two-of-them')).status, 401)
    writeFileSync(file, '\n')
    assert.equal((await ask('one-of-them')).status, 401)
    const { body } = await house.call('GET', '/.well-known/openid-configuration')
    assert.deepEqual(
      [body.registration_endpoint, body.client_id_metadata_document_supported],
      [`${testIssuer}/oauth/register`, true],
    )
    await house.close()
    await first.close()
  })
})
