import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { asserted, clientAssertion, type TestApplication } from '../../test/applications.ts'
import {
  anApplication,
  answerAt,
  authorizePath,
  callback,
  challenge,
  TestBrowser,
  verifier,
} from '../../test/authorization.ts'
import { newClientKey, proofOf } from '../../test/proofs.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { hashSecret } from '../secrets/secrets.ts'
import { createService } from '../services/registered.ts'
import { deviceCodeGrant } from './device/ask.ts'

// What counts once, sent 64 times at once to two processes on one database. LATCHKEY_TEST_ROUNDS=1000 for a long look.

const rounds = Number(process.env.LATCHKEY_TEST_ROUNDS ?? 2)
const atOnce = 64

for (const engine of engines) {
  describe(`what counts once, at two processes on ${engine}`, () => {
    let house: TestApp
    let beside: App
    let browser: TestBrowser
    let job: { readonly id: string; readonly secret: string }
    let shop: TestApplication
    /** It authenticates by its key. */
    let keyed: TestApplication
    const key = newClientKey()
    before(async () => {
      house = await openTestApp(engine)
      beside = await openBeside(house)
      await house.signedIn('ada')
      shop = await anApplication(house, {
        ...{ is_first_party: true, grants: ['authorization_code', 'refresh_token', deviceCodeGrant] },
      })
      const jwks = JSON.stringify({ keys: [key.jwk] })
      keyed = await anApplication(house, { authentication: 'key', jwks })
      const made = await createService(house.app, operator, { name: 'job', scopes: [] })
      job = { id: made.service.id, secret: made.secret }
      browser = new TestBrowser(house)
      await browser.signIn('ada')
    })
    after(async () => {
      await beside.stop()
      await house.close()
    })

    /** Each other one to the other process. The statuses. */
    const atBoth = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      Promise.all(
        Array.from({ length: atOnce }, async (_, at) => {
          const { edge } = at % 2 === 0 ? house.app : beside
          const answer = await edge.request(path, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
            body: `${new URLSearchParams(form)}`,
          })
          await answer.arrayBuffer()
          return answer.status
        }),
      )
    const own = () => ({ client_id: shop.id, client_secret: shop.secret })
    const codeOf = async () => answerAt(await browser.get(authorizePath(shop))).get('code') ?? ''
    const redeeming = async (): Promise<Record<string, string>> => ({
      ...{ grant_type: 'authorization_code', code: await codeOf(), redirect_uri: callback },
      ...{ code_verifier: verifier, ...own() },
    })
    const succeeded = (statuses: readonly number[]) => statuses.filter((status) => status < 400).length

    const kinds: [string, () => Promise<readonly number[]>][] = [
      ['a code', async () => atBoth('/oauth/token', await redeeming())],
      [
        'the code of a device',
        async () => {
          const { body } = await house.call('POST', '/oauth/device_authorization', { form: own() })
          await browser.post('/device/answer', { user_code: String(body.user_code), answer: 'allow' })
          const form = { grant_type: deviceCodeGrant, device_code: String(body.device_code), ...own() }
          return atBoth('/oauth/token', form)
        },
      ],
      [
        'a pushed request',
        async () => {
          const { body } = await house.call('POST', '/oauth/par', {
            form: {
              ...{ response_type: 'code', redirect_uri: callback, code_challenge: challenge },
              ...{ code_challenge_method: 'S256', ...own() },
            },
          })
          const form = { client_id: shop.id, request_uri: String(body.request_uri) }
          // The answer of one that is over is a page that says so.
          return (await atBoth('/oauth/authorize', form)).map((status) => (status === 400 ? 400 : 200))
        },
      ],
      [
        'an assertion of a client',
        async () => {
          const form = { ...asserted(clientAssertion(house, keyed.id, key)), token: 'unknown' }
          return atBoth('/oauth/revoke', form)
        },
      ],
      [
        'a proof of a key',
        async () => {
          const url = `${house.app.config.issuer}/oauth/token`
          const dpop = proofOf({ key, method: 'POST', url, atMs: house.world.now() })
          const form = { grant_type: 'client_credentials', client_id: job.id, client_secret: job.secret }
          return atBoth('/oauth/token', form, { dpop })
        },
      ],
    ]
    for (const [name, use] of kinds) {
      test(`${name} counts for one of ${atOnce} at once, ${rounds} times`, async () => {
        for (let round = 0; round < rounds; round += 1) {
          assert.equal(succeeded(await use()), 1, `round ${round}`)
          // Nobody has to wait because others have asked, or has too many sessions.
          house.world.advance(1_000)
        }
      })
    }

    test(`a refresh token has one successor, whoever of ${atOnce} at once asks, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round += 1) {
        const { body } = await house.call('POST', '/oauth/token', { form: await redeeming() })
        const form = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token), ...own() }
        assert.equal(
          succeeded(await atBoth('/oauth/token', form)),
          atOnce,
          'within ten seconds all get the same',
        )
        const rows = await house.app.db.query(
          'SELECT hash FROM refresh_tokens WHERE used_at IS NULL AND family_id = (SELECT family_id FROM refresh_tokens WHERE hash = $1)',
          hashSecret(String(body.refresh_token)),
        )
        assert.equal(rows.length, 1)
        house.world.advance(1_000)
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
