import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureLimit } from './failure-limit.ts'
import { FetchRequest } from './request.ts'

/** A request of Fetch has no address: a platform says it in its own way, here in the path. */
const from = (address: string) => new FetchRequest(new Request(`https://api.test/${address}`))
const addressOf = ({ url }: { readonly url: string }) => url
const stranger = from('192.0.2.1')
const nowMs = 1_000_000

test('a failure that is forgiven takes back one, and not those that others have made', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 3 })
  for (let at = 0; at < 3; at++) limit.count(stranger, undefined, nowMs)
  limit.forgive(stranger, undefined)
  assert.equal(limit.waitSeconds(stranger, undefined, nowMs), undefined)
  limit.count(stranger, undefined, nowMs)
  assert.equal(limit.waitSeconds(stranger, undefined, nowMs), 60)
})

test('who has an account of their own cannot guess without limit between their own right passwords', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 3 })
  for (let guess = 0; guess < 3; guess++) {
    limit.count(stranger, 'victim', nowMs)
    limit.count(stranger, 'own', nowMs)
    limit.forgive(stranger, 'own')
  }
  assert.equal(limit.waitSeconds(stranger, 'victim', nowMs), 60)
})

const times = [
  { name: 'while the window lasts', atMs: nowMs + 59_999, wait: 1 },
  { name: 'no more when it is over', atMs: nowMs + 60_000, wait: undefined },
]
for (const { name, atMs, wait } of times) {
  test(`failures count ${name}`, () => {
    const limit = failureLimit({ addressOf, maxPerAddress: 1 })
    limit.count(stranger, undefined, nowMs)
    assert.equal(limit.waitSeconds(stranger, undefined, atMs), wait)
  })
}

test('a new window begins with the first failure after the one before', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 2 })
  limit.count(stranger, undefined, nowMs)
  limit.count(stranger, undefined, nowMs + 60_000)
  assert.equal(limit.waitSeconds(stranger, undefined, nowMs + 60_000), undefined)
  limit.count(stranger, undefined, nowMs + 60_001)
  assert.equal(limit.waitSeconds(stranger, undefined, nowMs + 60_001), 60)
})

test('who was forgiven everything begins anew: the window of before does not cut the next one short', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 1 })
  limit.count(stranger, undefined, nowMs)
  limit.forgive(stranger, undefined)
  limit.count(stranger, undefined, nowMs + 30_000)
  assert.equal(limit.waitSeconds(stranger, undefined, nowMs + 30_000), 60)
})

test('who has made no failure has none to forgive', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 1 })
  limit.forgive(stranger, 'ada')
  assert.equal(limit.waitSeconds(stranger, 'ada', nowMs), undefined)
  limit.count(stranger, 'ada', nowMs)
  assert.equal(limit.waitSeconds(stranger, 'ada', nowMs), 60)
})

test('each address is counted for itself, and each name over all addresses', () => {
  const limit = failureLimit({ addressOf, maxPerAddress: 2, maxPerName: 3 })
  for (const [address, name] of [
    ['192.0.2.1', 'ada'],
    ['192.0.2.2', 'ada'],
    ['192.0.2.3', 'ada'],
  ] as const) {
    limit.count(from(address), name, nowMs)
  }
  assert.equal(limit.waitSeconds(from('192.0.2.4'), 'ada', nowMs), 60)
  assert.equal(limit.waitSeconds(from('192.0.2.4'), 'ben', nowMs), undefined)
  assert.equal(limit.waitSeconds(from('192.0.2.1'), 'ben', nowMs), undefined)
})
