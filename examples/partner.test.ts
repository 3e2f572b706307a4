import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createDevice } from 'latchkey/device'
import { generateKey, type PrivateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { findAppPeople } from '../packages/server/src/apps/people/store.ts'
import { createPartnerApp, disableApp } from '../packages/server/src/apps/registered.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { operator } from '../packages/server/src/identity.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { linesOf, startExample } from './running.test-support.ts'
import { startLatchkey } from './server.test-support.ts'

const example = (name: string) => fileURLToPath(new URL(`partner/${name}.ts`, import.meta.url))

async function allLines(
  t: TestContext,
  file: string,
  environment: Record<string, string>,
): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(t, file, environment)) if (!line.startsWith('port ')) lines.push(line)
  return lines
}

test('a person of another company signs in there, and uses Latchkey over HTTPS and MQTT', async (t) => {
  const { server, issuer } = await startLatchkey(t, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' })
  const { app } = server
  const port = await freePort()
  const { ground } = app.apps
  const partner = await createPartnerApp(ground, operator, {
    ...{ name: 'chat', userType: 'customer', jwksUri: `http://127.0.0.1:${port}/keys` },
  })
  const accounts = await startExample(t, example('account-server'), {
    ...{ PORT: String(port), APP_ID: partner.id, LATCHKEY_ISSUER: issuer },
  })
  const key = generateKey('ES256') as PrivateKey // it is not symmetric
  const { uid } = await registerDevice(app, operator, {
    ...{ name: 'Hall lamp', product: 'lamp', key: { ...toJwk(publicKeyOf(key)) } },
  })
  // The lamp makes the code itself, so it is there.
  const { code } = await createDevice({ uid, key, server: issuer }).createClaimCode()
  const environment = {
    ...{ ACCOUNT_SERVER: accounts, LATCHKEY_ISSUER: issuer, DEVICE_UID: uid, CLAIM_CODE: code },
    MQTT_URL: `mqtt://127.0.0.1:${server.mqtt.port}`,
  }
  const client = example('chat-client')
  assert.deepEqual(await allLines(t, client, { ...environment, PASSWORD: 'the roof is red' }), [
    'the account server answers 401',
  ])
  const lines = await allLines(t, client, environment)
  const [mei] = await findAppPeople(app.db, partner.id, '', 10)
  assert.deepEqual(lines, [
    `mei is ${mei?.user_id}`,
    `the claim of ${uid} is answered 201`,
    'over MQTT came {"on":true}',
  ])
  assert.equal(mei?.sub, 'mei')
  await disableApp(ground, operator, partner.id)
  const late = await fetch(`${accounts}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'mei', password: 'the door is green' }),
  })
  assert.equal(late.status, 502)
})
