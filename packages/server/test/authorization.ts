import { createHash } from 'node:crypto'
import type { ApplicationRow } from '../src/applications/store.ts'
import type { Answered, TestApp } from './app.ts'
import { placeApplication, type TestApplication } from './applications.ts'
import { asked, type BrowserPasskey, usePasskey } from './browser-passkeys.ts'

export const callback = 'https://shop.example/back'

/** An application to which people go on by redirect. */
export function anApplication(app: TestApp, more: Partial<ApplicationRow> = {}): Promise<TestApplication> {
  return placeApplication(app, {
    ...{ name: 'Shop', redirect_uris: [callback], logout_uris: ['https://shop.example/bye'] },
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'devices:view', 'devices:control'],
    ...more,
  })
}

/** A browser with its cookies, as far as this server sets them. */
export class TestBrowser {
  readonly #cookies = new Map<string, string>()
  readonly #app: TestApp
  readonly #address: string | undefined

  constructor(app: TestApp, address?: string) {
    this.#app = app
    this.#address = address
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.#call('GET', path, { headers })
  }

  /** Send a form of a page of this server. */
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const origin = this.#app.app.config.issuer
    return this.#call('POST', path, { form, headers: { origin, ...headers } })
  }

  async signIn(username: string): Promise<void> {
    const answer = await this.post('/sign-in', { username, password: `the password of ${username}` })
    if (answer.status !== 200) throw new Error(`the sign-in was answered with ${answer.status}`)
  }

  async signInWith(passkey: BrowserPasskey): Promise<void> {
    const credential = usePasskey(passkey, await asked(this.#app))
    const headers = { origin: this.#app.app.config.issuer }
    const body = { credential, cookie: 'console' }
    const answer = await this.#call('POST', '/v1/login/passkey', { body, headers })
    if (answer.status !== 200) throw new Error(`the sign-in was answered with ${answer.status}`)
  }

  async #call(method: string, path: string, options: Parameters<TestApp['call']>[2]): Promise<Answered> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#app.call(method, path, {
      ...options,
      ...(this.#address !== undefined && { address: this.#address }),
      headers: { ...options?.headers, ...(cookie && { cookie }) },
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/Max-Age=0/.test(set)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}

export const verifier = 'a-verifier-that-is-long-enough-to-be-one-of-rfc-7636'
export const challenge = createHash('sha256').update(verifier).digest('base64url')

/** The path of a request for authorization; a parameter that is undefined is left out. */
export function authorizePath(
  { id }: Pick<TestApplication, 'id'>,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = {
    ...{ response_type: 'code', client_id: id, redirect_uri: callback, state: 'xyz' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', ...more },
  }
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/oauth/authorize?${new URLSearchParams(given)}`
}

/** What an application is answered at its redirect address, by a redirect or by a page that goes on. */
export function answerAt({ status, headers }: Answered): URLSearchParams {
  const location = status === 303 ? headers.get('location') : headers.get('refresh')?.replace(/^0; url=/, '')
  if (!location) throw new Error(`no answer to an application: ${status}`)
  return new URL(location).searchParams
}

/** The sealed request in a page, which its form sends. */
export function sealedIn({ text }: Answered): string {
  const sealed = /name="request" value="([^"]+)"/.exec(text)?.[1]
  if (!sealed) throw new Error('the page has no form of a request')
  return sealed
}
