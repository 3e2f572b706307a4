import { createSigner, generateKey, type PrivateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { findUserByName, setPasswordHash } from '../accounts/users/store.ts'
import { usernameKey } from '../accounts/users/username-key.ts'
import { createUser } from '../accounts/users/users.ts'
import type { App } from '../app.ts'
import { addDeviceKey, revokeKey } from '../devices/keys/keys.ts'
import { findLiveDeviceKeys } from '../devices/keys/store.ts'
import { registerDevice } from '../devices/registration.ts'
import { type DeviceRow, findDevices } from '../devices/store.ts'
import { operator } from '../identity.ts'
import { permissionNames } from '../permissions.ts'
import { createService, replaceSecret } from '../services/registered.ts'
import { findServiceByName } from '../services/store.ts'

/** A line that can be pasted into a shell, and what it does. */
export interface PastedLine {
  readonly title: string
  readonly line: string
}

const person = 'ada'
const serviceName = 'reporting'
const deviceName = 'Hall lamp'

/**
 * One person, one service and one device to try things with, in development mode only. Their secrets are new at
 * every start and printed, never written down: what was printed yesterday is worth nothing today.
 */
export async function seed(app: App, mqtt: { mqttHost: string; mqttPort: number }): Promise<PastedLine[]> {
  const { issuer } = app.config
  const password = await seedPerson(app)
  const service = await seedService(app)
  const device = await seedDevice(app)
  const json = JSON.stringify({ username: person, password })
  return [
    {
      title: 'A person’s token:',
      line: `curl -s ${issuer}/v1/login -H 'Content-Type: application/json' -d '${json}'`,
    },
    {
      title: 'A service’s token:',
      line: `curl -s ${issuer}/oauth/token -u '${service.id}:${service.secret}' -d grant_type=client_credentials`,
    },
    {
      title: 'A device’s MQTT connection (mosquitto_pub takes the same options):',
      line: `npx mqtt pub -h ${mqtt.mqttHost} -p ${mqtt.mqttPort} -i ${device.uid} -u ${device.uid} -P ${device.token} -q 1 -t d/${device.uid}/tele -m '{"celsius":21.5}'`,
    },
  ]
}

async function seedPerson(app: App): Promise<string> {
  const password = app.world.random(15).toString('base64url')
  const hash = await app.passwords.hash(password, [person])
  const user =
    (await findUserByName(app.db, usernameKey(person))) ??
    (await createUser(app, operator, { username: person, displayName: 'Ada', userType: 'customer' }, hash))
  await app.db.transaction((tx) => setPasswordHash(tx, user.id, hash))
  return password
}

async function seedService(app: App): Promise<{ id: string; secret: string }> {
  const existing = await findServiceByName(app.db, serviceName)
  if (existing) return { id: existing.id, secret: await replaceSecret(app, operator, existing.id) }
  const scopes = permissionNames.filter((permission) => permission.endsWith(':read'))
  const { service, secret } = await createService(app, operator, { name: serviceName, scopes })
  return { id: service.id, secret }
}

/** The device's private key exists for a moment here: long enough to sign the token of the printed line. */
async function seedDevice(app: App): Promise<{ uid: string; token: string }> {
  const key = generateKey('ES256') as PrivateKey // ES256 is not symmetric
  const jwk = { ...toJwk(publicKeyOf(key)) }
  const existing = (await findDevices(app.db, '', 200)).find(
    (device: DeviceRow) => device.name === deviceName,
  )
  const uid = existing
    ? existing.uid
    : (await registerDevice(app, operator, { name: deviceName, product: 'lamp', key: jwk })).uid
  if (existing) {
    const now = app.world.now()
    for (const { kid } of await findLiveDeviceKeys(app.db, uid, now)) await revokeKey(app, operator, uid, kid)
    await addDeviceKey(app, operator, uid, jwk)
  }
  const { audience } = app.config
  const sign = createSigner({
    key,
    type: 'device+jwt',
    issuer: uid,
    subject: uid,
    audience,
    expiresIn: 24 * 60 * 60,
  })
  return { uid, token: sign({}) }
}
