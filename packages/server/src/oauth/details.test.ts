import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import type { SignedIn } from '../../test/app.ts'
import type { TestApplication } from '../../test/applications.ts'
import {
  anApplication,
  answerAt,
  authorizePath,
  callback,
  sealedIn,
  TestBrowser,
  verifier,
} from '../../test/authorization.ts'
import { type Home, type Lamp, openHome } from '../../test/home.ts'
import { narrowedDetails, readAskedDetails, scopesBeside } from './details.ts'
import { deviceCodeGrant } from './device/ask.ts'

const nowMs = 1_800_000_000_000
const end = nowMs / 1000 + 60
const porch = { type: 'device', identifier: 'porch', actions: ['view', 'control'] } as const
const onlyOn = { ...porch, methods: ['on'] }
const ending = { ...porch, expires_at: end }
const over = { ...porch, expires_at: nowMs / 1000 }
const all = ['openid', 'devices:view', 'devices:control']

for (const [name, details, more, reason] of [
  ['details', [porch], {}, undefined],
  ['details that end', [ending], {}, undefined],
  ['details that are none', 7, {}, 'details_malformed'],
  ['details and a resource', [porch], { resource: 'https://pages.example' }, 'details_elsewhere'],
  ['details of which one is over', [{ ...porch, identifier: 'door' }, over], {}, 'details_over'],
  ['details beyond its scopes', [porch], { scopes: ['devices:view'] }, 'details_not_allowed'],
  ['no more than its scopes', [{ ...porch, actions: ['view'] }], { scopes: ['devices:view'] }, undefined],
] as const) {
  test(`a request with ${name} is ${reason ?? 'read'}`, () => {
    const asking = { text: JSON.stringify(details), scopes: all, resource: undefined, ...more }
    const read = readAskedDetails(asking, nowMs)
    if (reason === undefined) assert.deepEqual(read, details)
    else assert.equal(read && 'reason' in read && read.reason, reason)
    assert.equal(readAskedDetails({ ...asking, text: undefined }, nowMs), undefined)
  })
}

for (const [details, scopes, wanted] of [
  [undefined, undefined, undefined],
  [undefined, ['devices:view'], ['devices:view']],
  [[porch], undefined, ['devices:view', 'devices:control', 'openid']],
  [[porch], ['openid', 'devices:bind'], ['devices:view', 'devices:control', 'openid']],
  [[{ ...porch, actions: ['view'] }], ['offline_access'], ['devices:view', 'offline_access']],
] as const) {
  test(`beside ${details ? 'details' : 'none'}, ${scopes ?? 'no scopes'} become ${wanted ?? 'none'}`, () => {
    assert.deepEqual(scopesBeside(details, scopes, [...all, 'offline_access']), wanted)
  })
}

for (const [name, granted, asked, wanted] of [
  ['nothing of nothing', undefined, undefined, undefined],
  ['nothing, of what is in force', [ending], undefined, [ending]],
  ['nothing, of what is over', [over], undefined, []],
  ['a device where nothing limits it', undefined, [porch], [porch]],
  ['the same', [porch], [porch], [porch]],
  ['less to do', [porch], [{ ...porch, actions: ['view'] }], [{ ...porch, actions: ['view'] }]],
  ['more to do', [{ ...porch, actions: ['view'] }], [porch], 'details_widened'],
  ['another device', [porch], [{ ...porch, identifier: 'door' }], 'details_widened'],
  ['one of two devices', [{ ...porch, identifier: 'door' }, porch], [porch], [porch]],
  ['the same methods', [onlyOn], [onlyOn], [onlyOn]],
  ['another method', [onlyOn], [{ ...porch, methods: ['off'] }], 'details_widened'],
  ['every method', [onlyOn], [porch], 'details_widened'],
  ['no commands', [onlyOn], [{ ...porch, actions: ['view'] }], [{ ...porch, actions: ['view'] }]],
  ['the same end', [ending], [ending], [ending]],
  ['a later end', [ending], [{ ...porch, expires_at: end + 1 }], 'details_widened'],
  ['an earlier end', [ending], [{ ...porch, expires_at: end - 1 }], [{ ...porch, expires_at: end - 1 }]],
  ['no end', [ending], [porch], 'details_widened'],
  ['what is over by now', [porch], [over], []],
  ['what is none', [porch], 7, 'details_malformed'],
] as const) {
  test(`of what was granted, a token asks for ${name}`, () => {
    const narrow = () =>
      narrowedDetails(granted, asked === undefined ? undefined : JSON.stringify(asked), nowMs)
    if (typeof wanted === 'string') assert.throws(narrow, { code: 'details_invalid', reason: wanted })
    else assert.deepEqual(narrow(), wanted)
  })
}

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`authorization details (RFC 9396) on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let browser: TestBrowser
    let lamp: Lamp
    let other: Lamp
    let stranger: Lamp
    let shop: TestApplication
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      lamp = await house.lampOf(ada)
      other = await house.lampOf(ada)
      stranger = await house.lampOf(await house.signedIn('ben'))
      shop = await anApplication(house)
      browser = new TestBrowser(house)
      await browser.signIn('ada')
    })
    after(() => house.close())

    const scope = 'openid'
    const detail = (more: object = {}) => ({
      ...{ type: 'device', identifier: lamp.uid, actions: ['view', 'control'], methods: ['switch'], ...more },
    })
    const ask = (details: unknown, more: Record<string, string | undefined> = {}, of = shop) =>
      browser.get(authorizePath(of, { scope, authorization_details: JSON.stringify(details), ...more }))
    const allow = async (page: Awaited<ReturnType<typeof ask>>) =>
      answerAt(await browser.post('/oauth/authorize/continue', { request: sealedIn(page), answer: 'allow' }))
    const token = (form: Record<string, string>, { id, secret } = shop) =>
      house.call('POST', '/oauth/token', { form: { client_id: id, client_secret: secret, ...form } })
    const redeem = (code: string | null, more: Record<string, string> = {}, of = shop) =>
      token(
        {
          ...{ grant_type: 'authorization_code', redirect_uri: callback, code_verifier: verifier },
          ...{ code: code ?? '', ...more },
        },
        of,
      )
    /** Tokens of an application that the person has just let in for this. */
    const letIn = async (details: unknown, more: Record<string, string> = {}, of = shop) => {
      const page = await ask(details, { prompt: 'consent', ...more }, of)
      const { status, body } = await redeem((await allow(page)).get('code'), {}, of)
      assert.equal(status, 200)
      return body as unknown as { access_token: string; refresh_token: string; scope: string }
    }
    const call = (method: string, path: string, by: { access_token: string }, body?: object) =>
      house.call(method, path, { token: by.access_token, ...(body && { body }) })

    test('the person reads what it is about, and the token says it and nothing more', async () => {
      const page = await ask([detail()])
      assert.match(
        page.text,
        new RegExp(`a lamp \\(${lamp.uid}\\): see what it reports, send it the commands switch`),
      )
      assert.match(page.text, /nothing with any other/)
      assert.doesNotMatch(page.text, /command your devices/)
      const { body } = await redeem((await allow(page)).get('code'))
      assert.deepEqual(body.authorization_details, [detail()])
      assert.equal(body.scope, 'devices:view devices:control openid')
      assert.deepEqual(decodeUnverified(body.access_token).claims.authorization_details, [detail()])
      const told = await house.call('POST', '/oauth/introspect', {
        form: { client_id: shop.id, client_secret: shop.secret, token: body.access_token },
      })
      assert.deepEqual(told.body.authorization_details, [detail()])
    })

    test('without a scope they go with all that the application may have, but for what outlives a session', async () => {
      const asking = await anApplication(house)
      const { body } = await redeem(
        (await allow(await ask([detail()], { scope: undefined }, asking))).get('code'),
        {},
        asking,
      )
      assert.equal(body.scope, 'devices:view devices:control openid profile email')
    })

    test('a token with details does what they say with the device that they name', async () => {
      const mine = await letIn([detail()])
      const uses: [string, string, object | undefined, number, string?][] = [
        ['GET', `/v1/devices/${lamp.uid}`, undefined, 200],
        ['GET', `/v1/devices/${lamp.uid}/telemetry`, undefined, 200],
        // The lamp is not connected: the command was let through.
        ['POST', `/v1/devices/${lamp.uid}/commands/switch`, {}, 409, 'device_offline'],
        ['POST', `/v1/devices/${lamp.uid}/commands/unlock`, {}, 403, 'permission_missing'],
        ['PATCH', `/v1/devices/${lamp.uid}/state`, { desired: { on: true } }, 403, 'permission_missing'],
        ['GET', `/v1/devices/${lamp.uid}/shares`, undefined, 403, 'permission_missing'],
        ['GET', `/v1/devices/${other.uid}`, undefined, 404, 'device_not_found'],
        ['POST', `/v1/devices/${other.uid}/commands/switch`, {}, 404, 'device_not_found'],
        ['GET', `/v1/devices/${stranger.uid}`, undefined, 404, 'device_not_found'],
      ]
      for (const [method, path, body, status, code] of uses) {
        const answer = await call(method, path, mine, body)
        assert.deepEqual([path, answer.status, answer.body.code], [path, status, code])
      }
      const list = await call('GET', '/v1/devices', mine)
      assert.deepEqual(
        list.body.items.map(({ uid }: { uid: string }) => uid),
        [lamp.uid],
      )
    })

    test('details without methods let every command through, and the shadow be set', async () => {
      const mine = await letIn([{ type: 'device', identifier: lamp.uid, actions: ['view', 'control'] }])
      const set = await call('PATCH', `/v1/devices/${lamp.uid}/state`, mine, { desired: { on: true } })
      assert.equal(set.status, 200)
      const sent = await call('POST', `/v1/devices/${lamp.uid}/commands/unlock`, mine, {})
      assert.equal(sent.body.code, 'device_offline')
    })

    test('the same holds over MQTT', async () => {
      const { access_token } = await letIn([detail()])
      const client = await house.app5({ token: access_token })
      await client.subscribe(`d/${lamp.uid}/tele/#`)
      for (const filter of [`d/${other.uid}/tele/#`, `d/${lamp.uid}/cmd/#`]) {
        await assert.rejects(client.subscribe(filter), { reason: 'not_authorized' }, filter)
      }
      await assert.rejects(client.publish(`d/${lamp.uid}/cmd/r/unlock`, '', { qos: 1 }), {
        reason: 'not_authorized',
      })
      await assert.rejects(client.publish(`d/${lamp.uid}/cmd/r/switch`, '', { qos: 1 }), {
        reason: 'implementation_specific_error',
      })
      await client.end()
    })

    test('what was let be done with one device is no consent to another, nor to all of them', async () => {
      await letIn([detail()])
      assert.equal((await ask([detail()])).status, 303)
      const others = [
        await ask([detail({ identifier: other.uid })]),
        await ask([detail({ methods: ['unlock'] })]),
        await ask([detail({ methods: undefined })]),
        await browser.get(authorizePath(shop, { scope: 'openid devices:view devices:control' })),
      ]
      for (const page of others) assert.match(page.text, /Let Shop in\?/)
    })

    test('a device that the person does not have is not told apart from others, and never granted', async () => {
      const foreign = detail({ identifier: stranger.uid })
      const silent = answerAt(await ask([foreign], { prompt: 'none' }))
      assert.equal(silent.get('error'), 'consent_required')
      const page = await ask([foreign])
      assert.match(page.text, /it asks for devices that you do not have/)
      assert.doesNotMatch(page.text, new RegExp(stranger.uid))
      assert.equal((await allow(page)).get('error'), 'access_denied')
      const both = await redeem((await allow(await ask([foreign, detail()]))).get('code'))
      assert.deepEqual(both.body.authorization_details, [detail()])
    })

    test('an end stands on the page in words, in the language of the reader', async () => {
      const end = Date.UTC(2027, 0, 15, 8) / 1000
      const path = authorizePath(shop, {
        ...{ scope, prompt: 'consent', authorization_details: JSON.stringify([detail({ expires_at: end })]) },
      })
      assert.match((await browser.get(path)).text, /until 15 Jan 2027, 08:00 UTC/)
      const chinese = await browser.get(path, { 'accept-language': 'zh-TW' })
      assert.match(chinese.text, /2027年1月15日.*UTC/)
    })

    test('a token never outlives a detail, and what is over is in no token', async () => {
      const end = Math.floor(house.world.now() / 1000) + 100
      const mine = await letIn([detail({ expires_at: end }), detail({ identifier: other.uid })])
      assert.equal(decodeUnverified(mine.access_token).claims.exp, end)
      assert.equal((await call('GET', `/v1/devices/${lamp.uid}`, mine)).status, 200)
      house.world.advance(100_000)
      assert.equal((await call('GET', `/v1/devices/${lamp.uid}`, mine)).body.code, 'token_invalid')
      const { body } = await token({ grant_type: 'refresh_token', refresh_token: mine.refresh_token })
      assert.deepEqual(body.authorization_details, [detail({ identifier: other.uid })])
      const after = { access_token: String(body.access_token) }
      assert.equal((await call('GET', `/v1/devices/${lamp.uid}`, after)).status, 404)
      assert.equal((await call('GET', `/v1/devices/${other.uid}`, after)).status, 200)
    })

    test('of details that end at different times, a token ends with the first', async () => {
      const now = Math.floor(house.world.now() / 1000)
      const mine = await letIn([
        detail({ expires_at: now + 110 }),
        detail({ identifier: other.uid, expires_at: now + 100 }),
      ])
      assert.equal(decodeUnverified(mine.access_token).claims.exp, now + 100)
    })

    test('when the last detail is over, the token is for no device at all', async () => {
      const mine = await letIn([detail({ expires_at: Math.floor(house.world.now() / 1000) + 100 })])
      house.world.advance(100_000)
      const { body } = await token({ grant_type: 'refresh_token', refresh_token: mine.refresh_token })
      assert.deepEqual(body.authorization_details, [])
      const list = await call('GET', '/v1/devices', { access_token: String(body.access_token) })
      assert.deepEqual(list.body.items, [])
    })

    test('a refresh may narrow its token, and never widen it', async () => {
      const mine = await letIn([detail()])
      const refresh = (details: unknown) =>
        token({
          ...{ grant_type: 'refresh_token', refresh_token: mine.refresh_token },
          authorization_details: JSON.stringify(details),
        })
      const wider: object[] = [
        detail({ identifier: other.uid }),
        detail({ methods: undefined }),
        detail({ methods: ['switch', 'unlock'] }),
        detail({ actions: ['own'] }),
      ]
      for (const more of wider) {
        const { status, body } = await refresh([more])
        assert.deepEqual([status, body.error], [400, 'invalid_authorization_details'])
      }
      const narrow = { type: 'device', identifier: lamp.uid, actions: ['view'] }
      const { body } = await refresh([narrow])
      assert.deepEqual(body.authorization_details, [narrow])
      const { claims } = decodeUnverified(String(body.access_token))
      assert.deepEqual(claims.authorization_details, [narrow])
      const after = { access_token: String(body.access_token) }
      const sent = await call('POST', `/v1/devices/${lamp.uid}/commands/switch`, after, {})
      assert.equal(sent.body.code, 'permission_missing')
    })

    test('a device without a browser asks the same way', async () => {
      const viewer = await anApplication(house, {
        ...{ name: 'Viewer', grants: [deviceCodeGrant], redirect_uris: [] },
      })
      const begin = (details: unknown) =>
        house.call('POST', '/oauth/device_authorization', {
          form: {
            ...{ client_id: viewer.id, client_secret: viewer.secret },
            authorization_details: JSON.stringify(details),
          },
        })
      assert.equal((await begin('all')).body.error, 'invalid_authorization_details')
      const { body } = await begin([detail(), detail({ identifier: stranger.uid })])
      const page = await browser.post('/device', { user_code: String(body.user_code) })
      assert.match(page.text, /a lamp .*: see what it reports, send it the commands switch/)
      assert.doesNotMatch(page.text, new RegExp(stranger.uid))
      await browser.post('/device/answer', { user_code: String(body.user_code), answer: 'allow' })
      const form = { grant_type: deviceCodeGrant, device_code: String(body.device_code) }
      const answer = await token(form, viewer)
      assert.deepEqual(answer.body.authorization_details, [detail()])
    })

    test('a grant that has none refuses them', async () => {
      const answer = await token({ grant_type: 'client_credentials', authorization_details: '[]' })
      assert.equal(answer.body.error, 'invalid_authorization_details')
    })

    const malformed: [string, () => unknown, Record<string, string>?][] = [
      ['no list', () => detail()],
      ['an empty list', () => []],
      ['another type', () => [detail({ type: 'account' })]],
      ['no type', () => [detail({ type: undefined })]],
      ['no device', () => [detail({ identifier: undefined })]],
      ['no name of a device', () => [detail({ identifier: 'a b' })]],
      ['one device twice', () => [detail(), detail({ methods: ['other'] })]],
      ['an action that nobody grants', () => [detail({ actions: ['own'] })]],
      ['no action', () => [detail({ actions: [] })]],
      ['an action twice', () => [detail({ actions: ['view', 'view'] })]],
      ['methods without control', () => [detail({ actions: ['view'] })]],
      ['no method', () => [detail({ methods: [] })]],
      ['a method of two levels', () => [detail({ methods: ['a/b'] })]],
      ['an end that is over', () => [detail({ expires_at: 1 })]],
      ['an end in words', () => [detail({ expires_at: 'soon' })]],
      ['an end within a second', () => [detail({ expires_at: 4e9 + 0.5 })]],
      ['a member that is not known', () => [detail({ locations: ['x'] })]],
      ['eleven devices', () => Array.from({ length: 11 }, (_, at) => detail({ identifier: `d${at}` }))],
      ['a service besides', () => [detail()], { resource: 'https://pages.example' }],
    ]
    for (const [name, details, more] of malformed) {
      test(`a request with ${name} is refused`, async () => {
        const answer = answerAt(await ask(details(), more))
        assert.equal(answer.get('error'), 'invalid_authorization_details')
      })
    }

    test('an application that may not ask for commands does not get them by details', async () => {
      const viewer = await anApplication(house, { scopes: ['openid', 'devices:view'] })
      const answer = answerAt(await ask([detail()], {}, viewer))
      assert.equal(answer.get('error'), 'invalid_authorization_details')
      assert.equal(
        (await letIn([{ ...detail({ actions: ['view'] }), methods: undefined }], {}, viewer)).scope,
        'devices:view openid',
      )
    })

    test('an agent is named in each token, by every grant, and its socket ends with what it was let do', async () => {
      const agent = await anApplication(house, {
        ...{
          name: 'Butler',
          type: 'agent',
          grants: ['authorization_code', 'refresh_token', deviceCodeGrant],
        },
      })
      const acts = (text: string) => decodeUnverified(text).claims.act
      const page = await ask([detail()], {}, agent)
      assert.match(page.text, /it has to ask you each time/)
      const { body } = await redeem((await allow(page)).get('code'), {}, agent)
      assert.deepEqual(acts(body.access_token), { sub: agent.id })
      const form = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
      const refreshed = await token(form, agent)
      assert.deepEqual(acts(refreshed.body.access_token), { sub: agent.id })

      const begun = await house.call('POST', '/oauth/device_authorization', {
        form: { client_id: agent.id, client_secret: agent.secret },
      })
      await browser.post('/device/answer', { user_code: String(begun.body.user_code), answer: 'allow' })
      const code = { grant_type: deviceCodeGrant, device_code: String(begun.body.device_code) }
      const onDevice = await token(code, agent)
      assert.deepEqual(acts(onDevice.body.access_token), { sub: agent.id })

      const client = await house.app5({ token: refreshed.body.access_token })
      await client.subscribe(`d/${lamp.uid}/tele/#`)
      const gone = client.closed
      await house.call('DELETE', `/v1/me/applications/${agent.id}`, { token: ada.token })
      await gone
      assert.equal((await call('GET', '/v1/devices', refreshed.body as never)).body.code, 'token_revoked')
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
