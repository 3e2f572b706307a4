import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutSlash } from './without-slash.ts'

for (const [address, expected] of [
  ['https://id.example/', 'https://id.example'],
  ['https://id.example', 'https://id.example'],
  ['https://id.example/tenant/', 'https://id.example/tenant'],
  ['https://id.example/tenant', 'https://id.example/tenant'],
  ['https://id.example//', 'https://id.example/'],
  ['/', ''],
  ['', ''],
] as const) {
  test(JSON.stringify(address), () => assert.equal(withoutSlash(address), expected))
}
