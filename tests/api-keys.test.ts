import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createGuard } from 'latchkey/guard/fetch'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { revokeKeyOf } from '../packages/server/src/api-keys/end.ts'
import { createKeyFor } from '../packages/server/src/api-keys/make.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { eventually } from '../packages/server/test/second-app.ts'

const execute = promisify(execFile)

describe('an API key in somebody’s service', () => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-api-keys-'))
  const audience = 'https://pages.example'
  let issuer: string
  let server: RunningServer
  let guard: ReturnType<typeof createGuard>
  let owner: string
  let token: string
  before(async () => {
    const port = await freePort()
    issuer = `http://127.0.0.1:${port}`
    const settings = { LATCHKEY_DATA: data, LATCHKEY_PORT: String(port), LATCHKEY_MQTT_PORT: '0' }
    server = await startServer(readConfig(settings, 'development'), { log: testLog() })
    guard = createGuard({ issuer, audience })
    const { app } = server
    const hash = await app.passwords.hash('the password of ada', [])
    owner = (await createUser(app, operator, { username: 'ada', userType: 'customer' }, hash)).id
    const given = { name: 'pages', scopes: [], audience, knownScopes: ['devices:view'] }
    await createService(app, operator, given)
    const answer = await fetch(`${issuer}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'the password of ada' }),
    })
    token = ((await answer.json()) as { access_token: string }).access_token
  })
  after(async () => {
    guard.close()
    await server.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const make = (for_?: string) =>
    createKeyFor(server.app.apiKeys.ground, operator, owner, {
      ...{ name: 'a script', scopes: ['devices:view'], audience: for_ },
    })
  const judge = (by: ReturnType<typeof createGuard>, key: string, policy: object = {}) =>
    by.required(policy)(new Request('http://pages.example/', { headers: { authorization: `Bearer ${key}` } }))

  test('is one caller more, whom a policy can keep out', async () => {
    const { row, key } = await make(audience)
    const { auth } = await judge(guard, key, { scope: 'devices:view' })
    assert.deepEqual(
      [auth?.kind, auth?.subject, auth?.clientId, auth?.sessionId, auth?.token],
      ['api_key', owner, row.id, undefined, key.slice('lk_key_'.length)],
    )
    for (const policy of [{ kinds: ['user'] }, { maxAge: 300 }, { acr: 'urn:latchkey:acr:one-factor' }]) {
      assert.equal((await judge(guard, key, policy)).auth, undefined, JSON.stringify(policy))
    }
  })

  test('is refused within a second of its revocation, and by a guard that starts later', async () => {
    const { row, key } = await make(audience)
    assert.ok((await judge(guard, key)).auth)
    const revokedAt = performance.now()
    await revokeKeyOf(server.app.apiKeys.ground, operator, owner, row.id)
    await eventually(async () => (await judge(guard, key)).auth === undefined)
    assert.ok(performance.now() - revokedAt < 3_000)
    const later = createGuard({ issuer, audience })
    assert.equal((await judge(later, key)).auth, undefined)
    later.close()
  })

  test('is verified after the keys of the server were rotated twice', async () => {
    const { key } = await make(audience)
    await server.app.ring.rotate(operator)
    await server.app.ring.rotate(operator)
    const later = createGuard({ issuer, audience })
    assert.ok((await judge(later, key)).auth)
    later.close()
  })

  const page = readFileSync(join(import.meta.dirname, '../docs/api-keys.md'), 'utf8')
  const [making = '', using = ''] = [...page.matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, line]) => line)
  const isMissing = spawnSync('curl', ['--version']).status !== 0
  test('the commands of the page make one and use it', {
    skip: isMissing && 'curl is not there',
  }, async () => {
    // Not waited for by this thread, which answers them.
    const run = async (line: string, environment: Readonly<Record<string, string>>) => {
      const command = line.replace('http://127.0.0.1:8484', issuer)
      const { stdout } = await execute('sh', ['-c', command], { env: { ...process.env, ...environment } })
      return JSON.parse(stdout)
    }
    const made = await run(making, { TOKEN: token })
    assert.equal(made.name, 'night report')
    assert.deepEqual(await run(using, { KEY: made.key }), { items: [], next: null })
  })
})
