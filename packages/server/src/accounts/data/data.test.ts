import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { signInWith, withPasskey } from '../../../test/browser-passkeys.ts'
import { enrol, signInTwice } from '../../../test/factors.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { takeLetters } from '../../../test/letters.ts'
import { openPartner } from '../../../test/partner.ts'
import { engines } from '../../../test/storages.ts'
import { insertSearch } from '../../activity/searches/store.ts'
import { putPlace } from '../../alarms/remembered/store.ts'
import { insertAppPerson } from '../../apps/people/store.ts'
import { insertApproval } from '../../devices/approvals/store.ts'
import { operator } from '../../identity.ts'
import { ownPermissions } from '../../permissions.ts'
import { addAttribute } from '../attributes/attributes.ts'
import { setAttributes } from '../attributes/change.ts'
import { noteSeenClient } from '../notices/store.ts'
import { grant } from '../permissions/grants.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { createUserType } from '../user-types/user-types.ts'
import { downloadDataOf } from './data.ts'

type Held = Readonly<Record<string, unknown>> & {
  readonly sessions: readonly Readonly<Record<string, unknown>>[]
  readonly activity: readonly Readonly<Record<string, unknown>>[]
}

for (const engine of engines) {
  describe(`all that is held about a person, ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    let secret: string
    before(async () => {
      house = await openHome(engine)
      const { app } = house
      await setSignInRule(app, operator, 'customer', { mailCode: false })
      ada = await house.signedIn('ada')
      lamp = await house.lampOf(ada)
      const address = { address: 'ada@example.com', current_password: ada.password }
      await house.call('POST', '/v1/me/addresses', { token: ada.token, body: address })
      const [letter] = await takeLetters(app)
      await house.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      const kind = { kind: 'text', bounds: {}, is_required: false, is_searchable: false } as const
      await addAttribute(app, operator, { ...kind, key: 'note', label: 'Note', person_may: 'nothing' })
      await setAttributes(app, operator, ada.id, { note: 'pays late' })
      const enrolled = { ...ada, ...(await enrol(house, ada.token)) }
      secret = enrolled.authenticator.secret
      const until = house.world.now() + 86_400_000
      await grant(app, operator, ada.id, {
        kind: 'grant',
        permission: 'devices:read',
        reason: 'helps out',
        until,
      })
      ada = { ...ada, token: (await signInTwice(house, enrolled)).access_token }
      const body = { name: 'a script', scopes: ['devices:view'] }
      await house.call('POST', '/v1/api-keys', { token: ada.token, body })
      await takeLetters(app)
    })
    after(() => house.close())

    const download = ({ token }: { token: string }, path = '/v1/me/data') =>
      house.call('POST', path, { token })
    const adminNow = async () => house.signedIn(`admin${Math.random()}`, 'administrator')

    test('is one JSON file, with everything but what is secret', async () => {
      const { status, headers, text } = await download(ada)
      assert.equal(status, 200, text)
      assert.equal(headers.get('content-type'), 'application/json')
      assert.equal(headers.get('content-disposition'), 'attachment; filename="my-data.json"')
      assert.equal(headers.get('cache-control'), 'no-store')
      const held = JSON.parse(text) as Held & Readonly<Record<string, { readonly length: number }>>
      assert.deepEqual(Object.keys(held), [
        ...['format', 'made_at', 'account', 'permissions', 'grants', 'addresses', 'identities'],
        ...['accounts_at_apps', 'attributes', 'factors'],
        ...[
          'known_browsers',
          'seen_clients',
          'sign_in_countries',
          'saved_searches',
          'api_keys',
          'applications',
          'devices',
          'approvals',
          'sessions',
          'activity',
        ],
      ])
      assert.equal((held.account as unknown as SignedIn).username, 'ada')
      assert.deepEqual(held.attributes, { note: 'pays late' })
      assert.deepEqual(
        (held.devices as unknown as { uid: string; relation: string }[]).map(({ uid, relation }) => [
          uid,
          relation,
        ]),
        [[lamp.uid, 'owner']],
      )
      assert.deepEqual(
        (held.api_keys as unknown as { name: string }[]).map(({ name }) => name),
        ['a script'],
      )
      assert.deepEqual([held.grants?.length, held.addresses?.length], [1, 1])
      assert.equal(held.sessions.length, 2)
      const events = held.activity.map(({ event }) => event)
      assert.ok(events.includes('user.download_data') && events.includes('device.bind'))
      assert.ok(held.activity.every(({ subject }) => subject === ada.id))
      const factors = held.factors as unknown as { in_force: boolean; recovery_codes: number }
      assert.deepEqual([factors.in_force, factors.recovery_codes], [true, 10])
      const hidden = await house.app.db.query<{ password_hash: string; secret_sealed: string }>(
        'SELECT password_hash, secret_sealed FROM users JOIN authenticators ON user_id = id WHERE id = $1',
        ada.id,
      )
      const secrets = [secret, ada.token, ...Object.values(hidden[0] ?? {})]
      assert.ok(secrets.length === 4 && secrets.every((one) => !text.includes(one)))
    })

    test('has the countries that alarms remember of a person, and of nobody else', async () => {
      const ben = await house.signedIn('ben-of-spain')
      await house.app.db.transaction(async (tx) => {
        await putPlace(tx, { user_id: ben.id, region: 'ES', at: 1_000 })
        await putPlace(tx, { user_id: ada.id, region: 'FR', at: 1_000 })
      })
      const { text } = await download(ben)
      const { sign_in_countries: countries } = JSON.parse(text) as Readonly<Record<string, unknown>>
      assert.deepEqual(countries, [{ region: 'ES', last_at: '1970-01-01T00:00:01.000Z' }])
    })

    test('has where a person signed in before, and what they have saved to search for', async () => {
      const cyd = await house.signedIn('cyd')
      const query = { outcome: 'refused', subject: cyd.id }
      const at = house.world.now()
      const saved = {
        shared: 0,
        name: 'refused',
        query: JSON.stringify(query),
        created_at: at,
        changed_at: at,
      }
      await house.app.db.transaction(async (tx) => {
        await noteSeenClient(tx, cyd.id, { browser: 'Firefox, Linux', region: 'TW' }, at - 5_000)
        await insertSearch(tx, { ...saved, id: 'srch_cyd', owner: cyd.id })
      })
      const { seen_clients: seen, saved_searches: searches } = JSON.parse((await download(cyd)).text) as Held
      assert.deepEqual(seen, [
        { browser: 'Firefox, Linux', region: 'TW', last_seen_at: new Date(at - 5_000).toISOString() },
      ])
      assert.deepEqual(searches, [{ name: 'refused', query, created_at: new Date(at).toISOString() }])
    })

    test('has what the apps of other companies call a person, and of nobody else', async () => {
      const [dee, ben] = [await house.signedIn('dee'), await house.signedIn('dee-too')]
      const { app } = await openPartner(house, house.admin.token)
      const { body } = await house.call('GET', `/v1/apps/${app}`, { token: house.admin.token })
      await house.app.db.transaction(async (tx) => {
        const row = { app, created_at: 1_000, is_made: 0 }
        await insertAppPerson(tx, { ...row, sub: 'dee-there', user_id: dee.id, last_sign_in_at: 2_000 })
        await insertAppPerson(tx, { ...row, sub: 'ben-there', user_id: ben.id, last_sign_in_at: null })
      })
      const { text } = await download(dee)
      const times = { created_at: '1970-01-01T00:00:01.000Z', last_sign_in_at: '1970-01-01T00:00:02.000Z' }
      assert.deepEqual((JSON.parse(text) as Held).accounts_at_apps, [
        { app, name: body.name, sub: 'dee-there', ...times },
      ])
    })

    test('has all that agents have asked a person for, more than the page of it shows, as it was asked', async () => {
      const [fay, gus] = [await house.signedIn('fay'), await house.signedIn('gus')]
      await house.app.db.transaction(async (tx) => {
        const row = { application: 'cli_agent', uid: lamp.uid, method: 'set', region: 'TW', user_agent: null }
        const times = { created_at: house.world.now(), expires_at: house.world.now() + 1_000 }
        for (let at = 0; at < 201; at += 1) {
          const whose = { user_id: fay.id, session_id: fay.sessionId, id: `apv_fay_${1000 + at}` }
          // A number that no double holds.
          await insertApproval(tx, {
            ...{ ...row, ...times, ...whose, payload: `{"at":${at},"big":12345678901234567890}` },
            address: '192.0.2.8',
          })
        }
        const whose = { user_id: gus.id, session_id: gus.sessionId, id: 'apv_gus' }
        await insertApproval(tx, { ...row, ...times, ...whose, payload: '"secret of gus"', address: '' })
      })
      const { text } = await download(fay)
      const { approvals } = JSON.parse(text) as { approvals: { state: string; device: string }[] }
      assert.deepEqual(
        [approvals.length, approvals[0]?.state, approvals[0]?.device],
        [201, 'waiting', lamp.uid],
      )
      assert.equal(text.match(/"payload":\{"at":\d+,"big":12345678901234567890\}/g)?.length, 201)
      assert.doesNotMatch(text, /secret of gus/)
    })

    test('says of a session which application it is of, and when it ends by itself', async () => {
      const hal = await house.signedIn('hal')
      const endsAt = house.world.now() + 3_600_000
      await house.app.db.transaction((tx) =>
        tx.query(
          `INSERT INTO sessions (id, user_id, client_id, created_at, last_used_at, address, amr, ends_at)
           SELECT 'ses_of_shop', user_id, 'cli_shop', created_at, last_used_at, address, amr, $2
             FROM sessions WHERE user_id = $1`,
          hal.id,
          endsAt,
        ),
      )
      const { sessions } = JSON.parse((await download(hal)).text) as Held
      assert.deepEqual(
        sessions.map((session) => [session.client_id, session.ends_at]),
        [
          ['cli_shop', new Date(endsAt).toISOString()],
          [null, null],
        ],
      )
    })

    test('has the passkeys of a person, as they are shown, after a sign-in by one', async () => {
      const { passkey, passkeyId } = await withPasskey(house, 'keeper')
      const { access_token: token } = (await signInWith(house, passkey)).body
      const { status, text } = await download({ token })
      assert.equal(status, 200, text)
      const { factors } = JSON.parse(text) as { factors: { passkeys: { id: string; name: string }[] } }
      assert.deepEqual(
        factors.passkeys.map(({ id, name }) => [id, name]),
        [[passkeyId, 'Passkey']],
      )
    })

    test('is told by mail and written down, before it is given', async () => {
      await takeLetters(house.app)
      const count = house.events.length
      assert.equal((await download(ada)).status, 200)
      assert.deepEqual(
        (await takeLetters(house.app)).map(({ to, letter, subject }) => [to, letter, subject]),
        [['ada@example.com', 'data_downloaded', 'Your data was downloaded']],
      )
      const rows = house.events.slice(count).map(({ event, subject, target }) => [event, subject, target])
      assert.deepEqual(rows, [['user.download_data', ada.id, ada.id]])
    })

    test('has everything where there is more than a page of it', async () => {
      const ben = await house.signedIn('ben')
      const { username, password } = ben
      for (let count = 0; count < 5; count += 1) {
        const { status } = await house.call('POST', '/v1/login', { body: { username, password } })
        assert.equal(status, 200)
      }
      await house.app.db.transaction(async (tx) => {
        for (let at = 0; at < 450; at += 1)
          await house.app.activity.record(tx, { subject: ben.id }, 'app.publish')
        await tx.query(
          `INSERT INTO sessions (id, user_id, created_at, last_used_at, address, amr, ended_at, end_reason)
           SELECT id || '_' || n, user_id, created_at, last_used_at, address, amr, 1, 'signed_out'
             FROM sessions, (${Array.from({ length: 100 }, (_, n) => `SELECT ${n} AS n`).join(' UNION ALL ')}) many
            WHERE user_id = $1`,
          ben.id,
        )
      })
      const { text } = await download(ben)
      const { sessions, activity } = JSON.parse(text) as Held
      assert.equal(sessions.length, 606)
      assert.equal(new Set(sessions.map(({ id }) => id)).size, 606)
      assert.equal(activity.length, 6 + 450 + 1)
      assert.equal(new Set(activity.map(({ id }) => id)).size, activity.length)
    })

    test('of nobody who has nothing is whole JSON too', async () => {
      const { text } = await download(await house.signedIn('nobody'))
      const held = JSON.parse(text) as Held
      assert.deepEqual([held.devices, held.addresses, held.attributes], [[], [], { note: null }])
    })

    test('is not given by a sign-in of longer ago, and nothing is told', async () => {
      const cleo = await house.signedIn('cleo')
      const count = house.events.length
      house.world.advance(5 * 60_000 + 1)
      const { body } = await house.call('POST', '/v1/refresh', { body: { refresh_token: cleo.refreshToken } })
      const refused = await download({ token: body.access_token })
      assert.deepEqual([refused.status, refused.body.code], [401, 'insufficient_user_authentication'])
      assert.match(refused.headers.get('www-authenticate') ?? '', /max_age="300"/)
      const admin = await adminNow()
      house.world.advance(5 * 60_000 + 1)
      const again = await house.call('POST', '/v1/refresh', { body: { refresh_token: admin.refreshToken } })
      const path = `/v1/users/${cleo.id}/data`
      const late = await download({ token: again.body.access_token }, path)
      assert.equal(late.body.code, 'insufficient_user_authentication')
      assert.deepEqual(
        house.events
          .slice(count)
          .filter(({ event }) => event === 'user.download_data')
          .filter(({ outcome }) => outcome === 'success'),
        [],
      )
    })

    test('is not given to who acts as the person, to services, or to nobody', async () => {
      const admin = await adminNow()
      const dan = await house.signedIn('dan')
      const acting = await house.call('POST', `/v1/users/${dan.id}/act-as`, {
        ...{ token: admin.token, body: { reason: 'a look' } },
      })
      assert.equal(acting.status, 200, acting.text)
      assert.equal((await download({ token: acting.body.access_token })).body.code, 'kind_not_allowed')
      const service = (
        await house.call('POST', '/v1/services', {
          token: admin.token,
          body: { name: 'copier', scopes: ['users:data'] },
        })
      ).body
      const basic = Buffer.from(`${service.id}:${service.secret}`).toString('base64')
      const { access_token: token } = (
        await house.call('POST', '/oauth/token', {
          ...{ form: { grant_type: 'client_credentials' }, headers: { authorization: `Basic ${basic}` } },
        })
      ).body
      for (const path of ['/v1/me/data', `/v1/users/${dan.id}/data`]) {
        assert.equal((await download({ token }, path)).body.code, 'kind_not_allowed')
        assert.equal((await house.call('POST', path)).body.code, 'token_missing')
      }
    })

    test('is given to an administrator with the permission, over who may no more than they do', async () => {
      const admin = await adminNow()
      await createUserType(house.app, operator, {
        ...{ name: 'privacy', description: '', permissions: ['users:data', ...ownPermissions] },
      })
      const officer = await house.signedIn('officer', 'privacy')
      const eve = await house.signedIn('eve')
      const path = `/v1/users/${eve.id}/data`
      const { text, headers } = await download(officer, path)
      assert.equal((JSON.parse(text) as { account: SignedIn }).account.username, 'eve')
      assert.match(headers.get('content-disposition') ?? '', /person\.json/)
      const [last] = house.events.toReversed()
      assert.deepEqual([last?.event, last?.subject, last?.target], ['user.download_data', officer.id, eve.id])
      assert.equal((await download(officer, `/v1/users/${admin.id}/data`)).body.code, 'permission_missing')
      assert.equal((await download(eve, path)).body.code, 'permission_missing')
      assert.equal((await download(officer, '/v1/users/usr_0/data')).body.code, 'user_not_found')
    })

    test('is told to the person where somebody else has downloaded it', async () => {
      await takeLetters(house.app)
      let text = ''
      for await (const part of await downloadDataOf(house.app, operator, ada.id)) text += part
      assert.equal((JSON.parse(text) as { account: SignedIn }).account.id, ada.id)
      assert.deepEqual(
        (await takeLetters(house.app)).map(({ to, subject }) => [to, subject]),
        [['ada@example.com', 'Your data was downloaded by an administrator']],
      )
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.lines, []))
  })
}
