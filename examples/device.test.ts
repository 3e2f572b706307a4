import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { createClaimCode } from '../packages/server/src/devices/relations/claims.ts'
import { operator } from '../packages/server/src/identity.ts'
import { eventually } from '../packages/server/test/second-app.ts'
import { linesOf } from './running.test-support.ts'
import { password, startLatchkey } from './server.test-support.ts'

const example = fileURLToPath(new URL('device.ts', import.meta.url))

async function firstLine(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  errors: 'inherit' | 'ignore' = 'inherit',
): Promise<string | undefined> {
  for await (const line of linesOf(t, example, environment, errors))
    if (!line.startsWith('port ')) return line
  return undefined
}

test('the example of a device makes its key, connects by it, measures and obeys', async (t) => {
  const { server, issuer, directory, post } = await startLatchkey(t)
  const keyFile = join(directory, 'lamp.key')
  const environment = {
    DEVICE_KEY: keyFile,
    LATCHKEY_ISSUER: issuer,
    MQTT_URL: `mqtt://127.0.0.1:${server.mqtt.port}`,
  }
  const jwk = JSON.parse((await firstLine(t, environment)) ?? '')
  assert.deepEqual([jwk.kty, 'd' in jwk], ['EC', false])
  // The private half stays with the device, and with its owner alone.
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)

  const { uid } = await registerDevice(server.app, operator, { name: 'Hall lamp', product: 'lamp', key: jwk })
  assert.equal(await firstLine(t, { ...environment, DEVICE_UID: uid }), `${uid} is connected`)

  const { body: session } = await post('/v1/login', { username: 'ada', password })
  const { code } = await createClaimCode(server.app, operator, uid)
  const claimed = await post('/v1/devices/claims', { uid, code }, session.access_token)
  assert.ok(claimed.status < 300, JSON.stringify(claimed.body))
  const command = (method: string, argument: object) =>
    post(`/v1/devices/${uid}/commands/${method}`, { payload: argument }, session.access_token)
  const replies = [await command('switch', { on: true }), await command('explode', {})]
  assert.partialDeepStrictEqual(
    replies.map(({ body }) => body),
    [
      { status: 200, payload: { on: true } },
      { status: 404, payload: { on: true } },
    ],
  )

  // What it measured before it was hers is not for her to see; what it measured since is.
  const headers = { authorization: `Bearer ${session.access_token}` }
  const telemetry = async () => (await fetch(`${issuer}/v1/devices/${uid}/telemetry`, { headers })).text()
  await eventually(async () => (await telemetry()).includes('"celsius":21.5,"on":true'))
  assert.ok(!(await telemetry()).includes('"on":false'))
})

test('the example of a device does not come in under the name of another', async (t) => {
  const { server, issuer, directory } = await startLatchkey(t)
  const environment = {
    LATCHKEY_ISSUER: issuer,
    MQTT_URL: `mqtt://127.0.0.1:${server.mqtt.port}`,
  }
  const mine = { ...environment, DEVICE_KEY: join(directory, 'mine.key') }
  const theirs = JSON.parse(
    (await firstLine(t, { ...environment, DEVICE_KEY: join(directory, 'theirs.key') })) ?? '',
  )
  const { uid } = await registerDevice(server.app, operator, {
    name: 'Hall lamp',
    product: 'lamp',
    key: theirs,
  })
  // It says on its standard error that it was refused, and ends.
  assert.equal(await firstLine(t, { ...mine, DEVICE_UID: uid }, 'ignore'), undefined)
})
