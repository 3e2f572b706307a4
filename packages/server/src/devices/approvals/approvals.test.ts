import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import type { TestApplication } from '../../../test/applications.ts'
import {
  anApplication,
  answerAt,
  authorizePath,
  callback,
  sealedIn,
  TestBrowser,
  verifier,
} from '../../../test/authorization.ts'
import {
  type BrowserPasskey,
  createPasskey,
  offered,
  register,
  signInWith,
  usePasskey,
  withPasskey,
} from '../../../test/browser-passkeys.ts'
import { type Home, type Lamp, type Listening, openHome } from '../../../test/home.ts'
import { takeLetters } from '../../../test/letters.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { insertAddress, setPrimary, setProven } from '../../accounts/addresses/store.ts'
import { decideApproval } from './store.ts'

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`commands that an agent asks its person for, on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ben: SignedIn
    let lamp: Lamp
    let other: Lamp
    let live: Listening
    let agent: TestApplication
    let butler: string
    let passkey: BrowserPasskey
    let ofEve: BrowserPasskey
    const got: [string, string][] = []
    /** What happens before the lamp answers. */
    let meanwhile: () => Promise<void>
    const browsers = new Map<string, TestBrowser>()
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      ben = await house.signedIn('ben')
      lamp = await house.lampOf(ada)
      other = await house.lampOf(ada)
      live = await lamp.connect({
        async onMessage({ topic, payload }) {
          const [, , , rid = '', method = ''] = topic.split('/')
          got.push([method, `${payload}`])
          await meanwhile()
          await live.publish(`d/${lamp.uid}/cmd/${rid}/res/200`, '{"open":true}', { qos: 1 })
        },
      })
      await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
      const made = createPasskey(await offered(house, ada.token))
      passkey = made.passkey
      assert.equal((await register(house, ada.token, made.credential)).status, 201)
      ofEve = (await withPasskey(house, 'eve')).passkey
      const [ofAda, ofBen] = [new TestBrowser(house), new TestBrowser(house)]
      await ofAda.signInWith(passkey)
      await ofBen.signIn('ben')
      browsers.set('ada', ofAda).set('ben', ofBen)
    })
    after(() => house.close())
    beforeEach(async () => {
      got.length = 0
      meanwhile = async () => {}
      // Each has asked nobody yet.
      agent = await anApplication(house, { name: 'Butler', type: 'agent' })
      ada = { ...ada, token: (await signInWith(house, passkey)).body.access_token }
      butler = await agentToken()
    })

    const agentToken = async (
      by = ada,
      details: object[] = [
        { type: 'device', identifier: lamp.uid, actions: ['view', 'control'], methods: ['switch'] },
      ],
    ) => {
      const browser = browsers.get(by.username)!
      const page = await browser.get(
        authorizePath(agent, {
          ...{ scope: 'openid', prompt: 'consent', authorization_details: JSON.stringify(details) },
        }),
      )
      const answer = await browser.post('/oauth/authorize/continue', {
        request: sealedIn(page),
        answer: 'allow',
      })
      const { body } = await house.call('POST', '/oauth/token', {
        form: {
          ...{ grant_type: 'authorization_code', redirect_uri: callback, code_verifier: verifier },
          ...{ client_id: agent.id, client_secret: agent.secret, code: answerAt(answer).get('code') ?? '' },
        },
      })
      return body.access_token
    }
    const ask = (method = 'unlock', payload: unknown = { door: 'front' }, token = butler, uid = lamp.uid) =>
      house.call('POST', `/v1/devices/${uid}/commands/${method}`, {
        token,
        body: { payload },
        address: '192.0.2.7',
        headers: { 'user-agent': 'butler/1' },
      })
    const asked = async (...of: Parameters<typeof ask>) => {
      const answer = await ask(...of)
      assert.equal(answer.status, 202, answer.text)
      return String(answer.body.id)
    }
    const options = async (id: string, token = ada.token) => {
      const { body } = await house.call('POST', `/v1/me/approvals/${id}/options`, { token })
      return body.public_key as { challenge: string; rpId: string }
    }
    const allow = (id: string, passkeyJson?: object, token = ada.token) =>
      house.call('POST', `/v1/me/approvals/${id}/allow`, {
        token,
        body: passkeyJson ? { passkey: passkeyJson } : {},
      })
    const deny = (id: string, token = ada.token) =>
      house.call('POST', `/v1/me/approvals/${id}/deny`, { token })
    const seen = (id: string, token = butler) => house.call('GET', `/v1/approvals/${id}`, { token })

    test('one tap lets one command through, and the agent reads what the device has said', async () => {
      const id = await asked()
      assert.equal((await seen(id)).body.state, 'waiting')
      const list = await house.call('GET', '/v1/me/approvals', { token: ada.token })
      const first = list.body.items[0]!
      assert.deepEqual(
        [first.id, first.device_name, first.method, first.payload, first.application_name, first.address],
        [id, 'a lamp', 'unlock', { door: 'front' }, 'Butler', '192.0.2.7'],
      )
      assert.equal(first.user_agent, 'butler/1')
      assert.deepEqual(got, [])
      const answer = await allow(id, usePasskey(passkey, await options(id)))
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual(
        [answer.body.state, answer.body.reply],
        ['answered', { status: 200, payload: { open: true } }],
      )
      assert.deepEqual(got, [['unlock', '{"door":"front"}']])
      assert.deepEqual((await seen(id)).body, answer.body)
      const [line] = await house.written({ event: 'device.command', outcome: 'success' })
      assert.equal(line?.subject, ada.id)
      const details = JSON.parse(line?.details ?? '')
      assert.deepEqual([details.method, details.approval, details.application], ['unlock', id, agent.id])
      await house.written({ event: 'approval.ask', subject: ada.id, client_id: agent.id })
      await house.written({ event: 'approval.allow', subject: ada.id })
    })

    test('the agent reads that it was sent while the device has not answered', async () => {
      const id = await asked()
      let states: readonly unknown[] = []
      meanwhile = async () => {
        const { body } = await seen(id)
        states = [body.state, body.reply, body.failure]
      }
      const { body } = await allow(id, usePasskey(passkey, await options(id)))
      assert.deepEqual([body.state, states], ['answered', ['sent', null, null]])
    })

    test('a command of which nobody has written down what became of it is sent for a minute, and has failed then', async () => {
      const id = await asked()
      const sent = { id, userId: ada.id, isAllowed: true, now: house.world.now() }
      await house.app.db.transaction((tx) => decideApproval(tx, sent))
      house.world.advance(59_999)
      assert.equal((await seen(id)).body.state, 'sent')
      house.world.advance(1)
      const { body } = await seen(id)
      assert.deepEqual([body.state, body.failure, body.reply], ['failed', 'internal', null])
    })

    test('what was let be done is asked of nobody', async () => {
      assert.equal((await ask('switch', 1)).status, 200)
      assert.deepEqual(got, [['switch', '1']])
    })

    test('a command that is refused is not sent, and is decided once', async () => {
      const id = await asked()
      assert.equal((await deny(id)).status, 204)
      assert.equal((await seen(id)).body.state, 'denied')
      assert.equal((await deny(id)).body.code, 'approval_over')
      assert.equal((await allow(id, usePasskey(passkey, await options(id)))).body.code, 'approval_over')
      // Nobody is asked to confirm what cannot be.
      assert.equal((await allow(id)).body.code, 'approval_over')
      assert.deepEqual(got, [])
    })

    test('what is over is so before anybody is asked to confirm it', async () => {
      const id = await asked()
      assert.equal((await allow(id)).body.code, 'passkey_refused')
      await house.app.db.transaction((tx) =>
        tx.query('UPDATE command_approvals SET expires_at = $1 WHERE id = $2', house.world.now(), id),
      )
      assert.equal((await allow(id)).body.code, 'approval_over')
    })

    test('of 64 answers at once one counts', async () => {
      const id = await asked()
      const asks = await options(id)
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, at) =>
          at % 2 === 0 ? allow(id, usePasskey(passkey, asks)) : deny(id),
        ),
      )
      assert.equal(answers.filter(({ status }) => status < 300).length, 1)
      assert.ok(got.length <= 1)
    })

    test('the answer to one command is good for no other', async () => {
      const [first, second] = [await asked('unlock'), await asked('open')]
      const answered = usePasskey(passkey, await options(first))
      assert.equal((await allow(second, answered)).body.code, 'passkey_refused')
      assert.equal((await allow(first, answered)).status, 200)
      assert.deepEqual(
        got.map(([method]) => method),
        ['unlock'],
      )
    })

    test('whoever has a passkey uses it, however lately they have signed in', async () => {
      const id = await asked()
      assert.equal((await allow(id)).body.code, 'passkey_refused')
      assert.equal((await seen(id)).body.state, 'waiting')
    })

    const wrong: [string, string, (asks: { challenge: string; rpId: string }) => object | undefined][] = [
      [
        'with a challenge of its own',
        'challenge_mismatch',
        (asks) => usePasskey(passkey, { ...asks, challenge: 'AAAA' }),
      ],
      ['with nobody verified', 'user_not_verified', (asks) => usePasskey(passkey, asks, { flags: 1 })],
      ['with nobody there', 'user_not_present', (asks) => usePasskey(passkey, asks, { flags: 4 })],
      [
        'with another site',
        'origin_mismatch',
        (asks) => usePasskey(passkey, asks, { origin: 'https://evil.example' }),
      ],
      [
        'with another domain',
        'rp_id_mismatch',
        (asks) => usePasskey(passkey, asks, { rpId: 'evil.example' }),
      ],
      [
        'with another key',
        'credential_unknown',
        (asks) => usePasskey(passkey, asks, { id: Buffer.from('another') }),
      ],
      ['of somebody else', 'credential_unknown', (asks) => usePasskey(ofEve, asks)],
      [
        'with a registration',
        'type_mismatch',
        (asks) => usePasskey(passkey, asks, { type: 'webauthn.create' }),
      ],
      ['that is not sent', 'passkey_missing', () => undefined],
    ]
    for (const [name, reason, made] of wrong) {
      test(`a passkey ${name} lets nothing through, and the log says why`, async () => {
        const id = await asked()
        const answer = await allow(id, made(await options(id)))
        assert.deepEqual([answer.status, answer.body.code], [403, 'passkey_refused'])
        assert.deepEqual(got, [])
        await house.app.activity.flushRefusals(true)
        const line = house.events.findLast(({ outcome }) => outcome === 'refused')
        assert.deepEqual([line?.event, line?.subject, line?.reason], ['user.sign_in', ada.id, reason])
      })
    }

    test('a passkey whose counter another use has passed meanwhile lets nothing through', async (t) => {
      const count = (signCount: number) =>
        house.app.db.transaction((tx) =>
          tx.query('UPDATE passkeys SET sign_count = $2 WHERE user_id = $1', ada.id, signCount),
        )
      const id = await asked()
      const answered = usePasskey(passkey, await options(id))
      const happened = beforeTransaction(t, house, 1, () => count(9))
      t.after(() => count(0))
      const answer = await allow(id, answered)
      assert.ok(happened())
      assert.deepEqual([answer.status, answer.body.code], [403, 'passkey_refused'])
      assert.deepEqual([got, (await seen(id)).body.state], [[], 'waiting'])
      await house.app.activity.flushRefusals(true)
      const line = house.events.findLast(({ outcome }) => outcome === 'refused')
      assert.deepEqual(
        [line?.event, line?.subject, line?.reason],
        ['user.sign_in', ada.id, 'counter_not_higher'],
      )
    })

    test('what was asked for ends with the agent', async () => {
      const id = await asked()
      await house.call('DELETE', `/v1/me/applications/${agent.id}`, { token: ada.token })
      assert.equal((await allow(id, usePasskey(passkey, await options(id)))).body.code, 'approval_over')
      assert.deepEqual(got, [])
    })

    test('nobody decides for somebody else, and an agent decides nothing', async () => {
      const id = await asked()
      for (const token of [ben.token, house.admin.token]) {
        assert.equal((await seen(id, token)).status, 404)
        assert.equal((await deny(id, token)).status, 404)
        assert.equal((await allow(id, usePasskey(passkey, await options(id)), token)).status, 404)
      }
      for (const path of [`/v1/me/approvals/${id}/deny`, `/v1/me/approvals/${id}/options`]) {
        assert.equal((await house.call('POST', path, { token: butler })).status, 403)
      }
      assert.equal((await allow(id, usePasskey(passkey, await options(id)), butler)).status, 403)
      assert.equal((await house.call('GET', '/v1/me/approvals', { token: butler })).status, 403)
    })

    test('another application does not see what an agent has asked for', async () => {
      const id = await asked()
      const shop = await anApplication(house, { name: 'Other', type: 'agent' })
      const mine = agent
      agent = shop
      const its = await agentToken()
      agent = mine
      assert.equal((await seen(id, its)).status, 404)
    })

    test('an agent asks for devices that it was let use, and does not learn of others', async () => {
      assert.equal((await ask('unlock', {}, butler, other.uid)).status, 404)
      const viewing = await agentToken(ada, [{ type: 'device', identifier: lamp.uid, actions: ['view'] }])
      assert.equal((await ask('unlock', {}, viewing)).status, 202)
    })

    test('an application that is no agent asks nobody', async () => {
      const shop = await anApplication(house, { name: 'Shop' })
      const mine = agent
      agent = shop
      const its = await agentToken()
      agent = mine
      assert.equal((await ask('unlock', {}, its)).status, 403)
    })

    test('nobody is asked until they give in', async () => {
      for (let count = 0; count < 3; count += 1) await asked()
      const fourth = await ask()
      assert.deepEqual([fourth.status, fourth.body.code], [429, 'too_many_requests'])
      for (let count = 3; count < 20; count += 1) {
        const { body } = await house.call('GET', '/v1/me/approvals', { token: ada.token })
        for (const { id, state } of body.items) if (state === 'waiting') await deny(id)
        await asked()
      }
      const { body } = await house.call('GET', '/v1/me/approvals', { token: ada.token })
      for (const { id, state } of body.items) if (state === 'waiting') await deny(id)
      assert.equal((await ask()).status, 429)
    })

    test('what nobody could read is not asked for', async () => {
      // As JSON, with its quotes.
      await asked('unlock', 'x'.repeat(1_998))
      assert.equal((await ask('unlock', 'x'.repeat(1_999))).status, 403)
    })

    test('a device that does not get it is told to both', async () => {
      const away = await agentToken(ada, [{ type: 'device', identifier: other.uid, actions: ['view'] }])
      const id = await asked('unlock', {}, away, other.uid)
      const { body } = await allow(id, usePasskey(passkey, await options(id)))
      assert.deepEqual([body.state, body.failure], ['failed', 'device_offline'])
      assert.equal((await seen(id, away)).body.failure, 'device_offline')
    })

    test('who may not send it themselves lets nothing through', async () => {
      await house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation: 'viewer' },
      })
      const ofBen = await agentToken(ben, [{ type: 'device', identifier: lamp.uid, actions: ['view'] }])
      assert.equal((await ask('unlock', {}, ofBen)).status, 403)
      await house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation: 'controller' },
      })
      const id = await asked('unlock', {}, ofBen)
      await house.call('DELETE', `/v1/devices/${lamp.uid}/shares/${ben.id}`, { token: ada.token })
      assert.equal((await allow(id, undefined, ben.token)).status, 404)
    })

    test('somebody without a passkey signs in again after it was asked for', async () => {
      await house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation: 'controller' },
      })
      const login = () =>
        house.call('POST', '/v1/login', { body: { username: 'ben', password: ben.password } })
      const before = (await login()).body.access_token
      const ofBen = await agentToken(ben)
      house.world.advance(1)
      const id = await asked('unlock', {}, ofBen)
      assert.equal(await options(id, before), null)
      const refused = await allow(id, undefined, before)
      assert.deepEqual([refused.status, refused.body.code], [401, 'insufficient_user_authentication'])
      const answer = await allow(id, undefined, (await login()).body.access_token)
      assert.deepEqual([answer.status, answer.body.state], [200, 'answered'])
    })

    test('after ten minutes it is over', async () => {
      const id = await asked()
      house.world.advance(600_000)
      const token = (await signInWith(house, passkey)).body.access_token
      assert.equal(
        (await allow(id, usePasskey(passkey, await options(id, token)), token)).body.code,
        'approval_over',
      )
      assert.equal((await deny(id, token)).body.code, 'approval_over')
      const list = await house.call('GET', '/v1/me/approvals', { token })
      assert.equal(list.body.items[0]?.state, 'over')
    })

    test('the person is written to, and not without end', async () => {
      house.world.advance(3_600_001)
      ada = { ...ada, token: (await signInWith(house, passkey)).body.access_token }
      butler = await agentToken()
      await house.app.db.transaction(async (tx) => {
        const row = {
          ...{ id: 'adr_1', user_id: ada.id, address: 'ada@example.com', address_key: 'ada@example.com' },
          ...{ language: 'en' as const, created_at: house.world.now(), proven_at: null, is_primary: 0 },
        }
        await insertAddress(tx, row)
        await setProven(tx, 'adr_1', house.world.now())
        await setPrimary(tx, ada.id, 'adr_1')
      })
      await takeLetters(house.app)
      for (let count = 0; count < 8; count += 1) await deny(await asked())
      const letters = (await takeLetters(house.app)).filter(({ letter }) => letter === 'command_asked')
      assert.equal(letters.length, 6)
      assert.equal(letters[0]?.subject, 'Butler asks you for a command')
      assert.match(letters[0]?.text ?? '', /unlock to a lamp/)
      assert.doesNotMatch(letters[0]?.text ?? '', /front/)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
