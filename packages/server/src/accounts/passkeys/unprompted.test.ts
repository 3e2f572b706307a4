import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import {
  addPasskey,
  asked,
  askUnprompted,
  type Browser,
  type BrowserPasskey,
  createPasskey,
  offered,
  register,
  signInAtPage,
  signInWith,
  usePasskey,
  usual,
} from '../../../test/browser-passkeys.ts'
import { takeLetters } from '../../../test/letters.ts'
import { flags } from '../../../test/passkeys.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { requireFactorOfType } from '../factors/administer.ts'
import { makeRecoveryLink } from '../recovery/recovery.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { createUserType } from '../user-types/user-types.ts'

for (const engine of engines) {
  describe(`passkeys that are made without a prompt on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
    })
    after(() => app.close())

    const answered = ({ status, body }: Answered) => [status, body.code]
    const login = ({ username, password }: SignedIn) =>
      app.call('POST', '/v1/login', { body: { username, password } })
    const isSignedIn = async (token: string) => (await app.call('GET', '/v1/me', { token })).status === 200
    const list = async (token: string) => {
      const { body } = await app.call('GET', '/v1/me/passkeys', { token })
      return body.passkeys as readonly { readonly id: string; readonly is_factor: boolean }[]
    }
    /** One that nobody touched or verified, made in this browser. */
    async function makeUnprompted(browser: Browser): Promise<BrowserPasskey> {
      const { body, status, text } = await askUnprompted(app, browser)
      assert.equal(status, 200, text)
      const options = body.public_key as Parameters<typeof createPasskey>[0]
      const { credential, passkey } = createPasskey(options, { flags: flags.be | flags.bs })
      const made = await register(app, browser.token, credential)
      assert.deepEqual([made.status, made.body.recovery_codes], [201, null], made.text)
      return { ...passkey, flags: usual }
    }

    test('sign in as two factors, and change nothing of the other ways', async () => {
      const ada = await app.signedIn('ada')
      const browser = await signInAtPage(app, ada)
      const passkey = await makeUnprompted(browser)
      assert.deepEqual(
        (await list(browser.token)).map(({ is_factor }) => is_factor),
        [false],
      )
      assert.deepEqual([await isSignedIn(ada.token), (await login(ada)).status], [true, 200])
      const { body } = await app.call('GET', '/v1/me/factors', { token: browser.token })
      assert.deepEqual([body.in_force, body.recovery_codes], [false, 0])
      const signedIn = await signInWith(app, passkey)
      assert.equal(signedIn.status, 200, signedIn.text)
      const { amr } = decodeUnverified(signedIn.body.access_token).claims
      assert.deepEqual(amr, ['swk', 'user', 'mfa'])
      const [row] = await app.app.db.query<{ details: string }>(
        `SELECT details FROM activity WHERE event = 'user.add_factor' AND target = $1`,
        ada.id,
      )
      const { factor, prompted } = JSON.parse(row?.details ?? '{}')
      assert.deepEqual([factor, prompted], ['passkey', false])
    })

    test('sign in from any place, where a password asks for a mailed code', async (t) => {
      const xena = await app.signedIn('xena')
      const sent = { address: 'xena@example.com', current_password: xena.password }
      await takeLetters(app.app)
      await app.call('POST', '/v1/me/addresses', { token: xena.token, body: sent })
      const [letter] = await takeLetters(app.app)
      await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      const passkey = await makeUnprompted(await signInAtPage(app, xena))
      await setSignInRule(app.app, operator, 'customer', { mailCode: true })
      t.after(() => setSignInRule(app.app, operator, 'customer', { mailCode: false }))
      const address = '198.51.100.70'
      const { username, password } = xena
      const byPassword = await app.call('POST', '/v1/login', { body: { username, password }, address })
      assert.deepEqual(byPassword.body.mfa_required?.factors, ['mailed_code'], byPassword.text)
      const credential = usePasskey(passkey, await asked(app))
      const byPasskey = await app.call('POST', '/v1/login/passkey', { body: { credential }, address })
      assert.equal(byPasskey.status, 200, byPasskey.text)
    })

    test('are offered with the demand that nobody has to be asked', async () => {
      const browser = await signInAtPage(app, await app.signedIn('ben'))
      const { body } = await askUnprompted(app, browser)
      const { authenticatorSelection } = body.public_key as { readonly authenticatorSelection: object }
      assert.deepEqual(authenticatorSelection, {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'preferred',
      })
    })

    test('are told by mail and in the log', async () => {
      const cleo = await app.signedIn('cleo')
      const sent = { address: 'cleo@example.com', current_password: cleo.password }
      await takeLetters(app.app)
      await app.call('POST', '/v1/me/addresses', { token: cleo.token, body: sent })
      const [letter] = await takeLetters(app.app)
      await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      await makeUnprompted(await signInAtPage(app, cleo))
      const [told] = await takeLetters(app.app)
      assert.deepEqual([told?.to, told?.subject], ['cleo@example.com', 'Your browser has made a passkey'])
      const [row] = await app.app.db.query<{ details: string }>(
        "SELECT details FROM activity WHERE event = 'user.add_factor' AND target = $1",
        cleo.id,
      )
      assert.equal(JSON.parse(row?.details ?? '').prompted, false)
    })

    test('are offered until one was made in the browser, and never again there, to each person', async () => {
      const dan = await app.signedIn('dan')
      const browser = await signInAtPage(app, dan)
      assert.equal((await askUnprompted(app, browser)).status, 200, 'a browser that will not says nothing')
      await makeUnprompted(browser)
      const [made] = await list(browser.token)
      await app.call('DELETE', `/v1/me/passkeys/${made?.id}`, { token: browser.token })
      const again = await signInAtPage(app, dan, browser.headers.cookie)
      assert.equal(again.headers.cookie, browser.headers.cookie)
      for (const asking of [browser, again]) {
        assert.deepEqual(answered(await askUnprompted(app, asking)), [409, 'passkey_not_offered'])
      }
      const eve = await signInAtPage(app, await app.signedIn('eve'), browser.headers.cookie)
      assert.equal((await askUnprompted(app, eve)).status, 200)
      assert.equal((await askUnprompted(app, await signInAtPage(app, dan))).status, 200)
    })

    test('of 64 that one browser makes at once, one is taken', async () => {
      const browser = await signInAtPage(app, await app.signedIn('fay'))
      const credentials: object[] = []
      for (let at = 0; at < 64; at++) {
        const { public_key } = (await askUnprompted(app, browser)).body
        const options = public_key as Parameters<typeof createPasskey>[0]
        credentials.push(createPasskey(options, { flags: 0 }).credential)
      }
      const answers = await Promise.all(credentials.map((each) => register(app, browser.token, each)))
      assert.equal(answers.filter(({ status }) => status === 201).length, 1)
      assert(answers.every(({ status, body }) => status === 201 || body.code === 'passkey_refused'))
      assert.equal((await list(browser.token)).length, 1)
    })

    const notOffered: readonly { name: string; browser: () => Promise<Browser> }[] = [
      {
        name: 'without the cookie of a browser',
        browser: async () => ({ ...(await signInAtPage(app, await app.signedIn('gus'))), headers: none }),
      },
      {
        name: 'with one that nobody has given',
        browser: async () => {
          const { token } = await signInAtPage(app, await app.signedIn('gil'))
          const made = newSecret('browser', app.world)
          return { token, headers: { ...none, cookie: `latchkey_browser_8484.id=${made}` } }
        },
      },
      {
        name: 'with one that is none of ours',
        browser: async () => {
          const { token } = await signInAtPage(app, await app.signedIn('hal'))
          return { token, headers: { ...none, cookie: 'latchkey_browser_8484.id=lk_browser_mine' } }
        },
      },
      {
        name: 'longer than five minutes after the sign-in',
        browser: async () => {
          const ida = await app.signedIn('ida')
          const { headers } = await signInAtPage(app, ida)
          app.world.advance(5 * 60_000 + 1)
          const body = { refresh_token: ida.refreshToken }
          return { headers, token: (await app.call('POST', '/v1/refresh', { body })).body.access_token }
        },
      },
      {
        name: 'after a sign-in by a passkey',
        browser: async () => {
          const jo = await app.signedIn('jo')
          const { headers } = await signInAtPage(app, jo)
          const { passkey } = await addPasskey(app, jo.token)
          return { headers, token: (await signInWith(app, passkey)).body.access_token }
        },
      },
      {
        name: 'after a sign-in without the second factor that is in force',
        browser: async () => {
          const kim = await app.signedIn('kim')
          const browser = await signInAtPage(app, kim)
          await addPasskey(app, browser.token)
          return browser
        },
      },
    ]
    const none = { origin: 'http://127.0.0.1:8484', cookie: '' }
    for (const { name, browser } of notOffered) {
      test(`are not offered ${name}`, async () => {
        assert.deepEqual(answered(await askUnprompted(app, await browser())), [409, 'passkey_not_offered'])
      })
    }

    test('are none where a prompt was asked for: the browser does not decide that nobody need be there', async () => {
      const { token } = await app.signedIn('lea')
      const { credential } = createPasskey(await offered(app, token), { flags: flags.be | flags.bs })
      assert.deepEqual(answered(await register(app, token, credential)), [403, 'passkey_refused'])
    })

    test('sign in only with the owner verified', async () => {
      const passkey = await makeUnprompted(await signInAtPage(app, await app.signedIn('mia')))
      const refused = await signInWith(app, passkey, { flags: usual & ~flags.uv })
      assert.deepEqual(answered(refused), [403, 'passkey_refused'])
    })

    test('sign in where the type requires a second factor: they are two', async () => {
      await createUserType(app.app, operator, { name: 'strict', description: '', permissions: [] })
      const nan = await app.signedIn('nan', 'strict')
      const passkey = await makeUnprompted(await signInAtPage(app, nan))
      await requireFactorOfType(app.app, operator, 'strict', 0)
      assert.equal((await login(nan)).body.code, 'factor_required')
      assert.equal((await signInWith(app, passkey)).status, 200)
    })

    test('go with a password that a link replaces, and others stay', async () => {
      const oda = await app.signedIn('oda')
      const browser = await signInAtPage(app, oda)
      const unprompted = await makeUnprompted(browser)
      const { passkey } = await addPasskey(app, browser.token)
      const { url } = await makeRecoveryLink(app.app, operator, oda.id, false)
      const body = { recovery: url.split('/').at(-1), password: 'seven wet umbrellas' }
      assert.equal((await app.call('POST', '/v1/recover/complete', { body })).status, 200)
      assert.deepEqual(answered(await signInWith(app, unprompted)), [401, 'passkey_unknown'])
      assert.equal((await signInWith(app, passkey)).status, 200)
    })

    test('go with a password that is changed', async () => {
      const nora = await app.signedIn('nora')
      const browser = await signInAtPage(app, nora)
      const unprompted = await makeUnprompted(browser)
      const body = { current_password: nora.password, password: 'seven wet umbrellas' }
      const changed = await app.call('POST', '/v1/me/password', { token: browser.token, body })
      assert.equal(changed.status, 204, changed.text)
      assert.deepEqual(answered(await signInWith(app, unprompted)), [401, 'passkey_unknown'])
    })

    test('go with a password that the operator takes away', async () => {
      const pam = await app.signedIn('pam')
      const unprompted = await makeUnprompted(await signInAtPage(app, pam))
      await makeRecoveryLink(app.app, operator, pam.id, true)
      assert.deepEqual(answered(await signInWith(app, unprompted)), [401, 'passkey_unknown'])
    })

    test('are removed as the others are, which ends every other session', async () => {
      const rio = await app.signedIn('rio')
      const browser = await signInAtPage(app, rio)
      const passkey = await makeUnprompted(browser)
      const { access_token: other } = (await signInWith(app, passkey)).body
      const [made] = await list(browser.token)
      const path = `/v1/me/passkeys/${made?.id}`
      assert.equal((await app.call('DELETE', path, { token: browser.token })).status, 204)
      assert.deepEqual([await isSignedIn(browser.token), await isSignedIn(other)], [true, false])
      assert.deepEqual(answered(await signInWith(app, passkey)), [401, 'passkey_unknown'])
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
