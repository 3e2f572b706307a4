import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, startIssuer } from '../../test/client/issuer.ts'
import { type ClientOptions, createClient } from './client.ts'
import { fileKey, fileStorage } from './file-storage.ts'
import { type KeyValueStore, keyValueStorage } from './storage.ts'

const issuer = 'https://id.example.com'

const unknown: readonly { name: string; options: unknown; nearest?: RegExp }[] = [
  { name: 'a misspelt issuer', options: { isser: issuer }, nearest: /"issuer"/ },
  {
    name: 'a misspelt storage beside the issuer',
    options: { issuer, storge: () => {} },
    nearest: /"storage"/,
  },
  { name: 'the name of before', options: { issuer, clientID: 'shop' }, nearest: /"clientId"/ },
  { name: 'other case', options: { issuer, DPoP: () => {} }, nearest: /"dpop"/ },
  { name: 'the singular', options: { issuer, resource: [] }, nearest: /"resources"/ },
  { name: 'an option of another function', options: { issuer, audience: 'x' } },
  { name: 'one that is undefined', options: { issuer, isser: undefined } },
  { name: 'one that is inherited', options: Object.create({ issuer, storge: 1 }) },
  { name: 'nothing', options: undefined },
  { name: 'null', options: null },
  { name: 'an array', options: [issuer] },
  { name: 'a text', options: issuer },
  { name: 'nested options', options: { issuer, dpop: { openKey: () => {} } } },
  { name: 'a storage that is no function', options: { issuer, storage: { read() {}, write() {} } } },
  { name: 'a fetch that is no function', options: { issuer, fetch: 'fetch' } },
  { name: 'a clock that is no function', options: { issuer, now: 1_800_000_000_000 } },
  { name: 'a clock that is null', options: { issuer, now: null } },
  { name: 'chance that is no function', options: { issuer, random: 0.5 } },
  { name: 'locks that are none', options: { issuer, locks: {} } },
  { name: 'locks that cannot be asked', options: { issuer, locks: { request: () => {} } } },
  { name: 'locks that cannot be taken', options: { issuer, locks: { query: () => {} } } },
  { name: 'locks that are true', options: { issuer, locks: true } },
]

for (const { name, options, nearest } of unknown) {
  test(`createClient refuses ${name}`, () => {
    assert.throws(
      () => createClient(options as ClientOptions),
      (error) => error instanceof TypeError && (nearest?.test(error.message) ?? true),
    )
  })
}

test('createClient takes options that are inherited, as a class may have them', () => {
  createClient(Object.create({ issuer, locks: false })).close()
})

const credentials: readonly { name: string; given: unknown }[] = [
  { name: 'a misspelt name', given: { user: 'ada', password: 'right' } },
  { name: 'one member more', given: { ...ada, otp: '123456' } },
  { name: 'other case', given: { Username: 'ada', password: 'right' } },
  { name: 'nothing', given: undefined },
  { name: 'null', given: null },
  { name: 'a list', given: ['ada', 'right'] },
  { name: 'a name that is no text', given: { username: 1, password: 'right' } },
  { name: 'a password that is no text', given: { username: 'ada', password: null } },
]

for (const { name, given } of credentials) {
  test(`signIn refuses ${name}, and asks nobody`, async (t) => {
    const issuer = await startIssuer(t)
    await assert.rejects(issuer.open().signIn(given as typeof ada), TypeError)
    assert.deepEqual(issuer.asked, [])
  })
}

const stores: readonly { name: string; store: unknown }[] = [
  { name: 'nothing', store: undefined },
  { name: 'null', store: null },
  { name: 'an empty object', store: {} },
  { name: 'a Map', store: new Map() },
  { name: 'one that cannot remove', store: { getItem: () => null, setItem: () => {} } },
  { name: 'a misspelt member', store: { getitem: () => null, setItem: () => {}, removeItem: () => {} } },
]

for (const { name, store } of stores) {
  test(`keyValueStorage refuses ${name}`, () => {
    assert.throws(() => keyValueStorage(store as KeyValueStore), TypeError)
  })
}

for (const path of [undefined, null, '', 1, {}, ['session.json']]) {
  test(`fileStorage and fileKey refuse the path ${JSON.stringify(path)}`, () => {
    assert.throws(() => fileStorage(path as string), TypeError)
    assert.throws(() => fileKey(path as string), TypeError)
  })
}

/** What a clock gives that is no number of milliseconds. */
const readings: readonly { name: string; reading: unknown }[] = [
  { name: 'NaN', reading: Number.NaN },
  { name: 'undefined', reading: undefined },
  { name: 'null', reading: null },
  { name: 'Infinity', reading: Number.POSITIVE_INFINITY },
  { name: 'a text', reading: '1800000000000' },
  { name: 'a bigint', reading: 1_800_000_000_000n },
  { name: 'a promise', reading: Promise.resolve(1_800_000_000_000) },
  { name: 'a Date', reading: new Date(1_800_000_000_000) },
]

for (const { name, reading } of readings) {
  test(`with a clock that gives ${name}, no token is sent and nobody is asked`, async (t) => {
    const issuer = await startIssuer(t)
    let isBroken = false
    const client = await issuer.signedIn({ now: () => (isBroken ? (reading as number) : issuer.nowMs) })
    assert.ok(await issuer.tokenOf(client))
    const before = issuer.asked.length
    isBroken = true
    const url = `${issuer.url}/me`
    for (const ask of [() => client.fetch(url), () => client.fetch(url), () => client.signIn(ada)]) {
      await assert.rejects(ask, TypeError)
    }
    assert.equal(issuer.asked.length, before)
    isBroken = false
    assert.ok(await issuer.tokenOf(client))
  })

  test(`with chance that gives ${name}, a token is not kept for ever`, async (t) => {
    const issuer = await startIssuer(t)
    const client = issuer.open({ random: () => reading as number })
    await assert.rejects(client.signIn(ada), TypeError)
    assert.equal(client.session, undefined)
  })
}

for (const fraction of [-1, -0.001, 1.001, 2]) {
  test(`with chance that gives ${fraction}, nobody is signed in`, async (t) => {
    const issuer = await startIssuer(t)
    await assert.rejects(issuer.open({ random: () => fraction }).signIn(ada), TypeError)
  })
}

for (const { name, reading } of readings.slice(0, 4)) {
  test(`a stored time that is ${name} is no session`, async (t) => {
    const issuer = await startIssuer(t)
    const map = new Map<string, string>()
    const storage = keyValueStorage({
      getItem: (key) => map.get(key),
      setItem: (key, value) => map.set(key, value),
      removeItem: (key) => map.delete(key),
    })
    await issuer.signedIn({ storage })
    const [[key = '', text = ''] = []] = [...map]
    for (const member of ['refreshAtMs', 'expiresAtMs', 'correctionMs']) {
      map.set(key, JSON.stringify({ ...JSON.parse(text), [member]: reading }))
      assert.equal(await issuer.open({ storage }).restore(), undefined, member)
    }
  })
}
