import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBelow } from './below.ts'

for (const [base, expected] of [
  ['https://id.example', 'https://id.example/.well-known/x'],
  ['https://id.example/', 'https://id.example/.well-known/x'],
  ['https://id.example/tenant/one', 'https://id.example/tenant/one/.well-known/x'],
  ['https://id.example/tenant/one/', 'https://id.example/tenant/one/.well-known/x'],
  // Another address, which the issuer has to have chosen.
  ['https://id.example//', 'https://id.example//.well-known/x'],
] as const) {
  test(`below ${base}`, () => assert.equal(addressBelow(base, '.well-known/x'), expected))
}
