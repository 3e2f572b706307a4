import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import type { TestApplication } from '../../test/applications.ts'
import { anApplication, TestBrowser } from '../../test/authorization.ts'
import { sendDue, tokensAt, verifiedBy } from '../../test/logouts.ts'
import { engines } from '../../test/storages.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../../test/webhook-receiver.ts'
import { scheduleDeletion } from '../accounts/deletion/deletion.ts'
import { makeRecoveryLink } from '../accounts/recovery/recovery.ts'
import { disableUser, enableUser } from '../accounts/users/users.ts'
import { disableApplication, removeApplication } from '../applications/registered.ts'
import type { ApplicationRow } from '../applications/store.ts'
import { operator } from '../identity.ts'
import { resealAll } from '../secrets/resealing.ts'
import { ownBearerOf } from '../tokens/authenticate.ts'
import { pauseStream } from './administer.ts'
import { signalTypes, supportedTypes, updatedType, verificationType } from './events.ts'
import { sealedStreamAuthorizations } from './sealed.ts'

const second = 1000
const day = 86_400 * second
const push = 'urn:ietf:rfc:8935'
const poll = 'urn:ietf:rfc:8936'
const signals = {
  grants: ['authorization_code', 'refresh_token', 'client_credentials'],
  scopes: ['openid', 'devices:view', 'ssf.read', 'ssf.manage'],
  is_first_party: true,
} satisfies Partial<ApplicationRow>

interface Stream {
  readonly stream_id: string
  readonly aud: string
  readonly events_requested: readonly string[]
  readonly events_delivered: readonly string[]
  readonly delivery: { readonly method: string; readonly endpoint_url: string }
  readonly description?: string
}

for (const engine of engines) {
  describe(`shared signals on ${engine}`, () => {
    let house: TestApp
    let shop: TestApplication
    let receiver: WebhookReceiver
    let ada: SignedIn
    let count = 0
    before(async () => {
      house = await openTestApp(engine, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' })
      await house.signedIn('root', 'administrator')
      await sendDue(house.app)
      receiver = await openWebhookReceiver()
    })
    beforeEach(async () => {
      receiver.received.splice(0)
      receiver.answer = 202
      shop = await anApplication(house, signals)
      ada = await house.signedIn(`person ${++count}`)
    })
    after(async () => {
      await receiver.close()
      await house.close()
    })

    async function tokenOf({ id, secret }: TestApplication, scope?: string): Promise<string> {
      const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
      const answer = await house.call('POST', '/oauth/token', { form: { ...form, ...(scope && { scope }) } })
      assert.equal(answer.status, 200, answer.text)
      return answer.body.access_token
    }
    const ask = async (method: string, path: string, body?: object, by = shop, scope?: string) => {
      const token = await tokenOf(by, scope)
      const answer = await house.call(method, `/ssf/${path}`, { token, ...(body && { body }) })
      return { ...answer, body: answer.body as unknown as Record<string, unknown> }
    }
    async function made(given: object = { events_requested: supportedTypes }, by = shop): Promise<Stream> {
      const { status, body, text } = await ask('POST', 'streams', given, by)
      assert.equal(status, 201, text)
      return body as unknown as Stream
    }
    const pushed = (more: object = {}, by = shop) =>
      made(
        {
          events_requested: supportedTypes,
          delivery: {
            method: push,
            endpoint_url: receiver.url,
            authorization_header: 'Bearer of-the-receiver',
          },
          ...more,
        },
        by,
      )
    async function letIn(by: TestApplication = shop, person = ada) {
      const browser = new TestBrowser(house)
      await browser.signIn(person.username)
      const tokens = await tokensAt(house, browser, by)
      return { browser, tokens, sid: String(decodeUnverified(tokens.access_token).claims.sid) }
    }
    /** The events that were pushed since, verified. */
    async function arrived(by = shop) {
      // What the log is read for is sent by the next run.
      for (const _ of [1, 2]) await sendDue(house.app)
      return Promise.all(
        receiver.received.splice(0).map(async ({ headers, body }) => {
          assert.deepEqual(
            [headers['content-type'], headers.accept, headers.authorization],
            ['application/secevent+jwt', 'application/json', 'Bearer of-the-receiver'],
          )
          return verifiedSet(body, by)
        }),
      )
    }
    async function verifiedSet(token: string, { id }: TestApplication) {
      const { typ } = decodeUnverified(token).header
      assert.equal(typ, 'secevent+jwt')
      const claims = await verifiedBy(house, token, { typ: 'secevent+jwt', audience: id })
      // SSF 1.0 section 4.1: one event, and neither sub nor exp.
      assert.deepEqual(
        ['sub', 'exp'].filter((name) => name in claims),
        [],
      )
      const [[type, event] = ['', {}], ...more] = Object.entries(claims.events as Record<string, object>)
      assert.equal(more.length, 0)
      return { jti: claims.jti, type, event: event as Record<string, unknown>, subject: claims.sub_id }
    }
    const polled = async (stream: Stream, body: object = {}, by = shop) => {
      const answer = await ask('POST', `poll/${stream.stream_id}`, body, by, 'ssf.read')
      assert.equal(answer.status, 200, answer.text)
      const { sets, moreAvailable } = answer.body as { sets: Record<string, string>; moreAvailable: boolean }
      const events = await Promise.all(Object.values(sets).map((token) => verifiedSet(token, by)))
      return { events, moreAvailable, ids: Object.keys(sets) }
    }
    const subjectOf = (sub: string) => ({ format: 'iss_sub', iss: house.app.config.issuer, sub })

    test('the configuration says where everything is', async () => {
      const { status, body } = await house.call('GET', '/.well-known/ssf-configuration')
      const said = body as unknown as Record<string, unknown>
      const { issuer } = house.app.config
      assert.deepEqual(
        [status, said.issuer, said.delivery_methods_supported, said.authorization_schemes],
        [200, issuer, [push, poll], [{ spec_urn: 'urn:ietf:rfc:6749' }]],
      )
      const paths = Object.entries(said)
        .filter(([name]) => name.endsWith('_endpoint'))
        .map(([, url]) => String(url).replace(issuer, ''))
      for (const path of paths)
        assert.ok(
          house.app.routes.some((route) => route.path === path),
          path,
        )
      assert.equal(paths.length, 5)
    })

    test('a stream is made, seen, changed, replaced and removed by its receiver', async () => {
      const stream = await pushed({
        events_requested: [signalTypes.account_disabled, 'https://other.example/x'],
      })
      assert.deepEqual(
        [stream.aud, stream.events_delivered, stream.delivery],
        [shop.id, [signalTypes.account_disabled], { method: push, endpoint_url: receiver.url }],
      )
      const { stream_id } = stream
      assert.deepEqual((await ask('GET', `streams?stream_id=${stream_id}`)).body, stream)
      assert.deepEqual((await ask('GET', 'streams', undefined, shop, 'ssf.read')).body, [stream])
      const changed = await ask('PATCH', 'streams', { ...stream, delivery: undefined, description: 'all' })
      assert.deepEqual(changed.body, { ...stream, description: 'all' })
      const listed = await ask('PATCH', 'streams', { stream_id, aud: [stream.aud] })
      assert.deepEqual([listed.status, listed.body], [200, changed.body])
      const replaced = (await ask('PUT', 'streams', { stream_id })).body as unknown as Stream
      assert.deepEqual(
        [replaced.events_requested, replaced.delivery.method, replaced.description],
        [[], poll, undefined],
      )
      assert.equal((await ask('DELETE', `streams?stream_id=${stream_id}`)).status, 204)
      assert.equal((await ask('GET', `streams?stream_id=${stream_id}`)).status, 404)
    })

    const refused: { name: string; send: (of: Stream) => ReturnType<typeof ask>; status: number }[] = [
      {
        name: 'an address in the clear',
        send: () => ask('POST', 'streams', { delivery: { method: push, endpoint_url: 'http://192.0.2.1/' } }),
        status: 400,
      },
      {
        name: 'a push to nowhere',
        send: () => ask('POST', 'streams', { delivery: { method: push } }),
        status: 400,
      },
      {
        name: 'another way of delivery',
        send: () => ask('POST', 'streams', { delivery: { method: 'urn:other' } }),
        status: 400,
      },
      {
        name: 'a header of two lines',
        send: () =>
          ask('POST', 'streams', {
            delivery: { method: push, endpoint_url: receiver.url, authorization_header: 'a\r\nb: c' },
          }),
        status: 400,
      },
      {
        name: 'an audience of its own choice',
        send: ({ stream_id }) => ask('PATCH', 'streams', { stream_id, aud: 'https://other.example' }),
        status: 400,
      },
      {
        name: 'an audience of its own choice in a list',
        send: ({ stream_id }) => ask('PATCH', 'streams', { stream_id, aud: ['https://other.example'] }),
        status: 400,
      },
      {
        name: 'its audience beside another',
        send: ({ stream_id, aud }) =>
          ask('PATCH', 'streams', { stream_id, aud: [aud, 'https://other.example'] }),
        status: 400,
      },
      {
        name: 'a stream that is not there',
        send: () => ask('PATCH', 'streams', { stream_id: 'str_x' }),
        status: 404,
      },
      { name: 'the status of none', send: () => ask('GET', 'status?stream_id=str_x'), status: 404 },
      { name: 'a poll of none', send: () => ask('POST', 'poll/str_x', {}), status: 404 },
      {
        name: 'a status that there is not',
        send: ({ stream_id }) => ask('POST', 'status', { stream_id, status: 'asleep' }),
        status: 400,
      },
      {
        name: 'a subject of another format',
        send: ({ stream_id }) =>
          ask('POST', 'subjects/add', { stream_id, subject: { format: 'email', email: 'ada@example.com' } }),
        status: 400,
      },
      {
        name: 'a subject of another issuer',
        send: ({ stream_id }) =>
          ask('POST', 'subjects/remove', {
            stream_id,
            subject: { ...subjectOf('usr_a'), iss: 'https://o.example' },
          }),
        status: 400,
      },
      {
        name: 'to make one with the scope to read',
        send: () => ask('POST', 'streams', {}, shop, 'ssf.read'),
        status: 403,
      },
      {
        name: 'to remove one with the scope to read',
        send: ({ stream_id }) => ask('DELETE', `streams?stream_id=${stream_id}`, undefined, shop, 'ssf.read'),
        status: 403,
      },
    ]
    for (const { name, send, status } of refused) {
      test(`refuses ${name}`, async () => {
        const stream = await made()
        const answer = await send(stream)
        assert.equal(answer.status, status, answer.text)
        assert.deepEqual((await ask('GET', 'streams')).body, [stream])
      })
    }

    const onStreams = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const
    for (const method of onStreams) {
      test(`${method} of streams with a token that is none is 401, and nothing is made or changed`, async () => {
        const stream = await made()
        const path = method === 'GET' || method === 'DELETE' ? `?stream_id=${stream.stream_id}` : ''
        const body = path === '' ? { body: { stream_id: stream.stream_id } } : {}
        for (const token of ['x', `${await tokenOf(shop)}x`, undefined]) {
          const answer = await house.call(method, `/ssf/streams${path}`, { ...(token && { token }), ...body })
          assert.equal(answer.status, 401)
        }
        assert.deepEqual((await ask('GET', 'streams')).body, [stream])
      })
    }

    for (const method of ['POST', 'PATCH', 'PUT'] as const) {
      test(`${method} of streams with a body that cannot be read is 400, and nothing is made or changed`, async () => {
        const stream = await made()
        const { stream_id } = stream
        for (const body of ['{', '[]', JSON.stringify({ stream_id, events_requested: 'all', delivery: 7 })]) {
          const answer = await house.call(method, '/ssf/streams', { token: await tokenOf(shop), body })
          assert.equal(answer.status, 400, body)
        }
        assert.deepEqual((await ask('GET', 'streams')).body, [stream])
      })
    }

    test('a receiver that has given no header is sent none', async () => {
      const { stream_id } = await made({ delivery: { method: push, endpoint_url: receiver.url } })
      assert.equal((await ask('POST', 'verify', { stream_id })).status, 204)
      await sendDue(house.app)
      assert.deepEqual(
        receiver.received.map(({ headers }) => headers.authorization),
        [undefined],
      )
    })

    test('nobody sees or changes a stream of another application', async () => {
      const stream = await made()
      const other = await anApplication(house, signals)
      const { stream_id } = stream
      for (const [method, path, body] of [
        ['GET', `streams?stream_id=${stream_id}`],
        ['PATCH', 'streams', { stream_id, description: 'mine' }],
        ['PUT', 'streams', { stream_id }],
        ['DELETE', `streams?stream_id=${stream_id}`],
        ['GET', `status?stream_id=${stream_id}`],
        ['POST', 'status', { stream_id, status: 'disabled' }],
        ['POST', 'subjects/add', { stream_id, subject: subjectOf('usr_a') }],
        ['POST', 'subjects/remove', { stream_id, subject: subjectOf('usr_a') }],
        ['POST', 'verify', { stream_id }],
        ['POST', `poll/${stream_id}`, {}],
      ] as const) {
        assert.equal((await ask(method, path, body, other)).status, 404, `${method} ${path}`)
      }
      assert.deepEqual((await ask('GET', 'streams', undefined, other)).body, [])
    })

    test('nobody comes in but an application for itself, with the grant and the scope, and enabled', async () => {
      const { tokens } = await letIn()
      const root = await house.call('POST', '/v1/login', {
        body: { username: 'root', password: 'the password of root' },
      })
      for (const token of [tokens.access_token, ada.token, root.body.access_token]) {
        assert.equal((await house.call('GET', '/ssf/streams', { token })).status, 403)
      }
      assert.equal((await house.call('GET', '/ssf/streams')).status, 401)
      const held = await tokenOf(shop)
      await disableApplication(house.app.applications.ground, operator, shop.id)
      assert.equal((await house.call('GET', '/ssf/streams', { token: held })).status, 403)
      const plain = await anApplication(house)
      const form = { grant_type: 'client_credentials', client_id: plain.id, client_secret: plain.secret }
      assert.equal((await house.call('POST', '/oauth/token', { form })).body.error, 'unauthorized_client')
      const greedy = await anApplication(house, signals)
      for (const more of [
        { scope: 'devices:view' },
        { scope: 'ssf.manage users:write' },
        { resource: 'pages' },
      ]) {
        const answer = await house.call('POST', '/oauth/token', {
          form: { ...form, client_id: greedy.id, client_secret: greedy.secret, ...more },
        })
        assert.equal(answer.status, 400, JSON.stringify(more))
      }
    })

    test('a token of an application for itself does nothing else', async () => {
      const token = await tokenOf(shop)
      for (const path of ['/v1/me', '/v1/devices', '/v1/users', '/v1/applications', '/oauth/userinfo']) {
        assert.equal((await house.call('GET', path, { token })).status, 403, path)
      }
    })

    test('a token of an application for itself connects nowhere', async () => {
      const read = house.app.readToken(await tokenOf(shop))
      assert.throws(() => ownBearerOf(read), { code: 'token_invalid', reason: 'application' })
    })

    test('an application has five streams', async () => {
      for (let at = 0; at < 5; at++) await made()
      const { status, body } = await ask('POST', 'streams', {})
      assert.deepEqual([status, body.code], [409, 'stream_limit_reached'])
    })

    test('a session that ends is told: whose, which, and who began it', async () => {
      await pushed()
      const { browser, sid } = await letIn()
      await browser.post('/oauth/logout/confirm', {})
      const [told, ...more] = await arrived()
      assert.equal(more.length, 0)
      assert.deepEqual(
        [told?.type, told?.subject],
        [
          signalTypes.session_revoked,
          { format: 'complex', user: subjectOf(ada.id), session: { format: 'opaque', id: sid } },
        ],
      )
      assert.deepEqual(told?.event, {
        initiating_entity: 'user',
        reason_admin: { en: 'signed_out' },
        event_timestamp: Math.floor(house.world.now() / 1000),
      })
    })

    const changes: readonly {
      readonly name: string
      readonly act: () => Promise<unknown>
      readonly type: string
      readonly event?: object
    }[] = [
      {
        name: 'an account that is disabled',
        act: () => disableUser(house.app, operator, ada.id),
        type: signalTypes.account_disabled,
      },
      {
        name: 'an account that is enabled again',
        act: async () => {
          await disableUser(house.app, operator, ada.id)
          await arrived()
          await enableUser(house.app, operator, ada.id)
        },
        type: signalTypes.account_enabled,
      },
      {
        name: 'another password of the person',
        act: () =>
          house.call('POST', '/v1/me/password', {
            ...{ token: ada.token },
            body: { current_password: ada.password, password: 'violet harbour lanterns drift' },
          }),
        type: signalTypes.credential_change,
        event: { credential_type: 'password', change_type: 'update', initiating_entity: 'user' },
      },
      {
        name: 'a password that an administrator takes away',
        act: () => makeRecoveryLink(house.app, operator, ada.id, true),
        type: signalTypes.credential_change,
        event: { credential_type: 'password', change_type: 'revoke', initiating_entity: 'admin' },
      },
      {
        name: 'an account that is deleted',
        act: async () => {
          await scheduleDeletion(house.app, operator, ada.id, 0)
          await house.app.jobs.runOne('users.delete')
        },
        type: signalTypes.account_purged,
      },
    ]
    for (const { name, act, type, event = {} } of changes) {
      test(`tells ${name} to whom it concerns, and to nobody else`, async () => {
        await pushed({ events_requested: [type] })
        const stranger = await anApplication(house, signals)
        const unheard = await made({ events_requested: [type] }, stranger)
        await letIn()
        await act()
        const told = await arrived()
        assert.deepEqual(
          told.map(({ type, subject, event: { event_timestamp: _, ...rest } }) => [type, subject, rest]),
          [[type, subjectOf(ada.id), event]],
        )
        assert.deepEqual((await polled(unheard, {}, stranger)).events, [])
      })
    }

    test('what was refused, or was not asked for, is not told', async () => {
      await pushed({ events_requested: [signalTypes.credential_change] })
      await letIn()
      const body = { current_password: 'a wrong one', password: 'violet harbour lanterns drift' }
      await house.call('POST', '/v1/me/password', { token: ada.token, body })
      await disableUser(house.app, operator, ada.id)
      assert.deepEqual(await arrived(), [])
    })

    test('whoever has taken the application out of their account is nobody to it any more', async () => {
      await pushed({ events_requested: [signalTypes.account_disabled] })
      await letIn()
      await house.call('DELETE', `/v1/me/applications/${shop.id}`, { token: ada.token })
      await disableUser(house.app, operator, ada.id)
      assert.deepEqual(await arrived(), [])
    })

    test('a pairwise subject is the one of the ID token', async () => {
      const pairwise = await anApplication(house, { ...signals, subject_type: 'pairwise', subject_salt: 'a' })
      await pushed({ events_requested: [signalTypes.account_disabled] }, pairwise)
      const { tokens } = await letIn(pairwise)
      await disableUser(house.app, operator, ada.id)
      const [told] = await arrived(pairwise)
      const { sub } = decodeUnverified(tokens.id_token).claims
      assert.deepEqual([told?.subject, sub === ada.id], [subjectOf(String(sub)), false])
    })

    test('a person who is left out is not told of, until they are taken in again', async () => {
      const { stream_id } = await pushed({
        events_requested: [signalTypes.account_disabled, signalTypes.account_enabled],
      })
      await letIn()
      const named = { stream_id, subject: subjectOf(ada.id) }
      assert.equal((await ask('POST', 'subjects/remove', named)).status, 204)
      await disableUser(house.app, operator, ada.id)
      assert.deepEqual(await arrived(), [])
      assert.equal((await ask('POST', 'subjects/add', named)).status, 200)
      await enableUser(house.app, operator, ada.id)
      assert.deepEqual(
        (await arrived()).map(({ type }) => type),
        [signalTypes.account_enabled],
      )
      assert.equal(
        (await ask('POST', 'subjects/add', { ...named, subject: subjectOf('usr_nobody') })).status,
        200,
      )
    })

    test('who is left out and deleted is forgotten there as well', async () => {
      const pairwise = await anApplication(house, { ...signals, subject_type: 'pairwise', subject_salt: 'b' })
      for (const by of [shop, pairwise]) {
        const { stream_id } = await made({}, by)
        const { tokens } = await letIn(by)
        const subject = subjectOf(String(decodeUnverified(tokens.id_token).claims.sub))
        await ask('POST', 'subjects/remove', { stream_id, subject }, by)
      }
      const excluded = () => house.app.db.query('SELECT subject FROM signal_exclusions')
      const before = (await excluded()).length
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runOne('users.delete')
      assert.equal((await excluded()).length, before - 2)
    })

    test('what is polled comes again until it is acknowledged, in order, and by pages', async () => {
      const stream = await made({
        events_requested: [signalTypes.account_disabled, signalTypes.account_enabled],
      })
      assert.deepEqual(stream.delivery, {
        method: poll,
        endpoint_url: `${house.app.config.issuer}/ssf/poll/${stream.stream_id}`,
      })
      await letIn()
      await disableUser(house.app, operator, ada.id)
      await enableUser(house.app, operator, ada.id)
      await sendDue(house.app)
      assert.deepEqual(receiver.received, [])
      const first = await polled(stream, { maxEvents: 1, returnImmediately: true })
      assert.deepEqual(
        [first.events.map(({ type }) => type), first.moreAvailable],
        [[signalTypes.account_disabled], true],
      )
      assert.deepEqual(await polled(stream, { maxEvents: 1 }), first)
      const second = await polled(stream, { ack: first.ids })
      assert.deepEqual(
        [second.events.map(({ type }) => type), second.moreAvailable],
        [[signalTypes.account_enabled], false],
      )
      const jti = second.ids[0]!
      const other = await made({ events_requested: supportedTypes }, await anApplication(house, signals))
      assert.notEqual(other.aud, shop.id)
      const last = await polled(stream, {
        maxEvents: 0,
        setErrs: { [jti]: { err: 'invalid_key', description: 'x' } },
      })
      assert.deepEqual([last.events, last.moreAvailable], [[], false])
      const events = await house.app.db.query(
        "SELECT reason, target, details FROM activity WHERE event = 'stream.reject' AND target = $1",
        stream.stream_id,
      )
      assert.deepEqual(events, [
        {
          reason: 'rejected',
          target: stream.stream_id,
          details: `{"delivery":"${jti}","code":"invalid_key"}`,
        },
      ])
    })

    test('nobody acknowledges what waits for another', async () => {
      const stream = await made()
      await ask('POST', 'verify', { stream_id: stream.stream_id })
      const { ids } = await polled(stream)
      const other = await anApplication(house, signals)
      await polled(await made({}, other), { ack: ids }, other)
      assert.deepEqual((await polled(stream)).ids, ids)
    })

    test('a verification is sent with the text of the receiver, and not too often', async () => {
      const { stream_id } = await pushed({ events_requested: [] })
      assert.equal((await ask('POST', 'verify', { stream_id, state: 'kept' })).status, 204)
      const again = await ask('POST', 'verify', { stream_id })
      assert.deepEqual([again.status, again.headers.get('retry-after')], [429, '30'])
      const [told] = await arrived()
      assert.deepEqual(
        [told?.type, told?.event, told?.subject],
        [verificationType, { state: 'kept' }, { format: 'opaque', id: stream_id }],
      )
      house.world.advance(30 * second)
      assert.equal((await ask('POST', 'verify', { stream_id })).status, 204)
      assert.deepEqual((await arrived())[0]?.event, {})
    })

    test('while a stream is paused its events wait; while it is disabled they are not kept', async () => {
      const requested = [signalTypes.account_disabled, signalTypes.account_enabled]
      const stream = await pushed({ events_requested: requested })
      const { stream_id } = stream
      await letIn()
      const paused = await ask('POST', 'status', { stream_id, status: 'paused', reason: 'a new version' })
      assert.deepEqual(paused.body, { stream_id, status: 'paused', reason: 'a new version' })
      await disableUser(house.app, operator, ada.id)
      assert.deepEqual(await arrived(), [])
      await ask('POST', 'status', { stream_id, status: 'enabled' })
      assert.deepEqual(
        (await arrived()).map(({ type }) => type),
        [signalTypes.account_disabled],
      )
      await ask('POST', 'status', { stream_id, status: 'disabled' })
      await enableUser(house.app, operator, ada.id)
      assert.deepEqual(await arrived(), [])
      await ask('POST', 'status', { stream_id, status: 'enabled' })
      assert.deepEqual(await arrived(), [])
    })

    test('an administrator pauses a stream: the receiver is told, and cannot undo it', async () => {
      const stream = await pushed({ events_requested: [signalTypes.account_disabled] })
      const { stream_id } = stream
      await letIn()
      await pauseStream(house.app.signals.ground, operator, shop.id, stream_id, true)
      await disableUser(house.app, operator, ada.id)
      const [told, ...more] = await arrived()
      assert.deepEqual(
        [told?.type, told?.event, more],
        [updatedType, { status: 'paused', reason: 'paused by an administrator' }, []],
      )
      assert.equal((await ask('POST', 'status', { stream_id, status: 'enabled' })).status, 403)
      await pauseStream(house.app.signals.ground, operator, shop.id, stream_id, false)
      const both = await arrived()
      assert.deepEqual(
        both.map(({ type }) => type).sort(),
        [signalTypes.account_disabled, updatedType].sort(),
      )
      const goesOn = both.find(({ type }) => type === updatedType)
      assert.deepEqual(goesOn?.event, { status: 'enabled' })
      assert.equal((await ask('GET', `status?stream_id=${stream_id}`)).body.status, 'enabled')
    })

    test('administrators see, pause and remove streams over HTTP, and nobody else does', async () => {
      const { stream_id } = await pushed()
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: 'root', password: 'the password of root' },
      })
      const path = `/v1/applications/${shop.id}/streams`
      const by = (token: string, method: string, more = '') => house.call(method, path + more, { token })
      const token = body.access_token
      const { items } = (await by(token, 'GET')).body as unknown as { items: Record<string, unknown>[] }
      const host = new URL(receiver.url).host
      assert.deepEqual(
        items.map(({ id, method, host, status, waiting }) => [id, method, host, status, waiting]),
        [[stream_id, 'push', host, 'enabled', 0]],
      )
      for (const [method, more] of [
        ['GET', ''],
        ['POST', `/${stream_id}/pause`],
        ['POST', `/${stream_id}/resume`],
        ['DELETE', `/${stream_id}`],
      ] as const) {
        assert.equal((await by(ada.token, method, more)).status, 403, `${method} ${more}`)
      }
      const other = await anApplication(house, signals)
      const foreign = `/v1/applications/${other.id}/streams/${stream_id}`
      assert.equal((await house.call('DELETE', foreign, { token })).body.code, 'stream_not_found')
      assert.equal((await house.call('POST', `${foreign}/pause`, { token })).body.code, 'stream_not_found')
      const written = () =>
        house.app.db.query("SELECT id FROM activity WHERE event = 'stream.change' AND target = $1", stream_id)
      const before = (await written()).length
      for (let times = 0; times < 2; times += 1) {
        const seen = await by(token, 'POST', `/${stream_id}/pause`)
        assert.deepEqual([seen.status, JSON.parse(seen.text).is_stopped], [200, true])
        assert.equal((await written()).length, before + 1, 'it is paused once')
      }
      assert.equal((await by(token, 'POST', `/${stream_id}/resume`)).status, 200)
      assert.equal((await by(token, 'DELETE', `/${stream_id}`)).status, 204)
      assert.deepEqual((await by(token, 'GET')).body.items, [])
    })

    test('the header of the receiver is sealed, shown to nobody, and sealed anew', async () => {
      const { stream_id } = await pushed()
      const stored = async () =>
        JSON.stringify(await house.app.db.query('SELECT * FROM signal_streams WHERE id = $1', stream_id))
      const before = await stored()
      assert.ok(!before.includes('of-the-receiver'))
      assert.ok(!(await ask('GET', `streams?stream_id=${stream_id}`)).text.includes('of-the-receiver'))
      assert.ok(sealedStreamAuthorizations.contextOf(stream_id).includes(stream_id))
      await resealAll(house.app.db, house.app.masterKey, [sealedStreamAuthorizations])
      await ask('POST', 'verify', { stream_id })
      assert.equal((await arrived()).length, 1)
    })

    test('a receiver that fails gets the same token again; one that rejects it does not', async () => {
      const { stream_id } = await pushed({ events_requested: [] })
      receiver.answer = 503
      await ask('POST', 'verify', { stream_id })
      const [first] = await arrived()
      receiver.answer = 202
      house.world.advance(60 * second)
      const [again] = await arrived()
      assert.deepEqual(again, first)
      receiver.answer = 400
      await ask('POST', 'verify', { stream_id })
      assert.equal((await arrived()).length, 1)
      house.world.advance(day)
      assert.deepEqual(await arrived(), [])
      const events = await house.app.db.query(
        "SELECT reason FROM activity WHERE event = 'stream.give_up' AND target = $1",
        stream_id,
      )
      assert.deepEqual(events, [{ reason: 'rejected' }])
    })

    test('what nobody fetches is dropped in a week, and the log says how much', async () => {
      const stream = await made({ events_requested: [] })
      await ask('POST', 'verify', { stream_id: stream.stream_id })
      house.world.advance(7 * day - 1)
      await house.app.jobs.runOne('shared_signals.sweep')
      assert.equal((await polled(stream)).events.length, 1)
      house.world.advance(1)
      await house.app.jobs.runOne('shared_signals.sweep')
      assert.equal((await polled(stream)).events.length, 0)
      const events = await house.app.db.query(
        "SELECT reason, details FROM activity WHERE event = 'stream.give_up' AND target = $1",
        stream.stream_id,
      )
      assert.deepEqual(events, [{ reason: 'not_fetched', details: '{"messages":1}' }])
    })

    test('a stream that is too far behind is disabled, and its receiver is told', async () => {
      const stream = await made({ events_requested: [signalTypes.account_disabled] })
      const { stream_id } = stream
      await letIn()
      await house.app.db.transaction(async (tx) => {
        const one = { type: 'filler', subject: 'x', body: {} }
        await house.app.webhooks.outbox.put(tx, stream_id, Array(10_000).fill(one), day)
      })
      await disableUser(house.app, operator, ada.id)
      await sendDue(house.app)
      const { events } = await polled(stream)
      assert.deepEqual(
        events.map(({ type, event }) => [type, event]),
        [[updatedType, { status: 'disabled', reason: 'queue_full' }]],
      )
      const enabled = await ask('POST', 'status', { stream_id, status: 'enabled' })
      assert.equal(enabled.body.status, 'enabled')
    })

    test('streams go with their application, and so do their queues', async () => {
      const { stream_id } = await pushed()
      receiver.answer = 503
      await ask('POST', 'verify', { stream_id })
      await sendDue(house.app)
      await removeApplication(house.app.applications.ground, operator, shop.id)
      receiver.received.splice(0)
      house.world.advance(day)
      await sendDue(house.app)
      await house.app.jobs.runOne('shared_signals.sweep')
      assert.deepEqual(receiver.received, [])
      const left = await house.app.db.query('SELECT id FROM webhooks WHERE id LIKE $1', `${stream_id}%`)
      assert.deepEqual(left, [])
    })
  })
}
