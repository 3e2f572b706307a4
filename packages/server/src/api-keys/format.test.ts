import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { apiKeyPrefix } from 'latchkey/token'
import { openTestApp } from '../../test/app.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { newSecret } from '../secrets/secrets.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/api-keys.md'), 'utf8')
const [, written = ''] = /```regex\n(.+)\n```/.exec(page) ?? []

test('scanners find every key by the pattern of the page, whole and within other text', async (t) => {
  const { app, world, close } = await openTestApp()
  t.after(close)
  const pattern = new RegExp(written)
  for (let made = 0; made < 1_000; made++) {
    const id = newIdentifier('key', world)
    const { token } = await app.issue({
      ...{ subject: newIdentifier('usr', world), kind: 'api_key', clientId: id, tokenId: id },
      ...{ scopes: ['devices:view'], userType: 'customer', livesUntilMs: world.now() + 86_400_000 },
    })
    const key = apiKeyPrefix + token
    for (const [before, after] of [
      ['', ''],
      ['curl -H "Authorization: Bearer ', '" https://id.example.com/v1/me'],
      ['LATCHKEY_KEY=', '\n'],
      ['{"key":"', '"}'],
      ['https://example.com/?k=', '&x=1'],
    ] as const) {
      assert.equal(pattern.exec(before + key + after)?.[0], key)
    }
  }
  const others = [
    newSecret('rt', world),
    newSecret('service', world),
    newIdentifier('key', world),
    'lk_key_',
    'lk_key_eyJhbGciOiJIUzI1NiJ9',
    'lk_key_eyJ.eyJ.x',
    (await app.issue({ subject: 'usr_1', kind: 'user', clientId: 'latchkey', scopes: [] })).token,
  ]
  for (const other of others) assert.ok(!pattern.test(other), other)
})
