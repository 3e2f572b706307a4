import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outbound, OutboundAnswer } from '../../outbound/outbound.ts'
import { createDiscovery } from './discovery.ts'

const issuer = 'https://work.example'
const minute = 60_000
const document = {
  ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
  ...{ jwks_uri: `${issuer}/keys`, id_token_signing_alg_values_supported: ['RS256'] },
}

/** A provider on the other side of the network, and a clock. */
function opened(said: object = document) {
  const state = { asked: 0, now: 1_800_000_000_000, isAway: false }
  const outbound = {
    allows: (url: string) => url.startsWith('https://'),
    async get(): Promise<OutboundAnswer> {
      state.asked += 1
      if (state.isAway) return { kind: 'failed', fault: 'timed_out', detail: '' }
      return { kind: 'answered', body: Buffer.from(JSON.stringify(said)), maxAgeSeconds: undefined }
    },
  } as unknown as Outbound // it is asked for nothing else
  const world = { now: () => state.now, random: (count: number) => Buffer.alloc(count) }
  return { state, discovery: createDiscovery({ world, outbound }) }
}

test('a document is read once in ten minutes', async () => {
  const { state, discovery } = opened()
  await Promise.all([discovery.metadataOf(issuer), discovery.metadataOf(issuer)])
  state.now += 10 * minute - 1
  await discovery.metadataOf(issuer)
  assert.equal(state.asked, 1)
  state.now += 1
  await discovery.metadataOf(issuer)
  assert.equal(state.asked, 2)
})

test('one that cannot be read is asked for every thirty seconds, and is used for an hour past its life', async () => {
  const { state, discovery } = opened()
  await discovery.metadataOf(issuer)
  state.isAway = true
  state.now += 10 * minute
  assert.ok(!('fault' in (await discovery.metadataOf(issuer))))
  state.now += 29_999
  await discovery.metadataOf(issuer)
  assert.equal(state.asked, 2)
  state.now += 1
  await discovery.metadataOf(issuer)
  assert.equal(state.asked, 3)
  state.now += 60 * minute - 30_001
  assert.ok(!('fault' in (await discovery.metadataOf(issuer))))
  state.now += 1
  assert.deepEqual(await discovery.metadataOf(issuer), { fault: 'timed_out' })
  state.isAway = false
  state.now += 30_000
  assert.ok(!('fault' in (await discovery.metadataOf(issuer))))
})

test('keys are read again for one that is new, not more often than every thirty seconds', async () => {
  const { state, discovery } = opened({ keys: [] })
  const ask = (again: boolean) => discovery.keysOf(`${issuer}/keys`, ['RS256'], again)
  await ask(false)
  await ask(true)
  assert.equal(state.asked, 1)
  state.now += 30_000
  await ask(false)
  assert.equal(state.asked, 1)
  await ask(true)
  assert.equal(state.asked, 2)
})

const lies: readonly (readonly [name: string, said: object, fault: string | undefined])[] = [
  ['names another issuer', { issuer: `${issuer}/` }, 'issuer_mismatch'],
  ['has no token endpoint', { token_endpoint: undefined }, 'endpoint_missing'],
  ['has keys where this server may not ask', { jwks_uri: 'http://work.example/keys' }, 'endpoint_missing'],
  ['has a token endpoint of 2,001 characters', { token_endpoint: longUrl(2_001) }, 'endpoint_missing'],
  ['has a token endpoint of 2,000 characters', { token_endpoint: longUrl(2_000) }, undefined],
  ['signs by secrets alone', { id_token_signing_alg_values_supported: ['HS256', 'none'] }, 'no_algorithm'],
  ['says nothing of how it signs', { id_token_signing_alg_values_supported: undefined }, undefined],
  ['has an address that is a number', { authorization_endpoint: 7 }, 'endpoint_missing'],
]
for (const [name, said, fault] of lies) {
  test(`a document that ${name} is ${fault ?? 'taken'}`, async () => {
    const found = await opened({ ...document, ...said }).discovery.metadataOf(issuer)
    assert.equal('fault' in found ? found.fault : undefined, fault)
  })
}

test('what a document says is read', async () => {
  const said = {
    ...{ userinfo_endpoint: `${issuer}/me`, end_session_endpoint: 'http://work.example/end' },
    authorization_response_iss_parameter_supported: true,
  }
  assert.deepEqual(await opened({ ...document, ...said }).discovery.metadataOf(issuer), {
    ...{ authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token` },
    ...{ jwksUri: `${issuer}/keys`, userinfoEndpoint: `${issuer}/me`, endSessionEndpoint: undefined },
    ...{ algorithms: ['RS256'], namesIssuer: true },
  })
  const asText = { authorization_response_iss_parameter_supported: 'true' }
  const read = await opened({ ...document, ...asText }).discovery.metadataOf(issuer)
  assert.equal('namesIssuer' in read && read.namesIssuer, false)
})

test('a document that is no object, or no text, says nothing', async () => {
  for (const said of [[1], 'x', 7]) {
    const found = await opened(said as object).discovery.metadataOf(issuer)
    assert.ok('fault' in found, JSON.stringify(said))
  }
})

function longUrl(length: number): string {
  return `${issuer}/${'x'.repeat(length - issuer.length - 1)}`
}
