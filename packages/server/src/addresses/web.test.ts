import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWebAddress } from './web.ts'

for (const [text, expected] of [
  ['https://store.example/backups', true],
  ['http://127.0.0.1:9000/backups', true],
  ['/backups', false],
  ['backups', false],
  ['/mnt/https:/backups', false],
  ['/mnt/http:/backups', false],
  ['https', false],
  ['', false],
] as const) {
  test(`${JSON.stringify(text)} is ${expected ? 'an address' : 'a directory'}`, () =>
    assert.equal(isWebAddress(text), expected))
}
