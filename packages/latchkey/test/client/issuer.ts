import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type Client, type ClientOptions, createClient } from '../../src/client/client.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Given {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A server on loopback that remembers what it was asked and gives what `answer` says. */
export async function serve(t: TestContext, answer: (asked: Asked) => Given | Promise<Given>) {
  const asked: Asked[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body }
    asked.push(one)
    const given = await answer(one)
    if (response.destroyed) return
    response.sendDate = false
    response.writeHead(given.status, given.headers)
    response.end(
      given.body === undefined || typeof given.body === 'string' ? given.body : JSON.stringify(given.body),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(stop)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop }
}

/**
 * An issuer and an API in one, by the rules of the real one: a refresh token serves once, and what its reuse brings is told
 * by `faults`. Its clock is ours.
 */
export async function startIssuer(t: TestContext) {
  const state = {
    nowMs: 1_800_000_000_000,
    /** Of access tokens. */
    lifeSeconds: 300,
    /** What is answered in place of what would be right, by path. */
    instead: new Map<string, (asked: Asked) => Given | Promise<Given>>(),
    refreshes: 0,
    /** Refresh tokens that came a second time: each would end a session. */
    reused: 0,
    isOver: false,
    /** What the next tokens say. */
    scope: 'devices:view',
    userType: 'customer',
    ended: [] as string[],
    /** Access tokens that the API no longer takes. */
    rejected: new Set<string>(),
  }
  let current = 0

  const tokens = (username: string, session: number): Given => {
    current += 1
    const { scope, userType, lifeSeconds } = state
    const claims = { sub: `usr_${username}`, scope, user_type: userType, n: current }
    return {
      status: 200,
      headers: { date: new Date(state.nowMs).toUTCString() },
      body: {
        access_token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`,
        token_type: 'Bearer',
        expires_in: lifeSeconds,
        refresh_token: `rt ${username} ${session} ${current}`,
        session_id: `ses_${session}`,
      },
    }
  }
  const refusal = (status: number, code: string, error?: string): Given => ({
    status,
    headers: { 'www-authenticate': `Bearer realm="latchkey"${error ? `, error="${error}"` : ''}` },
    body: { code, detail: 'no' },
  })
  const newest = new Map<string, string>()
  let sessions = 0

  function answer(asked: Asked): Given | Promise<Given> {
    const { path, body, headers } = asked
    const instead = state.instead.get(path)
    if (instead !== undefined) return instead(asked)
    if (path === '/v1/login') {
      const { username, password } = JSON.parse(body) as { username: string; password: string }
      if (password !== 'right') return refusal(401, 'credentials_invalid')
      sessions += 1
      return remembered(tokens(username, sessions))
    }
    if (path === '/v1/refresh') return renew(body)
    if (path === '/v1/logout') {
      state.ended.push(headers.authorization ?? '')
      return { status: 204 }
    }
    const token = (headers.authorization ?? '').replace('Bearer ', '')
    if (state.rejected.has(token)) return refusal(401, 'token_invalid', 'invalid_token')
    return { status: 200, body: { token } }
  }

  function renew(body: string): Given {
    const presented = (JSON.parse(body) as { refresh_token: string }).refresh_token
    const [, username = '', session = ''] = presented.split(' ')
    state.refreshes += 1
    if (state.isOver) return refusal(401, 'refresh_invalid')
    if (newest.get(`ses_${session}`) !== presented) {
      state.reused += 1
      return refusal(401, 'refresh_reused')
    }
    return remembered(tokens(username, Number(session)))
  }

  function remembered(given: Given): Given {
    const { session_id: session, refresh_token: token } = given.body as Record<string, string>
    newest.set(session ?? '', token ?? '')
    return given
  }

  const { url, asked, stop } = await serve(t, answer)
  const clients: Client[] = []
  t.after(() => {
    for (const client of clients) client.close()
  })
  return Object.assign(state, {
    url,
    asked,
    renew,
    stop,
    /** The paths that were asked for, in this order. */
    paths: () => asked.map(({ path }) => path),
    count: (path: string) => asked.filter((one) => one.path === path).length,
    open(options: Partial<ClientOptions> = {}): Client {
      const client = createClient({
        issuer: url,
        now: () => state.nowMs,
        random: () => 0.5,
        locks: false,
        ...options,
      })
      clients.push(client)
      return client
    },
    async signedIn(options: Partial<ClientOptions> = {}): Promise<Client> {
      const client = this.open(options)
      await client.signIn({ username: 'ada', password: 'right' })
      return client
    },
    async tokenOf(client: Client): Promise<string> {
      const answer = (await (await client.fetch(`${url}/me`)).json()) as { token: string }
      return answer.token
    },
    expire() {
      state.nowMs += state.lifeSeconds * 1000
    },
  })
}

export const ada = { username: 'ada', password: 'right' }

/** What a sign-in that a test answers by itself gives. */
export const otherTokens = {
  access_token: `e30.${Buffer.from('{"sub":"usr_ada"}').toString('base64url')}.AA`,
  token_type: 'Bearer',
  expires_in: 300,
  refresh_token: 'rt',
  session_id: 'ses_2',
  username: 'ada',
}

/** What would be sent a second time after a pause is sent at once; time-outs, which are longer, never come. */
export function withoutPauses(t: TestContext): void {
  const { setTimeout } = globalThis
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0) => setTimeout(run, ms === 1_000 ? 0 : ms))
}
