import { createHash, randomBytes } from 'node:crypto'
import { createDevice } from 'latchkey/device'
import { generateKey, type PrivateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { ask, call, expectStatus, personOf, signIn } from './acts.ts'
import { type Browser, hiddenIn, openBrowser, type Page } from './browser.ts'
import type { Stage, Step } from './stage.ts'

const callback = 'https://shop.example/back'

interface Application {
  readonly id: string
  readonly secret: string
}

interface Cast {
  browser: Browser | undefined
}

const cast: Cast = { browser: undefined }

/** What people let others do: an application that they sign in to, an agent, and a device without a screen. */
export const applicationSteps: readonly Step[] = [
  {
    title:
      'An application signs Ada in by redirect: it never sees her password, and gets a token for what she allows',
    async play(stage) {
      const browser = openBrowser(stage)
      cast.browser = browser
      const shop = await register(stage, { name: 'Shop', type: 'web', scopes: ['openid', 'profile'] })
      const { page, verifier } = await beginAt(browser, shop, { scope: 'openid profile' })
      const { username, password } = personOf(stage, 'ada')
      const consent = await browser.submit('/sign-in', { username, password, next: hiddenIn(page, 'next') })
      const tokens = await allowed(stage, browser, { consent, verifier, application: shop })
      const info = await fetch(`${stage.issuer}/oauth/userinfo`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      const told = (await info.json()) as { preferred_username?: string }
      await expectStatus(403, await asBearer(stage, tokens, 'GET', '/v1/users'))
      return `it knows ${told.preferred_username}, with the scope ${tokens.scope}, and may do nothing else`
    },
  },
  {
    title:
      'An agent is let switch the lamp and nothing more: for another command it has to ask her, and she takes it back',
    async play(stage) {
      const { browser } = cast
      if (!browser) throw new Error('nobody has opened a browser yet')
      const agent = await register(stage, {
        name: 'Butler',
        type: 'agent',
        scopes: ['openid', 'devices:control'],
      })
      const leash = [{ type: 'device', identifier: stage.uid, actions: ['control'], methods: ['switch'] }]
      const { page, verifier } = await beginAt(browser, agent, {
        authorization_details: JSON.stringify(leash),
      })
      const tokens = await allowed(stage, browser, { consent: page, verifier, application: agent })
      const commands = `/v1/devices/${stage.uid}/commands`
      await expectStatus(
        200,
        await asBearer(stage, tokens, 'POST', `${commands}/switch`, { payload: { on: true } }),
      )
      const waiting = await asBearer(stage, tokens, 'POST', `${commands}/blink`, { payload: { times: 3 } })
      if (waiting.status !== 202) throw new Error(`a command that it was not let send: ${waiting.status}`)
      const { id } = (await waiting.json()) as { id: string }
      // She has no passkey, so that she signs in again; with one it is a tap.
      const ada = personOf(stage, 'ada')
      await expectStatus(
        401,
        await call(stage, 'POST', `/v1/me/approvals/${id}/allow`, { as: 'ada', body: {} }),
      )
      await signIn(stage, 'ada', ada.password)
      const done = await ask(stage, 'POST', `/v1/me/approvals/${id}/allow`, { as: 'ada', body: {} })
      await ask(stage, 'DELETE', `/v1/me/applications/${agent.id}`, { as: 'ada' })
      await expectStatus(401, await asBearer(stage, tokens, 'POST', `${commands}/switch`, {}))
      return `it switched the lamp; blink waited for her and was then ${done.state} with ${JSON.stringify(done.reply)}; afterwards its token was refused`
    },
  },
  {
    title: 'A device without a screen says eight letters, Ada types them, and it is hers',
    async play(stage) {
      const { browser } = cast
      if (!browser) throw new Error('nobody has opened a browser yet')
      const key = generateKey('ES256') as PrivateKey // ES256 is not symmetric
      const body = { name: 'Door bell', product: 'bell', key: { ...toJwk(publicKeyOf(key)) } }
      const { uid } = await ask(stage, 'POST', '/v1/devices', { as: 'admin', body })
      const bell = createDevice({ uid: String(uid), key, server: stage.issuer, audience: stage.issuer })
      const { userCode } = await bell.beginBinding()
      const page = await browser.submit('/device', { user_code: userCode })
      if (!page.text.includes('Door bell')) throw new Error('the page does not say what the device is')
      if ((await bell.readBinding()) !== 'waiting') throw new Error('it is bound before she has said so')
      await browser.submit('/device/answer', { user_code: userCode, answer: 'allow' })
      const { relation } = await ask(stage, 'GET', `/v1/devices/${uid}`, { as: 'ada' })
      return `it said ${userCode}; she is its ${relation}, and the device was told that it is ${await bell.readBinding()}`
    },
  },
]

async function register(
  stage: Stage,
  facts: { readonly name: string; readonly type: string; readonly scopes: readonly string[] },
): Promise<Application> {
  const body = { ...facts, redirect_uris: [callback] }
  const made = await ask(stage, 'POST', '/v1/applications', { as: 'admin', body })
  return { id: String(made.id), secret: String(made.secret) }
}

/** Send a browser to the server, as an application does. */
async function beginAt(
  browser: Browser,
  { id }: Application,
  more: Readonly<Record<string, string>>,
): Promise<{ page: Page; verifier: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = new URLSearchParams({
    ...{ response_type: 'code', client_id: id, redirect_uri: callback, code_challenge_method: 'S256' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), ...more },
  })
  return { page: await browser.open(`/oauth/authorize?${parameters}`), verifier }
}

/** The person allows it, and the application redeems its code. */
async function allowed(
  stage: Stage,
  browser: Browser,
  {
    consent,
    verifier,
    application: { id, secret },
  }: { readonly consent: Page; readonly verifier: string; readonly application: Application },
): Promise<Readonly<Record<string, unknown>>> {
  const request = hiddenIn(consent, 'request')
  const { url } = await browser.submit('/oauth/authorize/continue', { request, answer: 'allow' })
  const response = await fetch(`${stage.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code: url.searchParams.get('code') ?? '' },
      ...{ redirect_uri: callback, code_verifier: verifier, client_id: id, client_secret: secret },
    }),
  })
  const tokens = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`no tokens for the code: ${JSON.stringify(tokens)}`)
  return tokens
}

function asBearer(
  stage: Stage,
  { access_token: token }: Readonly<Record<string, unknown>>,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  return fetch(stage.issuer + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
}
