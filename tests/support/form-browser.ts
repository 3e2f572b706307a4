import assert from 'node:assert/strict'

/** A browser as far as redirects, cookies and forms go. */
export class FormBrowser {
  readonly #issuer: string
  readonly #cookies = new Map<string, string>()

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  /** Sign somebody in at the issuer. */
  async signIn(username: string, password: string): Promise<void> {
    const { status } = await this.post('/sign-in', { username, password })
    assert.equal(status, 200)
  }

  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { ...init.headers, cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      this.#cookies.set(name, value)
    }
    return response
  }

  post(path: string, form: Record<string, string>): Promise<Response> {
    return this.#fetch(this.#issuer + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: this.#issuer },
    })
  }

  /** Go there, allow what is asked, and give the address of the application that it ends at. */
  async authorize(url: URL | string, answer = 'allow'): Promise<URL> {
    const response = await this.#fetch(String(url))
    const location = response.headers.get('location')
    if (location !== null) {
      const next = new URL(location, this.#issuer)
      return next.origin === this.#issuer ? this.authorize(next, answer) : next
    }
    const request = /name="request" value="([^"]+)"/.exec(await response.text())?.[1]
    assert.ok(request, `${response.status}`)
    const end = await this.post('/oauth/authorize/continue', { request, answer })
    return new URL(end.headers.get('refresh')?.replace(/^0; url=/, '') ?? '')
  }

  status(url: URL | string): Promise<number> {
    return this.#fetch(String(url)).then(({ status }) => status)
  }
}
