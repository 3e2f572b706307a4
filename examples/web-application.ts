/**
 * A web application that signs people in at Latchkey by `openid-client`, as it would at any OpenID provider. Register it:
 * latchkey applications add shop --type web --redirect http://127.0.0.1:3000/back --scope openid --scope profile
 * and start it with the client id and the secret that this prints:
 * CLIENT_ID=cli_… CLIENT_SECRET=… node --conditions=latchkey-source examples/web-application.ts
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oidc from 'openid-client'

const { LATCHKEY_ISSUER: issuer = 'http://127.0.0.1:8484', CLIENT_ID = '', CLIENT_SECRET, PORT } = process.env
const port = Number(PORT ?? 3000)
const home = `http://127.0.0.1:${port}`

// Plain http is for this machine alone.
const options = issuer.startsWith('https:') ? {} : { execute: [oidc.allowInsecureRequests] }
const config = await oidc.discovery(new URL(issuer), CLIENT_ID, CLIENT_SECRET, undefined, options)

/** By the cookie of a browser: what its sign-in began with, or who it turned out to be. */
const visits = new Map<string, { verifier?: string; state?: string; name?: string }>()

async function signIn(visit: string): Promise<URL> {
  // Anybody can begin: the oldest make way.
  for (const old of visits.keys()) if (visits.size >= 10_000) visits.delete(old)
  const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()]
  visits.set(visit, { verifier, state })
  return oidc.buildAuthorizationUrl(config, {
    ...{ redirect_uri: `${home}/back`, scope: 'openid profile', state, code_challenge_method: 'S256' },
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  })
}

/** Whoever knew the cookie of before knows nothing of who has signed in. */
async function comeBack(visit: string, url: URL): Promise<string> {
  const { verifier = '', state = '' } = visits.get(visit) ?? {}
  visits.delete(visit)
  const tokens = await oidc.authorizationCodeGrant(config, url, {
    ...{ pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true },
  })
  const signedIn = randomUUID()
  visits.set(signedIn, { name: String(tokens.claims()?.preferred_username) })
  return signedIn
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', home)
  const visit = /(?:^|; )visit=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID()
  // Lax: the browser sends it when it comes back from another site.
  const keep = (own: string) =>
    response.setHeader('set-cookie', `visit=${own}; HttpOnly; SameSite=Lax; Path=/`)
  const goTo = (location: URL | string) => response.writeHead(303, { location: String(location) }).end()
  if (url.pathname === '/sign-in') {
    keep(visit)
    goTo(await signIn(visit))
  } else if (url.pathname === '/back') {
    keep(await comeBack(visit, url))
    goTo('/')
  } else response.end(`Hello ${visits.get(visit)?.name ?? 'stranger'}\n`)
}

createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(403).end('You are not signed in.\n'))
}).listen(port, '127.0.0.1')
