import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { importFile, type RefusedRecord } from '../../packages/server/src/accounts/transfer/file-import.ts'
import { djangoSource } from '../../packages/server/src/accounts/transfer/sources/json-sources.ts'
import { operator } from '../../packages/server/src/identity.ts'
import { openTestApp } from '../../packages/server/test/app.ts'
import { python, skipUnless } from './original.ts'

const skip = skipUnless({ django: 'python3-django', werkzeug: 'python3-flask' })
const password = 'ключ, lamp & latch'

test('people whom Django dumps sign in with their passwords', { skip }, async (t) => {
  const program = fileURLToPath(new URL('django_dump.py', import.meta.url))
  const dump = spawnSync(python, ['-B', program, password], { encoding: 'utf8' })
  assert.equal(dump.status, 0, dump.stderr)
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-django-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'dump.json')
  writeFileSync(file, dump.stdout)
  const app = await openTestApp('sqlite')
  t.after(() => app.close())
  const refused: RefusedRecord[] = []
  const result = await importFile(app.app, operator, {
    ...{ file, source: djangoSource, reading: 'django', userType: 'customer', isTrial: false },
    onRefused: (one) => refused.push(one),
    onProgress: () => {},
  })
  assert.deepEqual([result.records, result.created], [8, 7])
  assert.deepEqual(
    refused.map(({ username, detail }) => [username, detail.includes('found from such hashes')]),
    [['cleo', true]],
  )
  for (const [username, status] of [
    ['ada', 200],
    ['ben', 200],
    ['cleo', 401],
    ['dora', 401],
    ['eve', 401],
    ['flask0', 200],
    ['flask1', 200],
    ['flask2', 200],
  ] as const) {
    const address = `192.0.2.${username.length}`
    const wrong = { username, password: `${password} ` }
    assert.equal((await app.call('POST', '/v1/login', { body: wrong, address })).status, 401, username)
    const body = { username, password }
    assert.equal((await app.call('POST', '/v1/login', { body, address })).status, status, username)
  }
  const me = await app.call('GET', '/v1/me', {
    token: (await app.call('POST', '/v1/login', { body: { username: 'ada', password } })).body.access_token,
  })
  assert.deepEqual(
    [me.body.display_name, me.body.user_type, (me.body.permissions as string[]).includes('users:write')],
    ['Ada Lovelace', 'customer', false],
  )
})
