import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import type { TestApplication } from '../../../test/applications.ts'
import { anApplication, TestBrowser } from '../../../test/authorization.ts'
import { tokensAt } from '../../../test/logouts.ts'

const bye = 'https://shop.example/bye'
const framesIn = (text: string) => [...text.matchAll(/<iframe src="([^"]+)"/g)].map(([, uri]) => uri)

describe('applications that sign the browser out by a page of their own', () => {
  let house: TestApp
  let shop: TestApplication
  let forum: TestApplication
  let mute: TestApplication
  before(async () => {
    house = await openTestApp()
    await house.signedIn('ada')
    const is_first_party = true
    const frontchannel_logout_uri = 'https://shop.example/out?lang=en'
    shop = await anApplication(house, { is_first_party, frontchannel_logout_uri })
    forum = await anApplication(house, {
      ...{ is_first_party, frontchannel_logout_uri: 'https://forum.example/out' },
      frontchannel_logout_session_required: false,
    })
    mute = await anApplication(house, { is_first_party })
  })
  after(() => house.close())

  async function signedIn(...applications: TestApplication[]) {
    const browser = new TestBrowser(house)
    await browser.signIn('ada')
    const tokens = []
    for (const application of applications) tokens.push(await tokensAt(house, browser, application, 'openid'))
    return { browser, tokens }
  }
  const sidOf = ({ id_token: token }: { id_token: string }) => String(decodeUnverified(token).claims.sid)

  test('the page has one frame of each: with the issuer and the session that it opened last, or with nothing', async () => {
    const { browser, tokens } = await signedIn(shop, forum, mute, shop)
    const { text, headers, status } = await browser.post('/oauth/logout/confirm', {})
    const told = new URLSearchParams({ iss: house.app.config.issuer, sid: sidOf(tokens[3]!) })
    assert.equal(status, 200)
    assert.match(text, /You are signed out/)
    assert.deepEqual(
      framesIn(text).map((uri) => uri?.replaceAll('&#38;', '&')),
      [`https://shop.example/out?lang=en&${told}`, 'https://forum.example/out'],
    )
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; frame-src https:\/\/shop\.example https:\/\/forum\.example; style-src/,
    )
    assert.ok(!/<iframe(?![^>]*sandbox="allow-scripts allow-same-origin")/.test(text))
  })

  test('a page with frames leads on when they have had time, whether a link or a form led here', async () => {
    for (const isForm of [false, true]) {
      const { browser, tokens } = await signedIn(shop)
      const asked = { id_token_hint: tokens[0]!.id_token, post_logout_redirect_uri: bye, state: 's' }
      const { status, headers, text } = isForm
        ? await browser.post('/oauth/logout', asked)
        : await browser.get(`/oauth/logout?${new URLSearchParams(asked)}`)
      assert.deepEqual(
        [status, headers.get('location'), headers.get('refresh'), framesIn(text).length],
        [200, null, `3; url=${bye}?state=s`, 1],
      )
    }
  })

  test('without such applications a link is led on at once, and no page frames anybody', async () => {
    const { browser, tokens } = await signedIn(mute)
    const asked = { id_token_hint: tokens[0]!.id_token, post_logout_redirect_uri: bye }
    const { status, headers } = await browser.get(`/oauth/logout?${new URLSearchParams(asked)}`)
    assert.deepEqual([status, headers.get('location')], [303, bye])
    const again = await browser.get('/oauth/logout')
    assert.ok(!/frame-src/.test(again.headers.get('content-security-policy') ?? ''))
    assert.deepEqual(framesIn(again.text), [])
  })

  test('nothing is framed for whoever is not signed in, was not asked, or has said no', async () => {
    const stranger = new TestBrowser(house)
    const { browser, tokens } = await signedIn(shop)
    const hint = { id_token_hint: tokens[0]!.id_token }
    for (const answer of [
      await stranger.get(`/oauth/logout?${new URLSearchParams(hint)}`),
      await browser.get('/oauth/logout'),
      await browser.post('/oauth/logout/confirm', {}, { origin: 'https://evil.example' }),
    ]) {
      assert.deepEqual(framesIn(answer.text), [])
    }
  })

  test('the metadata say what there is', async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const { body } = await house.call('GET', `/.well-known/${name}`)
      const said = body as unknown as Record<string, unknown>
      const names = ['backchannel_logout', 'frontchannel_logout'].flatMap((one) => [
        `${one}_supported`,
        `${one}_session_supported`,
      ])
      assert.deepEqual(
        names.map((one) => said[one]),
        [true, true, true, true],
      )
    }
  })
})
