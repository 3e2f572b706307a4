import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDiscovery } from './discovery.ts'

const issuer = 'https://id.example'
const document = { issuer, jwks_uri: `${issuer}/keys` }
const hourMs = 60 * 60 * 1000

function opened() {
  const state = { nowMs: 0, isDown: false, asked: 0 }
  const fetch = async () => {
    state.asked += 1
    if (state.isDown) throw new TypeError('fetch failed')
    return Response.json(document)
  }
  return { state, discovery: createDiscovery(issuer, { now: () => state.nowMs, fetch }) }
}

test('the metadata of an issuer is asked for once an hour, however many need it', async () => {
  const { state, discovery } = opened()
  assert.equal(state.asked, 0)
  const [one] = await Promise.all([discovery.metadata(), discovery.metadata()])
  assert.equal(one.keySetUrl.href, `${issuer}/keys`)
  state.nowMs = hourMs - 1
  await discovery.metadata()
  assert.equal(state.asked, 1)
  state.nowMs = hourMs
  await discovery.metadata()
  assert.equal(state.asked, 2)
})

test('the addresses of an issuer outlive its absence, and are asked for again as long as it is away', async () => {
  const { state, discovery } = opened()
  await discovery.metadata()
  Object.assign(state, { nowMs: hourMs, isDown: true })
  assert.equal((await discovery.metadata()).keySetUrl.href, `${issuer}/keys`)
  const asked = state.asked
  assert.equal((await discovery.metadata()).keySetUrl.href, `${issuer}/keys`)
  assert.ok(state.asked > asked)
})

test('an issuer that was never there has no addresses, and is asked again', async () => {
  const { state, discovery } = opened()
  state.isDown = true
  await assert.rejects(discovery.metadata())
  state.isDown = false
  assert.equal((await discovery.metadata()).keySetUrl.href, `${issuer}/keys`)
})
