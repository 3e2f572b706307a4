import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedAddress, askedIn } from './asked.ts'

const rows = [
  { query: '', asked: undefined },
  { query: 'permission=keys:read', asked: { permission: 'keys:read' } },
  { query: 'permission=eat', asked: undefined },
  { query: 'device=d_1&action=control', asked: { device: 'd_1', action: 'control' } },
  { query: 'device=d_1&action=eat', asked: { device: 'd_1', action: 'view' } },
  { query: 'device=d_1', asked: { device: 'd_1', action: 'view' } },
  { query: 'action=view', asked: undefined },
  { query: 'username=ada', asked: { username: 'ada' } },
  { query: 'subject=usr_1', asked: { subject: 'usr_1' } },
]
for (const { query, asked } of rows) {
  test(`the address asks: ${query || 'nothing'}`, () => {
    assert.deepEqual(askedIn(new URLSearchParams(query)), asked)
    if (asked === undefined) return
    const address = askedAddress(asked as NonNullable<ReturnType<typeof askedIn>>)
    assert.deepEqual(askedIn(new URLSearchParams(address.split('?')[1])), asked)
  })
}
