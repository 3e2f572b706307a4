import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import Provider from 'oidc-provider'
import { type Answered, openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import {
  type Browser,
  begin,
  clientSecret,
  comeBack,
  newBrowser,
  reachingLoopback,
  tokenIn,
} from '../../../test/openid-provider.ts'

const ways = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

// A provider that somebody else has written, and that the OpenID Foundation has certified.

describe('signing in at oidc-provider', () => {
  let house: TestApp
  let admin: SignedIn
  let server: Server
  let issuer: string
  before(async () => {
    house = await openTestApp('sqlite', reachingLoopback)
    // Its clock is that of the machine.
    house.world.advance(Date.now() - house.world.now())
    admin = await house.signedIn('root', 'administrator')
    let answer: RequestListener = () => {}
    server = createServer((request, response) => answer(request, response))
      .listen(0, '127.0.0.1')
      .unref()
    await once(server, 'listening')
    const address = server.address()
    issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const { body: jwks } = await house.call('GET', '/.well-known/jwks.json')
    answer = oidcProvider(issuer, jwks)
    const body = {
      ...{ key: 'office', name: 'Work', issuer, client_id: ways[0], client_secret: clientSecret },
      ...{ user_type: 'customer', email_domains: ['example.com'], username_claim: 'preferred_username' },
    }
    const made = await house.call('POST', '/v1/providers', { token: admin.token, body })
    assert.equal(made.status, 201, made.text)
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await house.close()
  })

  const change = async (body: object) => {
    const answer = await house.call('PATCH', '/v1/providers/office', { token: admin.token, body })
    assert.equal(answer.status, 200, answer.text)
  }
  const me = async (answer: Answered) =>
    (await house.call('GET', '/v1/me', { token: await tokenIn(house, answer) })).body

  interface Tab extends Browser {
    /** Of the provider. */
    readonly jar: Map<string, string>
  }
  const newTab = (): Tab => ({ ...newBrowser(), jar: new Map() })

  /** From the button to the page behind the sign-in, as `login` at the provider. */
  async function signIn(login: string, tab = newTab(), query = ''): Promise<Answered> {
    const { location } = await begin(house, 'office', tab, query)
    return leadBack(await atProvider(tab, location, login), tab)
  }

  /** What a browser does at the provider until it is led back, or a form leads it back. */
  async function atProvider({ jar }: Tab, to: URL, login: string): Promise<URL | URLSearchParams> {
    let url = to
    let form: URLSearchParams | undefined
    for (let step = 0; step < 12; step += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie },
        ...(form && { method: 'POST', body: form }),
      })
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        jar.set(name, value)
      }
      const text = await response.text()
      const location = response.headers.get('location')
      form = undefined
      if (location !== null) {
        url = new URL(location, url)
        if (url.origin === testIssuer) return url
        continue
      }
      const action = /action="([^"]+)"/.exec(text)?.[1]
      assert.ok(action !== undefined, `${response.status} ${text.slice(0, 500)}`)
      url = new URL(action, url)
      const hidden = [...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      )
      form = new URLSearchParams(hidden)
      if (url.origin === testIssuer) return form
      if (/name="login"/.test(text)) form = new URLSearchParams({ prompt: 'login', login, password: 'any' })
    }
    return assert.fail('it goes on and on')
  }

  async function leadBack(to: URL | URLSearchParams, tab: Tab): Promise<Answered> {
    if (to instanceof URL) return comeBack(house, 'office', tab, Object.fromEntries(to.searchParams))
    const form = Object.fromEntries(to)
    const posted = await house.call('POST', '/sign-in/back/office', { form, headers: { origin: 'null' } })
    const [, path = ''] = /^0; url=(.*)$/.exec(posted.headers.get('refresh') ?? '') ?? []
    return house.call('GET', path, { headers: { cookie: tab.cookie } })
  }

  test('a person is made with the claims of the userinfo endpoint, and is the same the next time', async () => {
    const first = await me(await signIn('mei'))
    assert.equal(first.username, 'mei')
    const addresses = await house.app.db.query(
      'SELECT address FROM user_addresses WHERE user_id = $1',
      first.id,
    )
    assert.deepEqual(addresses, [{ address: 'mei@example.com' }])
    assert.equal((await me(await signIn('mei'))).id, first.id)
    assert.notEqual((await me(await signIn('tom'))).id, first.id)
  })

  test('somebody whom the provider knows already signs in without a form', async () => {
    const tab = newTab()
    const first = await me(await signIn('mei', tab))
    assert.equal((await me(await signIn('nobody is asked', tab))).id, first.id)
  })

  for (const authentication of ways) {
    test(`it knows this server by ${authentication}`, async () => {
      const client_secret = authentication === 'private_key_jwt' ? {} : { client_secret: clientSecret }
      await change({ authentication, client_id: authentication, ...client_secret })
      assert.equal((await signIn('mei')).status, 200)
      assert.equal(
        (await house.call('GET', '/v1/providers/office', { token: admin.token })).body.authentication,
        authentication,
      )
    })
  }

  test('with a wrong secret nobody is let in', async () => {
    await change({ authentication: ways[0], client_id: ways[0], client_secret: 'wrong' })
    assert.equal((await signIn('mei')).status, 400)
    await change({ client_secret: clientSecret })
  })

  test('it answers by a form where it is asked to', async () => {
    await change({ response_mode: 'form_post' })
    assert.equal((await me(await signIn('mei'))).username, 'mei')
    await change({ response_mode: 'query' })
  })

  test('asked to prove it again, a person whom it knows is asked, and that is fresh proof', async () => {
    const tab = newTab()
    await signIn('mei', tab)
    const token = await tokenIn(house, await signIn('mei', tab, '?fresh=yes'))
    const begun = await house.call('POST', '/v1/me/factors/authenticator', { token })
    assert.equal(begun.status, 200, begun.text)
  })

  test('its answer names it, and one that does not is refused', async () => {
    const tab = newTab()
    const { location } = await begin(house, 'office', tab)
    const back = await atProvider(tab, location, 'mei')
    assert.ok(back instanceof URL && back.searchParams.get('iss') === issuer)
    back.searchParams.delete('iss')
    assert.equal((await leadBack(back, tab)).status, 400)
  })

  test('a person who goes back is told so', async () => {
    const tab = newTab()
    const { location } = await begin(house, 'office', tab)
    const state = location.searchParams.get('state') ?? ''
    const answer = await comeBack(house, 'office', tab, { state, error: 'access_denied', iss: issuer })
    assert.match(answer.text, /Work did not sign you in, or you went back/)
  })

  test('signing out there is offered, and it knows the address that it leads back to', async () => {
    const tab = newTab()
    const token = await tokenIn(house, await signIn('mei', tab))
    const { body } = await house.call('GET', '/v1/me/provider', { token })
    const { key, sign_out_url: url } = body.provider as {
      readonly key: string
      readonly sign_out_url: string
    }
    assert.equal(key, 'office')
    const page = await fetch(url, {
      headers: { cookie: [...tab.jar].map((pair) => pair.join('=')).join('; ') },
    })
    assert.equal(page.status, 200)
    const none = await house.call('GET', '/v1/me/provider', { token: admin.token })
    assert.deepEqual(none.body, { provider: null })
  })
})

function oidcProvider(issuer: string, jwks: object): RequestListener {
  const redirect_uris = [`${testIssuer}/sign-in/back/office`]
  const provider = new Provider(issuer, {
    clients: ways.map((way) => ({
      ...{ client_id: way, token_endpoint_auth_method: way, redirect_uris },
      ...{ grant_types: ['authorization_code'], response_types: ['code'] },
      post_logout_redirect_uris: [`${testIssuer}/sign-in`],
      ...(way === 'private_key_jwt' ? { jwks } : { client_secret: clientSecret }),
    })),
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
    },
    cookies: { keys: ['a key of this test'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({
        ...{ sub, name: `Name of ${sub}`, preferred_username: sub },
        ...{ email: `${sub}@example.com`, email_verified: true },
      }),
    }),
  })
  return provider.callback()
}
