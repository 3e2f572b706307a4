import { randomFrom } from '../../packages/latchkey/test/guard/hostile.ts'
import { openTestApp, testIssuer } from '../../packages/server/test/app.ts'
import {
  anApplication,
  callback,
  challenge,
  TestBrowser,
  verifier,
} from '../../packages/server/test/authorization.ts'
import type { Target } from './target.ts'

type Form = [name: string, value: string][]

/** Values with which a parameter may be right, and such with which it is not. */
const values: Readonly<Record<string, readonly string[]>> = {
  response_type: ['code', 'token', 'code id_token', 'none'],
  redirect_uri: [
    callback,
    `${callback}/`,
    'https://evil.example',
    'javascript:alert(1)',
    '//',
    'http://[::1',
  ],
  scope: ['openid', 'openid profile devices:view', 'users:write', 'x'.repeat(2001), ' ', 'openid\u0000'],
  state: ['xyz', '\r\nset-cookie: a=b', 'x'.repeat(4097)],
  nonce: ['n', 'x'.repeat(1001)],
  code_challenge: [challenge, 'short', `${challenge}=`, ''],
  code_challenge_method: ['S256', 'plain', 's256'],
  prompt: ['none', 'login', 'consent', 'select_account', 'none login', 'x'],
  max_age: ['0', '-1', '1e9', '99999999999', 'soon'],
  acr_values: ['urn:latchkey:acr:two-factors', 'x y z'],
  claims: ['{}', '{"id_token":{"email":null}}', '[', 'null', '{"__proto__":{"a":1}}', `${'['.repeat(2000)}`],
  authorization_details: [
    '[]',
    '[{"type":"device","identifier":"lamp","actions":["view"]}]',
    '{"type":"device"}',
    'null',
    `[${'['.repeat(700)}`,
    '[{"type":"device","identifier":"lamp","actions":["own"],"__proto__":1}]',
  ],
  resource: ['https://pages.example', 'https://pages.example/', '', 'x'.repeat(201)],
  dpop_jkt: ['A'.repeat(43), 'A'],
  login_hint: ['ada', '"><script>', '\u202e'],
  id_token_hint: ['a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(9000)],
  ui_locales: ['zh-TW', 'xx', '\ud800'],
  request: ['a.b.c'],
  request_uri: ['urn:ietf:params:oauth:request_uri:x', 'https://evil.example/'],
  registration: ['{}'],
  display: ['page', 'popup'],
  response_mode: ['query', 'fragment', 'form_post'],
  grant_type: [
    ...['authorization_code', 'refresh_token', 'client_credentials', 'password', 'implicit', '__proto__'],
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ],
  code: ['lk_code_x', 'x', '\u0000'],
  code_verifier: [verifier, 'short', 'é'.repeat(50)],
  refresh_token: ['lk_rt_x', 'x'],
  device_code: ['lk_device_x', 'x'],
  user_code: ['BCDF-GHJK', '', '\u0000', 'x'.repeat(500)],
  assertion: ['a.b.c', '', 'x'.repeat(17_000)],
  client_assertion: ['a.b.c', 'eyJhbGciOiJub25lIn0.e30.'],
  client_assertion_type: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'x'],
  subject_token: ['a.b.c', 'x'],
  subject_token_type: [
    'urn:ietf:params:oauth:token-type:access_token',
    'urn:ietf:params:oauth:token-type:saml2',
  ],
  requested_token_type: ['urn:ietf:params:oauth:token-type:jwt', 'x'],
  actor_token: ['a.b.c'],
  audience: ['https://pages.example', 'x'],
  token: ['a.b.c', 'lk_rt_x', '', 'x'.repeat(17_000)],
  token_type_hint: ['access_token', 'refresh_token', '\u0000'],
  post_logout_redirect_uri: ['https://shop.example/bye', 'https://evil.example'],
  logout_hint: ['ada'],
  answer: ['allow', 'deny', 'go_on', 'x'],
  sealed: ['x', ''],
}
const names = Object.keys(values)

const paths = [
  ...['/oauth/authorize', '/oauth/authorize', '/oauth/authorize', '/oauth/par', '/oauth/par', '/oauth/token'],
  ...['/oauth/token', '/oauth/token', '/oauth/device_authorization', '/oauth/introspect', '/oauth/revoke'],
  ...['/oauth/userinfo', '/oauth/logout', '/oauth/logout/confirm', '/oauth/authorize/continue', '/device'],
  ...['/device/answer', '/oauth/register', '/ssf/streams', '/ssf/poll'],
]

const atOnce = 32

/**
 * Parameters of strangers and of clients to every endpoint of the authorization server, in a form or in the address. Nothing is answered
 * with a failure, nobody is sent anywhere but to an address that is registered, and nobody gets a token.
 */
export const authorization: Target = {
  name: 'authorization',
  async run({ count, seed, inFlight, tell }) {
    const random = randomFrom(seed)
    const house = await openTestApp('sqlite')
    try {
      await house.signedIn('ada')
      const shop = await anApplication(house)
      const browser = new TestBrowser(house)
      await browser.signIn('ada')
      const make = createMaker(random, shop)
      for (let done = 0; done < count; done += atOnce) {
        const made = Array.from({ length: Math.min(atOnce, count - done) }, make)
        inFlight.splice(0, inFlight.length, ...made.map((one) => JSON.stringify(one)))
        const answers = await Promise.all(made.map((one) => send(house.app.edge, browser, one)))
        for (const [at, answer] of answers.entries()) {
          const fault = faultOf(answer)
          if (fault !== undefined) throw new Error(`${fault}: ${JSON.stringify(made[at])}`)
          tell(String(answer.status))
        }
        // Nobody waits here because others have asked too often.
        house.world.advance(60_000)
      }
      if (house.log.errors.length > 0) throw new Error('the log has errors', { cause: house.log.errors[0] })
    } finally {
      await house.close()
    }
  },
}

interface Made {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly form: Form
  readonly headers: Readonly<Record<string, string>>
  /** Whether the browser of somebody who is signed in sends it. */
  readonly isSignedIn: boolean
}

function createMaker(
  random: () => number,
  shop: { readonly id: string; readonly secret: string },
): () => Made {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T // no list is empty
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  const usual: Form = [
    ['response_type', 'code'],
    ['redirect_uri', callback],
    ['code_challenge', challenge],
    ['code_challenge_method', 'S256'],
    ['scope', 'openid'],
  ]
  return () => {
    const form: Form = random() < 0.6 ? [...usual] : []
    if (random() < 0.9)
      form.push(['client_id', pick([shop.id, shop.id, shop.id, 'cli_x', '', 'https://evil.example'])])
    if (random() < 0.3) form.push(['client_secret', pick([shop.secret, 'x', '%'])])
    for (let count = Math.floor(random() * 5); count > 0; count -= 1) {
      const name = pick(names)
      form.push([
        name,
        random() < 0.1 ? pick(['\u0000', '[]', '-1', 'é'.repeat(99)]) : pick(values[name] ?? ['']),
      ])
    }
    const authorization = pick([
      '',
      '',
      '',
      basic(shop.id, shop.secret),
      basic('%', '%E0%A4%A'),
      'Bearer a.b.c',
      'DPoP x',
    ])
    return {
      ...{ method: random() < 0.3 ? 'GET' : 'POST', path: pick(paths), form, isSignedIn: random() < 0.3 },
      headers: { ...(authorization && { authorization }), ...(random() < 0.05 && { dpop: 'a.b.c' }) },
    }
  }
}

interface Edge {
  request(path: string, init: RequestInit): Response | Promise<Response>
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

async function send(
  edge: Edge,
  browser: TestBrowser,
  { method, path, form, headers, isSignedIn }: Made,
): Promise<Answer> {
  const text = new URLSearchParams(form).toString()
  if (isSignedIn && method === 'GET') return browser.get(`${path}?${text}`, headers)
  if (isSignedIn) return browser.post(path, Object.fromEntries(form), headers)
  const answer = await edge.request(method === 'GET' ? `${path}?${text}` : path, {
    method,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded', origin: testIssuer },
    ...(method === 'POST' && { body: text }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

function faultOf({ status, headers, text }: Answer): string | undefined {
  if (status >= 500) return `status ${status}`
  if (/"(access_token|refresh_token|id_token)"/.test(text)) return 'a token was given'
  const onward = headers.get('location') ?? headers.get('refresh')?.replace(/^0; url=/, '')
  if (!onward) return undefined
  const { origin, href } = new URL(onward, testIssuer)
  const isOwn =
    origin === testIssuer || href.startsWith(`${callback}?`) || href === 'https://shop.example/bye'
  return isOwn || href.startsWith('https://shop.example/bye?') ? undefined : `sent to ${href}`
}
