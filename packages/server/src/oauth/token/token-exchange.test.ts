import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
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
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { newClientKey, proofOf } from '../../../test/proofs.ts'
import { operator } from '../../identity.ts'
import { createService, disableService } from '../../services/registered.ts'
import { giveScope, takeScope } from '../../services/scopes/scopes.ts'
import { tokenExchange } from './token-exchange.ts'

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

interface Caller {
  readonly id: string
  readonly secret: string
}

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`token exchange (RFC 8693) on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    let orders: Caller
    let stock: Caller
    let mail: Caller
    let mine: string
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      lamp = await house.lampOf(ada)
      const made = async (name: string, knownScopes: readonly string[]): Promise<Caller> => {
        const { service, secret } = await createService(house.app, operator, {
          ...{ name, scopes: [], audience: `https://${name}.example`, knownScopes },
        })
        return { id: service.id, secret }
      }
      orders = await made('orders', ['orders:read'])
      stock = await made('stock', ['stock:read', 'stock:write', 'stock:audit'])
      mail = await made('mail', ['mail:send'])
      const customers = { kind: 'user_type', name: 'customer' } as const
      await giveScope(house.app, operator, orders.id, 'orders:read', customers)
      for (const scope of ['stock:read', 'stock:write'])
        await giveScope(house.app, operator, stock.id, scope, customers)
      const ofOrders = { kind: 'service', name: orders.id } as const
      for (const scope of ['stock:read', 'stock:audit'])
        await giveScope(house.app, operator, stock.id, scope, ofOrders)
      mine = await at('https://orders.example')
    })
    after(() => house.close())

    /** What somebody presents to a service. */
    const at = async (resource: string | undefined, { username, password } = ada) => {
      const { body } = await house.call('POST', '/v1/login', {
        body: { username, password, ...(resource && { resource }) },
      })
      return body.access_token
    }
    const exchange = (form: Record<string, string>, { id, secret }: Caller = orders, headers = {}) =>
      house.call('POST', '/oauth/token', {
        form: {
          ...{ grant_type: tokenExchange, client_id: id, client_secret: secret },
          ...{ subject_token: mine, subject_token_type: accessToken, ...form },
        },
        headers,
      })
    const onward = { audience: 'https://stock.example' }

    test('a service acts on for a person, with what both may do there', async () => {
      const { status, body } = await exchange(onward)
      assert.equal(status, 200)
      assert.deepEqual(
        [body.issued_token_type, body.scope, body.refresh_token],
        [accessToken, 'stock:read', undefined],
      )
      const { claims } = decodeUnverified(body.access_token)
      const before = decodeUnverified(mine).claims
      assert.deepEqual(
        [claims.aud, claims.sub, claims.kind, claims.sid, claims.client_id, claims.act],
        ['https://stock.example', ada.id, 'user', before.sid, orders.id, { sub: orders.id }],
      )
      assert.ok((claims.exp ?? 0) <= (before.exp ?? 0))
      const [line] = await house.written({ event: 'service.token', client_id: orders.id, outcome: 'success' })
      assert.equal(line?.subject, ada.id)
    })

    test('a token that was exchanged goes no further than four, and names each', async () => {
      const ofStock = { kind: 'service', name: stock.id } as const
      await giveScope(house.app, operator, orders.id, 'orders:read', ofStock)
      let token = (await exchange(onward)).body.access_token
      const second = await exchange({ subject_token: token, audience: 'https://orders.example' }, stock)
      assert.deepEqual(decodeUnverified(second.body.access_token).claims.act, {
        sub: stock.id,
        act: { sub: orders.id },
      })
      token = second.body.access_token
      const third = await exchange({ ...onward, subject_token: token })
      const fourth = await exchange(
        { subject_token: third.body.access_token, audience: 'https://orders.example' },
        stock,
      )
      assert.equal(fourth.status, 200)
      const fifth = await exchange({ ...onward, subject_token: fourth.body.access_token })
      assert.deepEqual([fifth.status, fifth.body.error], [400, 'invalid_request'])
    })

    const refused: [string, () => Promise<Record<string, string>>, (() => Caller) | undefined, string][] = [
      ['no token', async () => ({ subject_token: '' }), undefined, 'invalid_request'],
      ['no type', async () => ({ subject_token_type: '' }), undefined, 'invalid_request'],
      [
        'the type of an ID token',
        async () => ({ subject_token_type: accessToken.replace('access_token', 'id_token') }),
        undefined,
        'invalid_request',
      ],
      [
        'a refresh token asked for',
        async () => ({ ...onward, requested_token_type: accessToken.replace('access', 'refresh') }),
        undefined,
        'invalid_request',
      ],
      [
        'an actor of its choice',
        async () => ({ ...onward, actor_token: mine }),
        undefined,
        'invalid_request',
      ],
      [
        'two names of the target',
        async () => ({ ...onward, resource: 'https://mail.example' }),
        undefined,
        'invalid_request',
      ],
      ['no target', async () => ({}), undefined, 'invalid_target'],
      [
        'itself as the target',
        async () => ({ audience: 'https://orders.example' }),
        undefined,
        'invalid_target',
      ],
      [
        'this server as the target',
        async () => ({ audience: house.app.config.audience }),
        undefined,
        'invalid_target',
      ],
      [
        'a target that nobody knows',
        async () => ({ audience: 'https://else.example' }),
        undefined,
        'invalid_target',
      ],
      [
        'a target of which another begins so',
        async () => ({ audience: 'https://stock.example/more' }),
        undefined,
        'invalid_target',
      ],
      [
        'a target where it has nothing',
        async () => ({ audience: 'https://mail.example' }),
        undefined,
        'invalid_scope',
      ],
      [
        'a scope that it has not got itself',
        async () => ({ ...onward, scope: 'stock:write' }),
        undefined,
        'invalid_scope',
      ],
      [
        'a scope that the person has not got',
        async () => ({ ...onward, scope: 'stock:audit' }),
        undefined,
        'invalid_scope',
      ],
      [
        'a token that is not for it',
        async () => ({ ...onward, subject_token: await at('https://stock.example') }),
        undefined,
        'invalid_request',
      ],
      [
        'a token for this server',
        async () => ({ ...onward, subject_token: await at(undefined) }),
        undefined,
        'invalid_request',
      ],
      ['a token of another service’s', async () => onward, () => mail, 'invalid_request'],
      ['a wrong secret', async () => onward, () => ({ ...orders, secret: 'lk_service_x' }), 'invalid_client'],
      [
        'a token that was changed',
        async () => ({ ...onward, subject_token: `${mine.slice(0, -8)}AAAAAAAA` }),
        undefined,
        'invalid_request',
      ],
      [
        'no token at all in it',
        async () => ({ ...onward, subject_token: 'x' }),
        undefined,
        'invalid_request',
      ],
      [
        'its own token',
        async () => ({ ...onward, subject_token: await ofItself() }),
        undefined,
        'invalid_request',
      ],
      [
        'what it got by an exchange itself',
        async () => ({ ...onward, subject_token: (await exchange(onward)).body.access_token }),
        undefined,
        'invalid_request',
      ],
      [
        'authorization details',
        async () => ({ ...onward, authorization_details: '[]' }),
        undefined,
        'invalid_authorization_details',
      ],
    ]
    const ofItself = async () => {
      const { body } = await house.call('POST', '/oauth/token', {
        form: {
          grant_type: 'client_credentials',
          client_id: orders.id,
          client_secret: orders.secret,
          resource: 'https://stock.example',
        },
      })
      return body.access_token
    }
    for (const [name, form, by, error] of refused) {
      test(`refuses ${name}: ${error}`, async () => {
        const answer = await exchange(await form(), by?.())
        assert.deepEqual(
          [answer.status, answer.body.error],
          [error === 'invalid_client' ? 401 : 400, error],
          answer.text,
        )
      })
    }

    const byAdmin = (method: string, path: string) => house.call(method, path, { token: house.admin.token })
    const ends: [string, (person: SignedIn, token: string) => Promise<unknown>][] = [
      [
        'the session of the person ends',
        ({ id }, token) =>
          byAdmin('DELETE', `/v1/users/${id}/sessions/${decodeUnverified(token).claims.sid}`),
      ],
      ['the person is disabled', ({ id }) => byAdmin('POST', `/v1/users/${id}/disable`)],
    ]
    for (const [name, end] of ends) {
      test(`what was exchanged ends when ${name}`, async () => {
        const person = await house.signedIn(`person ${name.length}`)
        const token = await at('https://orders.example', person)
        const { body } = await exchange({ ...onward, subject_token: token })
        assert.equal(await isActive(body.access_token, stock), true)
        await end(person, token)
        assert.equal(await isActive(body.access_token, stock), false)
        assert.equal((await exchange({ ...onward, subject_token: token })).body.error, 'invalid_request')
      })
    }

    const isActive = async (token: string, { id, secret }: Caller) => {
      const { body } = await house.call('POST', '/oauth/introspect', {
        form: { client_id: id, client_secret: secret, token },
      })
      return body.active
    }

    test('a proof binds the token to the key of the service', async () => {
      const key = newClientKey()
      const url = `${house.app.config.issuer}/oauth/token`
      const { body } = await exchange(onward, orders, {
        dpop: proofOf({ key, method: 'POST', url, atMs: house.world.now() }),
      })
      assert.equal(body.token_type, 'DPoP')
      assert.deepEqual(decodeUnverified(body.access_token).claims.cnf, { jkt: key.thumbprint })
    })

    /** Tokens of an application that ada has let in. */
    const letIn = async (of: TestApplication, more: Record<string, string> = {}) => {
      const browser = new TestBrowser(house)
      await browser.signIn('ada')
      const page = await browser.get(
        authorizePath(of, { scope: 'openid devices:view devices:control', prompt: 'consent', ...more }),
      )
      const answer = await browser.post('/oauth/authorize/continue', {
        request: sealedIn(page),
        answer: 'allow',
      })
      const { body } = await house.call('POST', '/oauth/token', {
        form: {
          ...{ grant_type: 'authorization_code', redirect_uri: callback, code_verifier: verifier },
          ...{ client_id: of.id, client_secret: of.secret, code: answerAt(answer).get('code') ?? '' },
        },
      })
      return body.access_token
    }

    test('an agent narrows a token of its own, and hands on less', async () => {
      const agent = await anApplication(house, {
        ...{ name: 'Butler', type: 'agent', grants: ['authorization_code', tokenExchange] },
      })
      const detail = {
        type: 'device',
        identifier: lamp.uid,
        actions: ['view', 'control'],
        methods: ['on', 'off'],
      }
      const token = await letIn(agent, { authorization_details: JSON.stringify([detail]) })
      const less = [{ type: 'device', identifier: lamp.uid, actions: ['control'], methods: ['off'] }]
      const { status, body } = await exchange(
        { subject_token: token, scope: 'devices:control', authorization_details: JSON.stringify(less) },
        agent,
      )
      assert.equal(status, 200)
      assert.deepEqual([body.scope, body.authorization_details], ['devices:control', less])
      const { claims } = decodeUnverified(body.access_token)
      assert.deepEqual([claims.act, claims.sid], [{ sub: agent.id }, decodeUnverified(token).claims.sid])
      const on = await house.call('POST', `/v1/devices/${lamp.uid}/commands/off`, {
        token: body.access_token,
        body: {},
      })
      assert.equal(on.body.code, 'device_offline')
      assert.equal(
        (await house.call('GET', `/v1/devices/${lamp.uid}`, { token: body.access_token })).status,
        403,
      )

      const wider: [Record<string, string>, string][] = [
        [{ scope: 'devices:control profile' }, 'invalid_scope'],
        [
          { authorization_details: JSON.stringify([{ ...detail, methods: undefined }]) },
          'invalid_authorization_details',
        ],
        [{ audience: 'https://stock.example' }, 'invalid_target'],
        [{ subject_token: body.access_token, scope: 'devices:view' }, 'invalid_scope'],
        [{ subject_token: mine }, 'invalid_request'],
      ]
      for (const [form, error] of wider) {
        const answer = await exchange({ subject_token: token, ...form }, agent)
        assert.deepEqual([answer.status, answer.body.error], [400, error], JSON.stringify(form))
      }
    })

    test('an application that was not given the grant, or did not get the token, exchanges nothing', async () => {
      const [shop, other] = [
        await anApplication(house),
        await anApplication(house, { grants: ['authorization_code', tokenExchange] }),
      ]
      const token = await letIn(shop)
      assert.equal((await exchange({ subject_token: token }, shop)).body.error, 'unauthorized_client')
      assert.equal((await exchange({ subject_token: token }, other)).body.error, 'invalid_request')
    })

    test('when the service loses its scope there, what it got ends, and it gets no more', async () => {
      const { body } = await exchange(onward)
      await takeScope(house.app, operator, stock.id, 'stock:read', { kind: 'service', name: orders.id })
      assert.equal(await isActive(body.access_token, stock), false)
      assert.equal(
        (await exchange({ ...onward, subject_token: await at('https://orders.example') })).body.error,
        'invalid_scope',
      )
      await giveScope(house.app, operator, stock.id, 'stock:read', { kind: 'service', name: orders.id })
    })

    test('when the service that acts is turned off, what it got ends', async () => {
      const { body } = await exchange({ ...onward, subject_token: await at('https://orders.example') })
      assert.equal(await isActive(body.access_token, stock), true)
      house.world.advance(1_000)
      await disableService(house.app, operator, orders.id)
      assert.equal(await isActive(body.access_token, stock), false)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
