import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '../token/index.ts'
import { createDevice, type DeviceOptions, loadOrCreateDeviceKey } from './index.ts'

const good: DeviceOptions = { uid: 'lamp-1', key: generateKey('ES256'), server: 'https://id.example.com' }

const refused: readonly { name: string; options: unknown; nearest?: RegExp }[] = [
  { name: 'a misspelt server', options: { ...good, sever: 'x' }, nearest: /"server"/ },
  { name: 'other case', options: { ...good, UID: 'lamp-2' }, nearest: /"uid"/ },
  { name: 'the claim in place of the option', options: { ...good, aud: 'x' } },
  {
    name: 'a unit that the option does not have',
    options: { ...good, expiresInSeconds: 60 },
    nearest: /"expiresIn"/,
  },
  { name: 'an option of createClient', options: { ...good, storage: () => {} } },
  { name: 'one that is undefined', options: { ...good, sever: undefined } },
  { name: 'one that is inherited', options: Object.assign(Object.create({ sever: 1 }), good) },
  { name: 'nothing', options: undefined },
  { name: 'null', options: null },
  { name: 'an array', options: [good] },
  { name: 'a text', options: 'lamp-1' },
  { name: 'nested options', options: { options: good } },
  { name: 'a fetch that is no function', options: { ...good, fetch: {} } },
  { name: 'a clock that is no function', options: { ...good, now: 0 } },
  { name: 'a clock that is null', options: { ...good, now: null } },
  { name: 'a life that is NaN', options: { ...good, expiresIn: Number.NaN } },
  { name: 'a life of no second', options: { ...good, expiresIn: 0 } },
  { name: 'a life of a day and a second', options: { ...good, expiresIn: 86_401 } },
]

for (const { name, options, nearest } of refused) {
  test(`createDevice refuses ${name}`, () => {
    assert.throws(
      () => createDevice(options as DeviceOptions),
      (error) => error instanceof TypeError && (nearest?.test(error.message) ?? true),
    )
  })
}

for (const expiresIn of [1, 86_400]) {
  test(`createDevice takes a life of ${expiresIn} s`, () => assert(createDevice({ ...good, expiresIn })))
}

for (const path of [undefined, null, 1, {}, []]) {
  test(`loadOrCreateDeviceKey refuses the path ${JSON.stringify(path)}`, async () => {
    await assert.rejects(loadOrCreateDeviceKey(path as string), TypeError)
  })
}

const readings: readonly { name: string; reading: unknown }[] = [
  { name: 'NaN', reading: Number.NaN },
  { name: 'undefined', reading: undefined },
  { name: 'null', reading: null },
  { name: 'Infinity', reading: Number.POSITIVE_INFINITY },
  { name: 'a text', reading: '1800000000000' },
  { name: 'a bigint', reading: 1_800_000_000_000n },
  { name: 'a promise', reading: Promise.resolve(1_800_000_000_000) },
]

for (const { name, reading } of readings) {
  test(`with a clock that gives ${name}, a device makes no token and asks nobody`, async () => {
    let isBroken = false
    const asked: string[] = []
    const device = createDevice({
      ...good,
      now: () => (isBroken ? (reading as number) : 1_800_000_000_000),
      fetch: async (input) => {
        asked.push(String(input))
        return Response.json({})
      },
    })
    assert.ok(device.token())
    isBroken = true
    // Nor is one given that was made before: nobody can say whether it has expired.
    assert.throws(() => device.token(), TypeError)
    assert.throws(() => device.credentials(), TypeError)
    await assert.rejects(device.postTelemetry({ celsius: 21 }), TypeError)
    await assert.rejects(device.correctClock(), TypeError)
    assert.deepEqual(asked, [])
  })
}
