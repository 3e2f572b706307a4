/**
 * A device, as its maker would program it: a key that it makes itself and keeps, and a connection by MQTT. Without a
 * DEVICE_UID it prints the public key to register it with:
 * node --conditions=latchkey-source examples/device.ts
 */
import { createDevice, loadOrCreateDeviceKey } from 'latchkey/device'
import { publicKeyOf, toJwk } from 'latchkey/token'
import { connectAsync } from 'mqtt'

const {
  DEVICE_UID: uid,
  DEVICE_KEY: keyFile = 'device.key',
  LATCHKEY_ISSUER: server = 'http://127.0.0.1:8484',
  MQTT_URL: broker = 'mqtt://127.0.0.1:1883',
} = process.env

const key = await loadOrCreateDeviceKey(keyFile)
if (uid === undefined) console.log(JSON.stringify(toJwk(publicKeyOf(key))))
else await run(uid)

async function run(uid: string): Promise<void> {
  const device = createDevice({ uid, key, server })
  await device.correctClock()
  const { clientId, username, password } = device.credentials()
  const client = await connectAsync(broker, { clientId, username, password, protocolVersion: 5 })

  let on = false
  const measure = () =>
    client.publishAsync(device.topics.telemetry, JSON.stringify({ celsius: 21.5, on }), { qos: 1 })
  client.on('message', (topic, payload) => {
    const command = device.topics.readCommand(topic)
    if (command === undefined) return
    const known = command.method === 'switch'
    if (known) on = JSON.parse(payload.toString()).on === true
    client.publish(device.topics.replyTo(command, known ? 200 : 404), JSON.stringify({ on }), { qos: 1 })
    if (known) void measure()
  })
  await client.subscribeAsync(device.topics.commands, { qos: 1 })
  await measure()
  console.log(`${uid} is connected`)
}
