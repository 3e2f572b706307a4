import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Answered, type TestApp, testIssuer } from './app.ts'
import { type Signer, signedBy } from './partner.ts'
import { type ClientKey, newClientKey } from './proofs.ts'

/** What a test answers in place of an endpoint. */
type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** What a code stands for at the provider. */
interface Asked {
  readonly challenge: string
  readonly nonce: string
}

/** An OpenID provider that does as it is told, and wrong where it is told so. */
export interface OpenidProvider {
  readonly issuer: string
  readonly key: ClientKey
  /** How often each path was asked. */
  readonly asked: ReadonlyMap<string, number>
  /** The bodies that came to the token endpoint. */
  readonly redeemed: URLSearchParams[]
  /** The headers that came with the last of them. */
  readonly lastHeaders: () => IncomingMessage['headers']
  /** What the discovery document says beside or in place of the usual. */
  metadata: object
  /** What ID tokens say beside or in place of the usual; undefined removes a member. */
  claims: object
  header: object
  signer: Signer
  userinfo: object
  /** Members of the token response beside or in place of the usual. */
  token: object
  keys: readonly object[]
  /** In place of what an endpoint would answer, by its path. */
  readonly instead: Map<string, Answering>
  /** A code for what a browser was sent with to the authorization endpoint. */
  codeFor(location: URL): string
  /** A signed token. */
  sign(claims: object, header?: object, signer?: Signer): string
  close(): Promise<void>
}

export const clientSecret = 'the secret of this client'

export async function openProvider(
  house: { readonly world: Pick<TestApp['world'], 'now'> },
  /** By which name of this machine it is known. */
  host = '127.0.0.1',
): Promise<OpenidProvider> {
  const key = newClientKey()
  const codes = new Map<string, Asked>()
  const asked = new Map<string, number>()
  let headers: IncomingMessage['headers'] = {}
  const published = { ...key.jwk, kid: 'one', alg: key.algorithm, use: 'sig' }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://provider')
    asked.set(pathname, (asked.get(pathname) ?? 0) + 1)
    const body = await text(request)
    const answering = provider.instead.get(pathname)
    if (answering) return answering(request, response, body)
    const answer = (content: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return answer({ ...usualMetadata(provider.issuer, key), ...provider.metadata })
      case '/jwks':
        return answer({ keys: provider.keys })
      case '/userinfo':
        return answer({ sub: 'mei', ...subjectOf(provider.claims), ...provider.userinfo })
      case '/token': {
        headers = request.headers
        const sent = new URLSearchParams(body)
        provider.redeemed.push(sent)
        const found = codes.get(sent.get('code') ?? '')
        codes.delete(sent.get('code') ?? '')
        const challenge = createHash('sha256')
          .update(sent.get('code_verifier') ?? '')
          .digest('base64url')
        if (!found || found.challenge !== challenge) return answer({ error: 'invalid_grant' }, 400)
        const idToken = provider.sign({ nonce: found.nonce, ...provider.claims })
        const usual = { access_token: 'an-access-token', token_type: 'Bearer', id_token: idToken }
        return answer({ ...usual, ...provider.token })
      }
      default:
        return answer({}, 404)
    }
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')

  const provider: OpenidProvider = {
    issuer: `http://${host}:${address.port}`,
    key,
    asked,
    redeemed: [],
    lastHeaders: () => headers,
    ...{ metadata: {}, claims: {}, header: {}, userinfo: {}, token: {} },
    signer: signedBy(key),
    keys: [published],
    instead: new Map(),
    codeFor(location) {
      const parameter = (name: string) => location.searchParams.get(name) ?? ''
      const code = `code-${crypto.randomUUID()}`
      codes.set(code, { challenge: parameter('code_challenge'), nonce: parameter('nonce') })
      return code
    },
    sign(claims, header = {}, signer = provider.signer) {
      const now = Math.floor(house.world.now() / 1000)
      const head = { typ: 'JWT', alg: key.algorithm, kid: 'one', ...provider.header, ...header }
      const said = { iss: provider.issuer, sub: 'mei', aud: 'here', iat: now, exp: now + 300, ...claims }
      const input = [head, said]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${input}.${signer(input)}`
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return provider
}

function subjectOf(claims: object): object {
  return 'sub' in claims ? { sub: claims.sub } : {}
}

function usualMetadata(issuer: string, key: ClientKey): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/end`,
    id_token_signing_alg_values_supported: [key.algorithm],
    response_types_supported: ['code'],
  }
}

/** A browser, as far as these pages need one: the cookies that it keeps, and where it is. */
export interface Browser {
  cookie: string
}

export const newBrowser = (): Browser => ({ cookie: '' })

/** The settings of a test app that may ask providers on this machine. */
export const reachingLoopback = { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1/32' }

/** Follow the button of a provider. */
export async function begin(
  house: TestApp,
  key: string,
  browser: Browser,
  query = '',
): Promise<Answered & { readonly location: URL }> {
  const answer = await house.call('GET', `/sign-in/with/${key}${query}`, { headers: sentBy(browser) })
  keep(browser, answer)
  return { ...answer, location: new URL(answer.headers.get('location') ?? 'about:blank') }
}

/** Come back from a provider with these parameters. */
export async function comeBack(
  house: TestApp,
  key: string,
  browser: Browser,
  parameters: Readonly<Record<string, string>>,
): Promise<Answered> {
  const path = `/sign-in/back/${key}?${new URLSearchParams(parameters)}`
  const answer = await house.call('GET', path, { headers: sentBy(browser) })
  keep(browser, answer)
  return answer
}

/** Sign in at a provider, from the button to the page behind it. */
export async function signInAt(
  house: TestApp,
  provider: OpenidProvider,
  key: string,
  browser: Browser = newBrowser(),
  query = '',
): Promise<Answered> {
  const { location } = await begin(house, key, browser, query)
  const state = location.searchParams.get('state') ?? ''
  return comeBack(house, key, browser, { state, code: provider.codeFor(location) })
}

/** Link an identity to the account of a token, as the console and a browser do. */
export async function linkAt(
  house: TestApp,
  provider: OpenidProvider,
  key: string,
  token: string,
): Promise<Answered> {
  const browser = newBrowser()
  const answer = await house.call('POST', '/v1/me/identities', { token, body: { provider: key } })
  if (answer.status !== 201) throw new Error(answer.text)
  keep(browser, answer)
  const location = new URL(String(answer.body.location))
  const state = location.searchParams.get('state') ?? ''
  return comeBack(house, key, browser, { state, code: provider.codeFor(location) })
}

/** The token that the page of the console gets by the cookie that a sign-in has set. */
export async function tokenIn(house: TestApp, answer: Answered): Promise<string> {
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .find((one) => one.includes('latchkey_refresh'))
  if (cookie === undefined) throw new Error(`nobody is signed in: ${answer.status} ${answer.text}`)
  const headers = { cookie, origin: testIssuer }
  const { body, text: said } = await house.call('POST', '/v1/refresh', {
    body: { cookie: 'console' },
    headers,
  })
  if (body.access_token === undefined) throw new Error(said)
  return body.access_token
}

function sentBy({ cookie }: Browser): Record<string, string> {
  return cookie === '' ? {} : { cookie }
}

function keep(browser: Browser, answer: Answered): void {
  const set = answer.headers.getSetCookie().find((one) => one.includes('latchkey_flow'))
  if (set !== undefined) browser.cookie = set.split(';')[0] ?? ''
}
