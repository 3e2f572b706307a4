import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createGuard } from 'latchkey/guard/fetch'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { startServer } from '../packages/server/src/main.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { eventually } from '../packages/server/test/second-app.ts'

test('a guard that follows the feed refuses the tokens of a key that is revoked, and takes those of the next one', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-revoked-'))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const settings = { LATCHKEY_DATA: data, LATCHKEY_PORT: String(port), LATCHKEY_MQTT_PORT: '0' }
  const server = await startServer(readConfig(settings, 'development'), { log: testLog() })
  const guard = createGuard({ issuer, audience: issuer })
  t.after(async () => {
    guard.close()
    await server.stop()
    rmSync(data, { recursive: true, force: true })
  })
  const { app } = server
  const hash = await app.passwords.hash('the password of ada', [])
  await createUser(app, operator, { username: 'ada', userType: 'customer' }, hash)
  const signIn = async () => {
    const answer = await fetch(`${issuer}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'the password of ada' }),
    })
    return ((await answer.json()) as { access_token: string }).access_token
  }
  const isLetIn = async (token: string) => {
    const request = new Request('http://api.example/', { headers: { authorization: `Bearer ${token}` } })
    return (await guard.authenticate(request)).auth !== undefined
  }
  const token = await signIn()
  assert.equal(await isLetIn(token), true)
  const active = app.ring.list().find(({ status }) => status === 'active')
  const revokedAt = performance.now()
  await app.ring.revoke(operator, active?.kid ?? '')
  await eventually(async () => !(await isLetIn(token)))
  assert.ok(performance.now() - revokedAt < 3_000)
  assert.equal(await isLetIn(await signIn()), true)
})
