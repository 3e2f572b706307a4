import assert from 'node:assert/strict'
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { App } from '../src/app.ts'
import type { TestApp } from './app.ts'
import type { TestApplication } from './applications.ts'
import { answerAt, authorizePath, type TestBrowser, verifier } from './authorization.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** The tokens that an application gets for whoever is signed in at a browser. */
export async function tokensAt(
  house: TestApp,
  browser: TestBrowser,
  { id, secret }: TestApplication,
  scope = 'openid devices:view',
) {
  const code = answerAt(await browser.get(authorizePath({ id }, { scope }))).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const { status, body } = await house.call('POST', '/oauth/token', {
    form: { ...form, client_id: id, client_secret: secret },
  })
  assert.equal(status, 200)
  return { ...body, code }
}

/** Send what is due, and wait until it has come. */
export async function sendDue(app: App): Promise<void> {
  await app.jobs.runNow(5_000)
  await app.webhooks.settled()
}

/** The claims of a JWT of this server as another library verifies them, now. */
export async function verifiedBy(
  house: TestApp,
  token: string,
  { typ, audience }: { readonly typ: string; readonly audience: string },
): Promise<JWTPayload> {
  const { body } = await house.call('GET', '/.well-known/jwks.json')
  const keys = createLocalJWKSet(body as unknown as Parameters<typeof createLocalJWKSet>[0])
  const { issuer } = house.app.config
  const currentDate = new Date(house.world.now())
  return (await jwtVerify(token, keys, { issuer, audience, typ, currentDate })).payload
}

/** The logout tokens that have come, verified as one for an application, without those that came before. */
export async function logoutsAt(
  house: TestApp,
  receiver: WebhookReceiver,
  application: string,
): Promise<readonly JWTPayload[]> {
  return Promise.all(
    receiver.received.splice(0).map(async ({ headers, body }) => {
      assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
      const form = new URLSearchParams(body)
      assert.deepEqual([...form.keys()], ['logout_token'])
      const claims = await verifiedBy(house, form.get('logout_token')!, {
        ...{ typ: 'logout+jwt', audience: application },
      })
      // OpenID Connect Back-Channel Logout section 2.4.
      assert.deepEqual(claims.events, { [logoutEvent]: {} })
      assert.ok(typeof claims.jti === 'string' && claims.exp! - claims.iat! <= 120)
      assert.equal('nonce' in claims, false)
      return claims
    }),
  )
}
