import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { placeApplication } from '../packages/server/test/applications.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { FormBrowser } from '../tests/support/form-browser.ts'
import { startExample } from './running.test-support.ts'
import { password, startLatchkey } from './server.test-support.ts'

const example = fileURLToPath(new URL('web-application.ts', import.meta.url))

test('a web application signs people in by openid-client, and nobody with the answer of somebody else', async (t) => {
  const { server, issuer } = await startLatchkey(t)
  const port = await freePort()
  const shop = await placeApplication(server, {
    ...{ name: 'Shop', redirect_uris: [`http://127.0.0.1:${port}/back`], scopes: ['openid', 'profile'] },
  })
  const environment = { LATCHKEY_ISSUER: issuer, CLIENT_ID: shop.id, CLIENT_SECRET: shop.secret }
  const home = await startExample(t, example, { ...environment, PORT: String(port) })
  const ask = async (path: string, cookie = '') => {
    const response = await fetch(home + path, { redirect: 'manual', headers: { cookie } })
    const set = response.headers.get('set-cookie')?.split(';')[0] ?? ''
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location') ?? '',
      set,
    }
  }

  assert.equal((await ask('/')).text, 'Hello stranger\n')
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  const begun = await ask('/sign-in')
  const visit = begun.set
  const back = await browser.authorize(begun.location)
  // Somebody who is made to open the answer of another sign-in is not signed in as its person.
  assert.equal((await ask(back.pathname + back.search)).status, 403)
  const wrong = new URL(back)
  wrong.searchParams.set('state', 'x')
  await ask('/sign-in', 'visit=other')
  assert.equal((await ask(wrong.pathname + wrong.search, 'visit=other')).status, 403)
  assert.equal((await ask('/', 'visit=other')).text, 'Hello stranger\n')

  const { status, set: signedIn } = await ask(back.pathname + back.search, visit)
  assert.equal(status, 303)
  assert.equal((await ask('/', signedIn)).text, 'Hello ada\n')
  assert.equal((await ask('/', visit)).text, 'Hello stranger\n', 'the cookie of before is nobody’s')
  assert.equal((await ask(back.pathname + back.search, visit)).status, 403)
})
