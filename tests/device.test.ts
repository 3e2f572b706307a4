import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDevice, loadOrCreateDeviceKey, topicsOf } from 'latchkey/device'
import { generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { connect, type MqttClient } from 'mqtt'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'

// The device client against the whole product, on sockets, over HTTP and with an MQTT client that others wrote.

let directory: string
let server: RunningServer
let issuer: string
const log = testLog()

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-device-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
  }
  server = await startServer(readConfig(settings, 'development'), { log })
})

after(async () => {
  await server?.stop()
  rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

async function makeLamp(now?: () => number) {
  const key = await loadOrCreateDeviceKey(join(directory, `${Math.random()}.json`))
  const made = { name: 'lamp', product: 'lamp', key: { ...toJwk(publicKeyOf(key)) } }
  const { uid } = await registerDevice(server.app, operator, made)
  return createDevice({ uid, key, server: issuer, ...(now && { now }) })
}

async function signIn(username: string) {
  const hash = await server.app.passwords.hash('the password of somebody', [])
  await createUser(server.app, operator, { username, userType: 'customer' }, hash)
  const ask = async (method: string, path: string, body?: object, token?: string) => {
    const response = await fetch(issuer + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const { body } = await ask('POST', '/v1/login', { username, password: 'the password of somebody' })
  const token = String(body.access_token)
  return (method: string, path: string, body?: object) => ask(method, path, body, token)
}

test('a device is claimed by the code that it makes, and does all that it can do over HTTPS', async () => {
  const lamp = await makeLamp()
  const ask = await signIn('ada')
  const { code, expiresAtMs } = await lamp.createClaimCode()
  assert.ok(expiresAtMs > Date.now())
  assert.equal((await ask('POST', '/v1/devices/claims', { uid: lamp.uid, code })).status, 201)

  await lamp.postTelemetry({ celsius: 21.5 })
  await lamp.postTelemetry([1, 2], 'gps')
  await lamp.postLog('the door is open', 'warning')
  await lamp.postLog('hello')
  const own = `/v1/devices/${lamp.uid}`
  const items = async (what: string) =>
    (await ask('GET', `${own}/${what}`)).body.items as Record<string, unknown>[]
  assert.deepEqual(
    (await items('telemetry')).map(({ stream, payload }) => [stream, payload]),
    [
      ['gps', [1, 2]],
      ['default', { celsius: 21.5 }],
    ],
  )
  assert.deepEqual(
    (await items('logs')).map(({ level, message }) => [level, message]),
    [
      ['info', 'hello'],
      ['warning', 'the door is open'],
    ],
  )

  await ask('PATCH', `${own}/state`, { desired: { on: true } })
  assert.deepEqual((await lamp.readState()).delta, { on: true })
  const after = await lamp.reportState({ on: true, celsius: 20 })
  assert.deepEqual([after.delta, after.reported, after.version], [{}, { on: true, celsius: 20 }, 2])
})

for (const offMs of [-40 * 365 * 86_400_000, -3_600_000, 3_600_000, 86_400_000]) {
  test(`a device whose clock is ${offMs / 3_600_000} hours wrong is let in by its second try`, async () => {
    const lamp = await makeLamp(() => Date.now() + offMs)
    await lamp.postTelemetry({ celsius: 20 })
    assert.ok(Math.abs((await lamp.correctClock()) + offMs) < 5_000)
  })
}

test('a stream that would be another topic is a TypeError, and nothing is sent', async () => {
  const lamp = await makeLamp()
  for (const stream of ['', 'a/b', '+', '#']) await assert.rejects(lamp.postTelemetry({}, stream), TypeError)
})

test('a device is refused with the key of another, and as another', async () => {
  const [lamp, other] = [await makeLamp(), await makeLamp()]
  const stranger = createDevice({ uid: lamp.uid, key: generateKey('ES256'), server: issuer })
  const refused = { code: 'server_refused', status: 401, serverCode: 'token_invalid' }
  await assert.rejects(stranger.postTelemetry({}), refused)
  await assert.rejects(stranger.readState(), refused)
  await assert.rejects(stranger.createClaimCode(), refused)
  const elsewhere = createDevice({ uid: lamp.uid, key: generateKey('ES256'), server: issuer, audience: 'x' })
  await assert.rejects(elsewhere.postLog('x'), refused)
  assert.equal((await other.readState()).version, 0)
})

for (const protocolVersion of [4, 5] as const) {
  test(`an MQTT ${protocolVersion} client that connects again has credentials that are new`, async (t) => {
    const lamp = await makeLamp()
    const passwords: unknown[] = []
    // As docs/device.md has it.
    const client = connect(`mqtt://127.0.0.1:${server.mqtt.port}`, {
      ...lamp.credentials(),
      protocolVersion,
      reconnectPeriod: 1,
    })
    t.after(() => client.end(true))
    client.on('close', () => Object.assign(client.options, lamp.credentials()))
    for (let turn = 0; turn < 3; turn++) {
      await heard(client, 'connect')
      passwords.push(client.options.password)
      client.stream.destroy()
    }
    assert.equal(new Set(passwords).size, 3)
  })

  test(`an MQTT ${protocolVersion} client whose device has a wrong clock is let in after its correction`, async (t) => {
    const lamp = await makeLamp(() => Date.now() - 86_400_000)
    const url = `mqtt://127.0.0.1:${server.mqtt.port}`
    const refused = connect(url, { ...lamp.credentials(), protocolVersion, reconnectPeriod: 0 })
    t.after(() => refused.end(true))
    const error = (await heard(refused, 'error')) as { code?: number }
    assert.equal(error.code, protocolVersion === 5 ? 134 : 4)
    await lamp.correctClock()
    const client = connect(url, { ...lamp.credentials(), protocolVersion, reconnectPeriod: 0 })
    t.after(() => client.end(true))
    await heard(client, 'connect')
  })
}

test('a command is read and answered by the topics', async (t) => {
  const lamp = await makeLamp()
  const ask = await signIn('ben')
  const { code } = await lamp.createClaimCode()
  await ask('POST', '/v1/devices/claims', { uid: lamp.uid, code })
  const client: MqttClient = connect(`mqtt://127.0.0.1:${server.mqtt.port}`, {
    ...lamp.credentials(),
    reconnectPeriod: 0,
  })
  t.after(() => client.end(true))
  client.on('message', (topic, payload) => {
    const command = lamp.topics.readCommand(topic)
    if (command) client.publish(lamp.topics.replyTo(command, 200), `${command.method} ${payload}`)
  })
  await heard(client, 'connect')
  await client.subscribeAsync(lamp.topics.commands, { qos: 1 })
  const { body } = await ask('POST', `/v1/devices/${lamp.uid}/commands/open`, { payload: 'now' })
  assert.deepEqual([body.status, body.payload], [200, 'open "now"'])
  assert.equal(topicsOf(lamp.uid).commands, lamp.topics.commands)
})

function heard(client: MqttClient, event: 'connect' | 'error'): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve as () => void))
}
