import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { GuardOptions } from 'latchkey/guard'
import { createGuard } from 'latchkey/guard/fetch'
import { decodeUnverified } from 'latchkey/token'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { startServer } from '../packages/server/src/main.ts'
import { revokeOwnKey, shownKeysOf } from '../packages/server/src/services/own-keys/own-keys.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { revokeToken } from '../packages/server/src/tokens/revoke.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { eventually } from '../packages/server/test/second-app.ts'

// What ends at the server, as guards of the library see it.

/** A server with ada in it. */
async function started(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-revoked-'))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const settings = { LATCHKEY_DATA: data, LATCHKEY_PORT: String(port), LATCHKEY_MQTT_PORT: '0' }
  const server = await startServer(readConfig(settings, 'development'), { log: testLog() })
  t.after(async () => {
    await server.stop()
    rmSync(data, { recursive: true, force: true })
  })
  const { app } = server
  const hash = await app.passwords.hash('the password of ada', [])
  await createUser(app, operator, { username: 'ada', userType: 'customer' }, hash)
  async function signIn(resource?: string): Promise<string> {
    const answer = await fetch(`${issuer}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'the password of ada', resource }),
    })
    return ((await answer.json()) as { access_token: string }).access_token
  }
  function guarded(options: Partial<GuardOptions> = {}) {
    const guard = createGuard({ issuer, audience: issuer, ...options })
    t.after(() => guard.close())
    return async (token: string) => {
      const request = new Request('http://api.example/', { headers: { authorization: `Bearer ${token}` } })
      return (await guard.authenticate(request)).auth !== undefined
    }
  }
  return { app, issuer, signIn, guarded }
}

test('a guard that follows the feed refuses the tokens of a key that is revoked, and takes those of the next one', async (t) => {
  const { app, signIn, guarded } = await started(t)
  const isLetIn = guarded()
  const token = await signIn()
  assert.equal(await isLetIn(token), true)
  const active = app.ring.list().find(({ status }) => status === 'active')
  const revokedAt = performance.now()
  await app.ring.revoke(operator, active?.kid ?? '')
  await eventually(async () => !(await isLetIn(token)))
  assert.ok(performance.now() - revokedAt < 3_000)
  assert.equal(await isLetIn(await signIn()), true)
})

test('and so it does with a key of its own, whose set its feed tells of, and those of others go on', async (t) => {
  const { app, signIn, guarded } = await started(t)
  const profile = { name: 'plain', key: 'own' } as const
  const { service } = await createService(app, operator, {
    name: 'pages',
    scopes: [],
    audience: 'pages',
    profile,
  })
  await createService(app, operator, { name: 'files', scopes: [], audience: 'files', profile })
  const isLetIn = guarded({ audience: 'pages', ownKeys: 'pages' })
  const isLetInByFiles = guarded({ audience: 'files', ownKeys: 'files' })
  const [token, ofFiles] = [await signIn('pages'), await signIn('files')]
  assert.deepEqual([await isLetIn(token), await isLetInByFiles(ofFiles)], [true, true])
  assert.equal(await isLetIn(await signIn()), false, 'the keys of the server are not its own')
  const active = (await shownKeysOf(app, app.db, service.id)).find(({ status }) => status === 'active')
  const revokedAt = performance.now()
  await revokeOwnKey(app, operator, service.id, active?.kid ?? '')
  await eventually(async () => !(await isLetIn(token)))
  assert.ok(performance.now() - revokedAt < 3_000)
  assert.equal(await isLetIn(await signIn('pages')), true)
  assert.equal(await isLetInByFiles(ofFiles), true)
})

test('a guard that follows no feed learns of a revocation by the status list, when its ttl is over', async (t) => {
  const { app, signIn, guarded } = await started(t)
  const profile = { name: 'plain', statusList: true } as const
  await createService(app, operator, { name: 'pages', scopes: [], audience: 'pages', profile })
  let aheadMs = 0
  const isLetIn = guarded({
    ...{ audience: 'pages', revocations: false, statusList: true, clockTolerance: 120 },
    now: () => Date.now() + aheadMs,
  })
  const [token, other] = [await signIn('pages'), await signIn('pages')]
  assert.deepEqual([await isLetIn(token), await isLetIn(other)], [true, true])
  const { uri } = (decodeUnverified(token).claims.status as { status_list: { uri: string } }).status_list
  const listed = async () => (await fetch(uri)).text()
  const before = await listed()
  await revokeToken({ ...app, ...app.hands }, operator, { token })
  assert.equal(await isLetIn(token), true, 'the list that it has is good for 30 seconds')
  const revokedAt = performance.now()
  await eventually(async () => (await listed()) !== before)
  assert.ok(performance.now() - revokedAt < 2_000, 'the server makes a list once in a second')
  aheadMs = 31_000
  assert.equal(await isLetIn(token), false)
  assert.equal(await isLetIn(other), true)
})
