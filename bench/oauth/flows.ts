import { execFileSync } from 'node:child_process'
import { createHash, pbkdf2Sync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Peer } from '../api/peer-process.ts'
import type { ServerProcess } from '../server.ts'
import { type Answer, cookiesIn, send } from './send.ts'

/** An authorization server with an application, and browsers whose people have let the application in. */
export interface Flows {
  /** Sign in anew, in every browser. */
  signIn(): Promise<void>
  /** One request of a browser, by its number, and one redirect: the code. */
  authorize(browser: number): Promise<string>
  redeem(code: string): Promise<Tokens>
  refresh(token: string): Promise<Tokens>
  /** As members of a form. */
  readonly client: Readonly<Record<string, string>>
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const callback = 'https://rp.example/back'
const verifier = 'a-verifier-that-is-long-enough-to-be-one-of-rfc-7636'
const challenge = createHash('sha256').update(verifier).digest('base64url')

/** An application and one person for each browser, added by the command line beside the running server. */
export async function ourFlows(
  { issuer }: ServerProcess,
  directory: string,
  browsers: number,
): Promise<Flows> {
  const program = fileURLToPath(new URL('../../packages/server/bin/latchkey.js', import.meta.url))
  const latchkey = (...args: string[]) =>
    execFileSync(process.execPath, ['--conditions=latchkey-source', program, ...args], {
      env: { ...process.env, LATCHKEY_DATA: join(directory, 'data') },
      ...{ encoding: 'utf8', timeout: 60_000 },
    })
  const usernames = Array.from({ length: browsers }, (_, at) => `person.${at}`)
  const file = join(directory, 'people.ndjson')
  const hash = `pbkdf2_sha256$600000$salt$${pbkdf2Sync(password, 'salt', 600_000, 32, 'sha256').toString('base64')}`
  writeFileSync(
    file,
    usernames.map((username) => JSON.stringify({ username, password_hash: hash })).join('\n'),
  )
  latchkey('users', 'import', file)
  const made = latchkey(
    ...['applications', 'add', 'bench', '--json', '--type', 'web', '--redirect', callback, '--first-party'],
    ...['--scope', 'openid', '--grant', 'authorization_code', '--grant', 'refresh_token'],
  )
  const { id, secret } = JSON.parse(made) as { id: string; secret: string } // its output
  const cookies: string[] = []
  const signIn = async () => {
    for (const [at, username] of usernames.entries()) {
      const form = { username, password }
      cookies[at] = cookiesIn(await send(`${issuer}/sign-in`, { form, headers: { origin: issuer } }))
    }
  }
  const client = { client_id: id, client_secret: secret }
  const endpoints = { authorize: `${issuer}/oauth/authorize`, token: `${issuer}/oauth/token` }
  return { signIn, ...flows(endpoints, client, { scope: 'openid' }, (browser) => cookies[browser] ?? '') }
}
const password = 'a password that nobody else has'

/** One person in all browsers, who signs in once: the first request leads to its interaction, which signs in and comes back. */
export async function peersFlows({ port }: Peer): Promise<Flows> {
  const base = `http://127.0.0.1:${port}`
  const client = { client_id: 'reporting', client_secret: 'a secret that nobody knows but the two' }
  const endpoints = { authorize: `${base}/auth`, token: `${base}/token` }
  const kept = new Map<string, string>()
  const cookie = () => [...kept].map(([name, value]) => `${name}=${value}`).join('; ')
  const signIn = async () => {
    let url = authorizeUrl(endpoints.authorize, client.client_id, 'openid read')
    while (url.startsWith(base)) {
      const answer = await send(url, { cookie: cookie() })
      for (const pair of cookiesIn(answer).split('; ')) kept.set(...cut(pair))
      url = new URL(answer.header('location'), base).href
    }
  }
  // Ours gives no ID token for a refresh, which OpenID Connect leaves open (Core section 12.2): so theirs is asked for none.
  const scopes = { scope: 'openid read', narrowed: { scope: 'read' } }
  return { signIn, ...flows(endpoints, client, scopes, cookie) }
}

function cut(pair: string): [string, string] {
  const [name = '', ...value] = pair.split('=')
  return [name, value.join('=')]
}

function authorizeUrl(endpoint: string, client: string, scope: string): string {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: client, redirect_uri: callback, scope },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  })
  return `${endpoint}?${query}`
}

function flows(
  endpoints: { readonly authorize: string; readonly token: string },
  client: { readonly client_id: string; readonly client_secret: string },
  { scope, narrowed = {} }: { readonly scope: string; readonly narrowed?: Record<string, string> },
  cookieOf: (browser: number) => string,
): Omit<Flows, 'signIn'> {
  const url = authorizeUrl(endpoints.authorize, client.client_id, scope)
  const token = async (form: Record<string, string>, hasIdToken: boolean) =>
    tokensIn(await send(endpoints.token, { form: { ...form, ...client } }), hasIdToken)
  return {
    client,
    async authorize(browser) {
      const { header } = await send(url, { cookie: cookieOf(browser) })
      const code = new URL(header('location')).searchParams.get('code')
      if (code === null) throw new Error(`there is no code in ${header('location')}`)
      return code
    },
    redeem: (code) =>
      token(
        { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: callback },
        true,
      ),
    refresh: (refresh) => token({ grant_type: 'refresh_token', refresh_token: refresh, ...narrowed }, false),
  }
}

function tokensIn({ text }: Answer, hasIdToken: boolean): Tokens {
  const tokens = JSON.parse(text) as Tokens & { id_token?: string } // its contract
  if (
    tokens.access_token.split('.').length !== 3 ||
    !tokens.refresh_token ||
    'id_token' in tokens !== hasIdToken
  )
    throw new Error(`these are not the tokens that were expected: ${text}`)
  return tokens
}
