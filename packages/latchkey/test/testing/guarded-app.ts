import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskedApp } from '../../src/testing/ask.ts'
import { createTestIssuer, type GuardOptionsForTests } from '../../src/testing/test-issuer.ts'

/** What `POST /open` asks for. */
export const scope = 'devices:control'

/** An app of one framework: `GET /me` says who asks, `POST /open` needs a scope, gives its body back and sets two cookies. */
export interface GuardedApp {
  readonly name: string
  make(options: GuardOptionsForTests): AskedApp | Promise<AskedApp>
}

/** Test that people are signed in to an app, and that its guard is a real one. */
export function testSignIn({ name, make }: GuardedApp): void {
  test(`somebody is signed in to ${name}, by a guard that is the real one`, async () => {
    const issuer = createTestIssuer()
    const app = await make(issuer.guardOptions)
    const ada = issuer.signIn(app, { subject: 'usr_ada', scopes: [scope] })
    const ben = issuer.signIn(app, 'usr_ben')

    const me = await ada.fetch('/me')
    assert.deepEqual([me.status, JSON.parse(await me.text())], [200, { id: 'usr_ada' }])
    assert.equal(JSON.parse(await (await ben.fetch('/me')).text()).id, 'usr_ben')

    const body = 'x'.repeat(70_000)
    const opened = await ada.fetch('/open', {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
    })
    assert.deepEqual([opened.status, opened.headers.getSetCookie()], [200, ['a=1', 'b=2']])
    assert.equal(await opened.text(), body)

    const refused = await ben.fetch('/open', { method: 'POST', body: '' })
    assert.equal(refused.status, 403)
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope/)
    const stranger = await issuer.anonymous(app).fetch('/me')
    assert.equal(stranger.status, 401)
    assert.equal(((await stranger.json()) as { error: string }).error, 'unauthorized')

    // Elsewhere a token of this issuer is worth nothing, even if it bears the same name.
    const other = createTestIssuer()
    assert.equal((await other.signIn(app, 'usr_ada').fetch('/me')).status, 401)
  })
}
