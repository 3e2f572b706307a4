import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Answered, openTestApp, type TestApp, testLog } from '../../../test/app.ts'
import { placeApplication } from '../../../test/applications.ts'
import { freePort } from '../../../test/free-port.ts'
import { begin, comeBack, newBrowser, reachingLoopback, tokenIn } from '../../../test/openid-provider.ts'
import { createUser } from '../../accounts/users/users.ts'
import { readConfig } from '../../config/config.ts'
import { operator } from '../../identity.ts'
import { type RunningServer, startServer } from '../../main.ts'

// Two of this product: people of one sign in at the other.

let house: TestApp
let provider: RunningServer
let issuer: string
let directory: string

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-second-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = { LATCHKEY_DATA: directory, LATCHKEY_PORT: `${port}`, LATCHKEY_MQTT_PORT: '0' }
  provider = await startServer(readConfig(settings, 'development'), { log: testLog() })
  const { app } = provider
  const hash = await app.passwords.hash('the password of ada', [])
  await createUser(app, operator, { username: 'ada', userType: 'customer' }, hash)
  house = await openTestApp('sqlite', reachingLoopback)
  house.world.advance(Date.now() - house.world.now())
  const application = await placeApplication(provider, {
    ...{ name: 'House', redirect_uris: [`${house.app.config.issuer}/sign-in/back/other`] },
    ...{ grants: ['authorization_code'], scopes: ['openid', 'profile', 'email'] },
  })
  const { token } = await house.signedIn('root', 'administrator')
  const body = {
    ...{ key: 'other', name: 'The other', issuer, client_id: application.id },
    ...{ client_secret: application.secret, user_type: 'customer', username_claim: 'preferred_username' },
  }
  const made = await house.call('POST', '/v1/providers', { token, body })
  assert.equal(made.status, 201, made.text)
})
after(async () => {
  await house.close()
  await provider.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** At the other one: sign in, and say so or not; where it leads back to. */
async function atProvider(url: URL, answer: 'allow' | 'deny'): Promise<URL> {
  let cookie = ''
  const send = async (to: string, form?: Record<string, string>) => {
    const response = await fetch(to, {
      ...{ redirect: 'manual', headers: { cookie, origin: issuer } },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    const set = response.headers.getSetCookie().map((one) => one.split(';')[0])
    if (set.length > 0) cookie = set.join('; ')
    return response
  }
  await send(`${issuer}/sign-in`, { username: 'ada', password: 'the password of ada' })
  const asked = await send(url.href)
  const led = asked.headers.get('location')
  // She has let it in before.
  if (led !== null) return new URL(led)
  const page = await asked.text()
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const end = await send(`${issuer}/oauth/authorize/continue`, { request, answer })
  return new URL(end.headers.get('refresh')?.replace(/^0; url=/, '') ?? '')
}

async function signIn(answer: 'allow' | 'deny'): Promise<Answered> {
  const browser = newBrowser()
  const { location } = await begin(house, 'other', browser)
  const back = await atProvider(location, answer)
  return comeBack(house, 'other', browser, Object.fromEntries(back.searchParams))
}

test('a person of one signs in at the other, and is the same one the next time', async () => {
  const me = async () => {
    const { body } = await house.call('GET', '/v1/me', { token: await tokenIn(house, await signIn('allow')) })
    return [body.username, body.id]
  }
  const first = await me()
  assert.equal(first[0], 'ada')
  assert.deepEqual(await me(), first)
})

test('who does not let it in is not signed in', async () => {
  // She has let it in before, and is asked no more: the consent is taken back first.
  await provider.app.db.transaction((tx) => tx.query('DELETE FROM consents'))
  const answer = await signIn('deny')
  assert.ok(answer.status >= 400)
  assert.equal(
    answer.headers.getSetCookie().some((one) => one.includes('latchkey_refresh')),
    false,
  )
})
