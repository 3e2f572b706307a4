import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Answered, SignedIn } from '../../../test/app.ts'
import type { TestApplication } from '../../../test/applications.ts'
import { anApplication, answerAt, authorizePath, TestBrowser, verifier } from '../../../test/authorization.ts'
import { type Home, openHome } from '../../../test/home.ts'
import { type ClientKey, newClientKey, proofOf } from '../../../test/proofs.ts'
import { signalScopes } from '../../applications/scopes.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { createService } from '../../services/registered.ts'
import { deviceCodeGrant } from '../device/ask.ts'
import { tokenExchange } from './token-exchange.ts'

const pages = 'https://pages.example'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const hour = 3_600_000

describe('what grants of applications refuse, and what the log is told of it', () => {
  let house: Home
  let browser: TestBrowser
  let shop: TestApplication
  /** It proves a key with each request. */
  let bound: TestApplication
  const key = newClientKey()
  before(async () => {
    house = await openHome()
    await house.signedIn('ada')
    browser = new TestBrowser(house)
    await browser.signIn('ada')
    const grants = [
      'authorization_code',
      'refresh_token',
      deviceCodeGrant,
      tokenExchange,
      'client_credentials',
    ]
    const more = { is_first_party: true, grants, scopes: ['openid', 'devices:view', ...signalScopes] }
    shop = await anApplication(house, more)
    bound = await anApplication(house, { ...more, requires_dpop: true })
    await createService(house.app, operator, {
      ...{ name: 'pages', scopes: [], audience: pages, knownScopes: ['devices:view'] },
    })
  })
  after(() => house.close())

  const ask = (form: Readonly<Record<string, string>>, of = shop, by?: ClientKey) =>
    house.call('POST', '/oauth/token', {
      form: { client_id: of.id, client_secret: of.secret, ...form },
      ...(by && { headers: { dpop: proofBy(by) } }),
    })
  const proofBy = (by: ClientKey) =>
    proofOf({
      key: by,
      method: 'POST',
      url: `${house.app.config.issuer}/oauth/token`,
      atMs: house.world.now(),
    })
  const redeeming = async (more: Readonly<Record<string, string>> = {}, of = shop) => {
    const answer = await browser.get(authorizePath(of, { scope: 'openid devices:view', ...more }))
    const code = answerAt(answer).get('code') ?? assert.fail(answer.text)
    return { grant_type: 'authorization_code', code, code_verifier: verifier }
  }
  const refreshing = async (more: Readonly<Record<string, string>> = {}) => {
    const { body } = await ask(await redeeming(more))
    return { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
  }
  const begin = async (of = shop) => {
    const form = { client_id: of.id, client_secret: of.secret }
    const { body } = await house.call('POST', '/oauth/device_authorization', { form })
    return {
      userCode: String(body.user_code),
      grant: { grant_type: deviceCodeGrant, device_code: String(body.device_code) },
    }
  }
  const letIn = async (of = shop, by = browser) => {
    const { userCode, grant } = await begin(of)
    await by.post('/device/answer', { user_code: userCode, answer: 'allow' })
    return grant
  }
  const exchanging = (subject_token: string) => ({
    ...{ grant_type: tokenExchange, subject_token, subject_token_type: accessToken },
  })
  /** Somebody of their own, so that nobody else is disabled. */
  const somebody = async () => {
    const person = await house.signedIn(`person${crypto.randomUUID().slice(0, 8)}`)
    const theirs = new TestBrowser(house)
    await theirs.signIn(person.username)
    return { person, theirs }
  }
  /** The row alone: what ends with an account stays, as for a process that has not heard of it yet. */
  const disable = ({ id }: SignedIn) =>
    house.app.db.transaction((tx) => tx.query('UPDATE users SET disabled_at = 1 WHERE id = $1', id))
  const limitSessions = (longestMs: number | null) =>
    house.app.db.transaction((tx) =>
      tx.query("UPDATE user_types SET session_longest_ms = $1 WHERE name = 'customer'", longestMs),
    )

  interface Row {
    readonly name: string
    readonly send: () => Promise<Answered>
    readonly error: string
    /** What the log has: event, reason, client, and whether of a person. Nothing for what devices ask again and again. */
    readonly told?: readonly [
      event: string,
      reason: string,
      client: 'shop' | 'bound' | null,
      isOfPerson: boolean,
    ]
  }
  const rows: readonly Row[] = [
    {
      name: 'a code for details that are none',
      send: async () => ask({ ...(await redeeming()), authorization_details: '7' }),
      error: 'invalid_authorization_details',
      told: ['application.token', 'details_malformed', 'shop', true],
    },
    {
      name: 'a refresh for details that are none',
      send: async () => ask({ ...(await refreshing()), authorization_details: '7' }),
      error: 'invalid_authorization_details',
      told: ['session.refresh', 'details_malformed', 'shop', true],
    },
    {
      name: 'a device for details that are none',
      send: async () => ask({ ...(await letIn()), authorization_details: '7' }),
      error: 'invalid_authorization_details',
      told: ['application.token', 'details_malformed', 'shop', false],
    },
    {
      name: 'a code that nobody has given',
      send: async () => ask({ ...(await redeeming()), code: newSecret('code', house.world) }),
      error: 'invalid_grant',
      told: ['application.token', 'code_unknown', null, false],
    },
    {
      name: 'a code for this server, for a service',
      send: async () => ask({ ...(await redeeming()), resource: pages }),
      error: 'invalid_target',
      told: ['application.token', 'resource_differs', 'shop', true],
    },
    {
      name: 'a code for a service, for this server',
      send: async () =>
        ask({ ...(await redeeming({ resource: pages })), resource: house.app.config.audience }),
      error: 'invalid_target',
      told: ['application.token', 'resource_differs', 'shop', true],
    },
    {
      name: 'a code of an application that proves a key, without one',
      send: async () => ask(await redeeming({}, bound), bound),
      error: 'invalid_grant',
      told: ['application.token', 'key_missing', 'bound', true],
    },
    {
      name: 'a code of somebody who was disabled',
      async send() {
        const { person, theirs } = await somebody()
        const code = answerAt(await theirs.get(authorizePath(shop))).get('code') ?? ''
        await disable(person)
        return ask({ grant_type: 'authorization_code', code, code_verifier: verifier })
      },
      error: 'invalid_grant',
      told: ['application.token', 'session_ended', 'shop', true],
    },
    {
      name: 'a refresh for a service, of a session for this server',
      send: async () => ask({ ...(await refreshing()), resource: pages }),
      error: 'invalid_target',
      told: ['session.refresh', 'resource_differs', 'shop', true],
    },
    {
      name: 'a refresh for this server, of a session for a service',
      send: async () =>
        ask({ ...(await refreshing({ resource: pages })), resource: house.app.config.audience }),
      error: 'invalid_target',
      told: ['session.refresh', 'resource_differs', 'shop', true],
    },
    {
      name: 'a refresh for more than was let in',
      send: async () => ask({ ...(await refreshing({ scope: 'openid' })), scope: 'openid devices:view' }),
      error: 'invalid_scope',
      told: ['session.refresh', 'scope_wider', 'shop', true],
    },
    {
      name: 'a refresh of a session that is over a limit',
      async send() {
        const grant = await refreshing()
        await limitSessions(hour)
        house.world.advance(hour)
        const answer = await ask(grant)
        await limitSessions(null)
        browser = new TestBrowser(house)
        await browser.signIn('ada')
        const { event, reason } = house.events.findLast(({ event }) => event === 'session.end') ?? {}
        assert.deepEqual([event, reason], ['session.end', 'session_limit'])
        return answer
      },
      error: 'invalid_grant',
      told: ['session.refresh', 'session_limit', 'shop', true],
    },
    {
      name: 'a device of an application that proves a key, without one',
      send: async () => ask(await letIn(bound), bound),
      error: 'invalid_grant',
      told: ['application.token', 'key_missing', 'bound', false],
    },
    {
      name: 'a device that somebody let in who was disabled',
      async send() {
        const { person, theirs } = await somebody()
        const grant = await letIn(shop, theirs)
        await disable(person)
        return ask(grant)
      },
      error: 'invalid_grant',
      told: ['application.token', 'session_ended', 'shop', false],
    },
    {
      name: 'a device that never asked',
      send: () => ask({ grant_type: deviceCodeGrant, device_code: newSecret('device', house.world) }),
      error: 'expired_token',
    },
    {
      name: 'a token for itself, of an application that proves a key, without one',
      send: () => ask({ grant_type: 'client_credentials' }, bound),
      error: 'invalid_dpop_proof',
      told: ['application.token', 'dpop_proof_invalid', 'bound', false],
    },
    {
      name: 'an exchange of a token of somebody who was disabled',
      async send() {
        const { person, theirs } = await somebody()
        const code = answerAt(await theirs.get(authorizePath(shop))).get('code') ?? ''
        const { body } = await ask({ grant_type: 'authorization_code', code, code_verifier: verifier })
        await disable(person)
        return ask(exchanging(body.access_token))
      },
      error: 'invalid_request',
      told: ['application.token', 'person_disabled', 'shop', false],
    },
    {
      name: 'an exchange of a token that is of no person',
      send: async () => ask(exchanging((await ask({ grant_type: 'client_credentials' })).body.access_token)),
      error: 'invalid_request',
      told: ['application.token', 'not_of_a_person', 'shop', false],
    },
    {
      name: 'an exchange of a bound token without its key',
      send: async () =>
        ask(exchanging((await ask(await redeeming({}, bound), bound, key)).body.access_token), bound),
      error: 'invalid_request',
      told: ['application.token', 'key_mismatch', 'bound', false],
    },
    {
      name: 'an exchange of a bound token with another key',
      send: async () =>
        ask(
          exchanging((await ask(await redeeming({}, bound), bound, key)).body.access_token),
          ...([bound, newClientKey()] as const),
        ),
      error: 'invalid_request',
      told: ['application.token', 'key_mismatch', 'bound', false],
    },
  ]
  for (const { name, send, error, told } of rows) {
    test(`${name}: ${error}`, async () => {
      await house.app.activity.flushRefusals(true)
      house.world.advance(1_000)
      const from = house.events.length
      const { status, body, text } = await send()
      assert.deepEqual([status, body.error], [400, error], text)
      await house.app.activity.flushRefusals(true)
      const refused = house.events.slice(from).filter(({ outcome }) => outcome === 'refused')
      const clients = { [shop.id]: 'shop', [bound.id]: 'bound' }
      assert.deepEqual(
        refused.map(({ event, reason, client_id, subject }) => [
          ...[event, reason, client_id === null ? null : clients[client_id], subject !== null],
        ]),
        told ? [told] : [],
      )
    })
  }
})
