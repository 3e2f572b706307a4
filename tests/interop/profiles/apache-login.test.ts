import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { createUser } from '../../../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../../../packages/server/src/config/config.ts'
import { operator } from '../../../packages/server/src/identity.ts'
import { startServer } from '../../../packages/server/src/main.ts'
import { testLog } from '../../../packages/server/test/app.ts'
import { placeApplication } from '../../../packages/server/test/applications.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'

// Debian's mod_auth_openidc as a relying party that nobody here wrote: a person who opens its page is signed in here, and comes back.

const modules = '/usr/lib/apache2/modules'
const skip = skipUnlessProgram('libapache2-mod-auth-openidc', `${modules}/mod_auth_openidc.so`)

test('mod_auth_openidc signs people in by redirect', { skip }, async (t) => {
  // Apache is started as a user who may not look where files of tests are kept in memory.
  const directory = mkdtempSync('/tmp/latchkey-login-')
  chmodSync(directory, 0o755)
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const issuerPort = await freePort()
  const settings = {
    LATCHKEY_DATA: `${directory}/data`,
    LATCHKEY_PORT: `${issuerPort}`,
    LATCHKEY_MQTT_PORT: '0',
  }
  const server = await startServer(readConfig(settings, 'development'), { log: testLog() })
  t.after(() => server.stop())
  const { app } = server
  const hash = await app.passwords.hash('the password of ada', [])
  await createUser(app, operator, { username: 'ada', userType: 'customer' }, hash)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { id, secret } = await placeApplication(server, {
    ...{ name: 'Wiki', redirect_uris: [`${origin}/app/back`], logout_uris: [`${origin}/`] },
    ...{ grants: ['authorization_code', 'refresh_token'], scopes: ['openid', 'profile'] },
  })
  const main = `${directory}/apache.conf`
  const lines = [
    ...ownLines(directory, port),
    `OIDCProviderMetadataURL ${app.config.issuer}/.well-known/openid-configuration`,
    `OIDCClientID ${id}`,
    `OIDCClientSecret ${secret}`,
    `OIDCRedirectURI ${origin}/app/back`,
    'OIDCCryptoPassphrase a-passphrase-of-the-test-that-is-long-enough',
    'OIDCScope "openid profile"',
    'OIDCPKCEMethod S256',
    'OIDCRemoteUserClaim preferred_username',
    'OIDCProviderTokenEndpointAuth client_secret_basic',
    'OIDCSSLValidateServer Off',
    'OIDCSessionType client-cookie',
    '<Location /app>',
    '  AuthType openid-connect',
    '  Require valid-user',
    '</Location>',
    '',
  ]
  install([{ path: main, text: lines.join('\n') }])
  install([{ path: `${directory}/www/app/index.html`, text: 'hello\n' }])
  const args = ['-f', main, '-D', 'FOREGROUND']
  await startProgram(t, { command: 'apache2', args, directory: directory, port })

  const browser = new Browser(app.config.issuer)
  const toSignIn = await browser.follow(`${origin}/app/`)
  assert.match(toSignIn.url, /\/sign-in\?/)
  const next = new URL(toSignIn.url).searchParams.get('next') ?? ''
  const signedIn = await browser.post('/sign-in', { username: 'ada', password: 'the password of ada', next })
  const consent = await browser.follow(new URL(refreshOf(signedIn), app.config.issuer).href)
  assert.match(consent.text, /Let Wiki in\?/)
  const sealed = /name="request" value="([^"]+)"/.exec(consent.text)?.[1] ?? ''
  const allowed = await browser.post('/oauth/authorize/continue', { request: sealed, answer: 'allow' })
  const end = await browser.follow(refreshOf(allowed))
  assert.deepEqual([end.url, end.status, end.text], [`${origin}/app/`, 200, 'hello\n'])
  assert.equal(end.header('x-subject'), 'ada')

  await t.test('and again without a question, in a browser that is signed in here', async () => {
    browser.forget('mod_auth_openidc_session')
    const again = await browser.follow(`${origin}/app/`)
    assert.deepEqual([again.status, again.header('x-subject')], [200, 'ada'])
  })

  await t.test('and refuses an answer that was made for another request', async () => {
    const other = new Browser(app.config.issuer)
    const forged = await other.follow(
      `${origin}/app/back?code=lk_code_x&state=forged&iss=${app.config.issuer}`,
    )
    assert.notEqual(forged.status, 200)
  })
})

const refreshOf = (answer: Answer) => answer.header('refresh').replace(/^0; url=/, '')

/** A browser as far as redirects and cookies go. */
class Browser {
  readonly #cookies = new Map<string, string>()
  readonly #issuer: string

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  async follow(url: string): Promise<Answer> {
    for (let steps = 0; steps < 10; steps += 1) {
      const answer = await this.#send(url)
      const location = answer.header('location')
      if (location === '') return answer
      url = new URL(location, url).href
    }
    return assert.fail('it goes round in a circle')
  }

  post(path: string, form: Record<string, string>): Promise<Answer> {
    return this.#send(this.#issuer + path, form)
  }

  forget(name: string): void {
    this.#cookies.delete(name)
  }

  /** Over `node:http`: what `fetch` sends says that a script asks, and such are not led to a sign-in. */
  async #send(url: string, form?: Record<string, string>): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = form && `${new URLSearchParams(form)}`
    const asking = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...{ accept: 'text/html', cookie },
        ...(body !== undefined && {
          ...{ origin: this.#issuer, 'content-type': 'application/x-www-form-urlencoded' },
          'content-length': body.length,
        }),
      },
    })
    asking.end(body)
    const [incoming] = (await once(asking, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of incoming) text += chunk
    for (const set of incoming.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      this.#cookies.set(name, value)
    }
    const header = (name: string) => String(incoming.headers[name] ?? '')
    return { url, status: incoming.statusCode ?? 0, header, text }
  }
}

interface Answer {
  readonly url: string
  readonly status: number
  readonly text: string
  header(name: string): string
}

function ownLines(directory: string, port: number): string[] {
  const loaded = [
    'mpm_event',
    'authn_core',
    'authz_core',
    'authz_user',
    'alias',
    'dir',
    'headers',
    'auth_openidc',
  ]
  return [
    `ServerRoot ${directory}`,
    `PidFile ${directory}/pid`,
    `ErrorLog ${directory}/error.log`,
    'ServerName 127.0.0.1',
    `Listen 127.0.0.1:${port}`,
    ...(userInfo().uid === 0 ? ['User www-data', 'Group www-data'] : []),
    ...loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
    `DocumentRoot ${directory}/www`,
    'DirectoryIndex index.html',
    'Header always set X-Subject "expr=%{REMOTE_USER}"',
  ]
}
