import { createHash, randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import {
  type ApplicationClientOptions,
  createApplicationClient,
} from '../../src/client/application/application-client.ts'
import type { RedirectRequest } from '../../src/client/application/redirect-request.ts'
import { type Asked, type Given, serve } from './issuer.ts'

export const clientId = 'cli_1'
export const redirectUri = 'https://shop.example/back'

/** Claims that are sent in place of those that would be right; undefined leaves one out. */
type Claims = Readonly<Record<string, unknown>>

/**
 * An authorization server as far as a client sees it: codes serve once and by their verifier, refresh tokens once. What tests make
 * it say wrongly is told by `state`. Its clock is ours.
 */
export async function startAuthorizationServer(t: TestContext) {
  const state = {
    nowMs: 1_800_000_000_000,
    lifeSeconds: 300,
    idToken: {} as Claims,
    accessToken: {} as Claims,
    /** Members of answers with tokens that are other ones. */
    members: {} as Claims,
    /** What is answered in place of what would be right, by path. */
    instead: new Map<string, (asked: Asked, form: URLSearchParams) => Given | undefined>(),
    newestRefreshToken: '',
    /** The refresh tokens whose sessions were ended. */
    ended: [] as string[],
  }
  const codes = new Map<string, URLSearchParams>()
  const refreshTokens = new Set<string>()
  const { url, asked } = await serve(t, answer)

  function answer(one: Asked): Given {
    const form = new URLSearchParams(one.body)
    const path = one.path
    const instead = state.instead.get(path)?.(one, form)
    if (instead !== undefined) return instead
    if (path === '/oauth/token') return token(form)
    if (path === '/oauth/par') {
      return { status: 201, body: { request_uri: 'urn:ietf:params:oauth:request_uri:1', expires_in: 60 } }
    }
    if (path === '/oauth/revoke') {
      state.ended.push(form.get('token') ?? '')
      return { status: 200 }
    }
    if (path === '/oauth/device_authorization') {
      const complete = `${url}/device?user_code=BCDF-GHJK`
      return {
        status: 200,
        body: {
          ...{ device_code: 'lk_device_1', user_code: 'BCDF-GHJK', verification_uri: `${url}/device` },
          ...{ verification_uri_complete: complete, expires_in: 600, interval: 7 },
        },
      }
    }
    return { status: 200, body: { token: one.headers.authorization } }
  }

  function token(form: URLSearchParams): Given {
    if (form.get('client_id') !== clientId) return { status: 401, body: { error: 'invalid_client' } }
    const presented = form.get('refresh_token')
    if (presented !== null) return refreshTokens.delete(presented) ? tokens() : refused('invalid_grant')
    if (form.has('device_code')) return tokens(undefined)
    const request = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      request?.get('code_challenge') === challenge && request.get('redirect_uri') === form.get('redirect_uri')
    return isRight ? tokens(request?.get('nonce') ?? undefined) : refused('invalid_grant')
  }

  function tokens(nonce?: string): Given {
    const now = Math.floor(state.nowMs / 1000)
    const refreshToken = `rt_${randomUUID()}`
    refreshTokens.add(refreshToken)
    state.newestRefreshToken = refreshToken
    return {
      status: 200,
      headers: { date: new Date(state.nowMs).toUTCString() },
      body: {
        access_token: jwt({
          sub: 'usr_ada',
          aud: url,
          scope: 'devices:view',
          n: randomUUID(),
          ...state.accessToken,
        }),
        token_type: 'Bearer',
        expires_in: state.lifeSeconds,
        scope: 'openid devices:view',
        refresh_token: refreshToken,
        id_token: jwt({
          ...{ iss: url, sub: 'usr_ada', aud: clientId, exp: now + 600, iat: now, auth_time: now, nonce },
          ...{ preferred_username: 'ada', ...state.idToken },
        }),
        session_id: 'ses_1',
        ...state.members,
      },
    }
  }

  return Object.assign(state, {
    url,
    asked,
    paths: () => asked.map(({ path }) => path),
    forms: () => asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    open(options: Partial<ApplicationClientOptions> = {}) {
      const client = createApplicationClient({
        ...{ issuer: url, clientId, scopes: ['openid', 'devices:view'] },
        ...{ now: () => state.nowMs, random: () => 0.5, locks: false },
        ...options,
      })
      t.after(() => client.close())
      return client
    },
    /** Begin, and give what the browser is sent to. */
    async begin(
      client: ReturnType<typeof createApplicationClient>,
      more: Partial<RedirectRequest> = {},
    ): Promise<URL> {
      const { promise, resolve } = Promise.withResolvers<string>()
      await client.signInByRedirect({ redirectUri, navigate: resolve, ...more })
      return new URL(await promise)
    },
    /** Let the application in, and give the address to which the browser is sent back; undefined leaves a parameter out. */
    letIn(request: URL, more: Readonly<Record<string, string | undefined>> = {}): string {
      const code = `lk_code_${randomUUID()}`
      codes.set(code, request.searchParams)
      const back = new URL(request.searchParams.get('redirect_uri') ?? '')
      const parameters = { code, state: request.searchParams.get('state') ?? '', iss: url, ...more }
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) back.searchParams.set(name, value)
      return back.href
    },
    expire() {
      state.nowMs += state.lifeSeconds * 1000
    },
  })
}

export function refused(error: string, status = 400): Given {
  return { status, body: { error, error_description: 'no' } }
}

/** A token that nobody verifies. */
export function jwt(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`
}
