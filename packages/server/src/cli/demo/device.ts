import { join } from 'node:path'
import { createDevice, type Device, loadOrCreateDeviceKey } from 'latchkey/device'
import { type PrivateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { type Client, connect } from '../../mqtt/client.ts'
import { play } from './actor.ts'

// A lamp, as its maker would program it: a key that it makes itself and never gives away, a connection, a switch.

let key: PrivateKey
let device: Device
let client: Client

play({
  async makeKey({ directory }) {
    key = await loadOrCreateDeviceKey(join(String(directory), 'lamp.key'))
    return { jwk: { ...toJwk(publicKeyOf(key)) } }
  },

  async connect({ uid, issuer, mqttPort }) {
    device = createDevice({ uid: String(uid), key, server: String(issuer), audience: String(issuer) })
    const { clientId, username, password } = device.credentials()
    client = await connect({
      host: '127.0.0.1',
      port: Number(mqttPort),
      protocol: 5,
      clientId,
      username,
      password,
      onMessage: ({ topic, payload }) => void obey(topic, payload),
    })
    await client.subscribe(`d/${uid}/cmd/+/+`, 1)
    return {}
  },

  async askForClaimCode({ uid, issuer }) {
    const response = await fetch(`${issuer}/v1/devices/${uid}/claim`, {
      method: 'POST',
      headers: { authorization: `Bearer ${device.credentials().password}` },
    })
    return (await response.json()) as { code: string }
  },

  async measure({ uid, celsius }) {
    await client.publish(`d/${uid}/tele`, JSON.stringify({ celsius }), { qos: 1 })
    return {}
  },
})

async function obey(topic: string, payload: Buffer): Promise<void> {
  const [, uid, , rid, method] = topic.split('/')
  const known = method === 'switch' || method === 'blink'
  // It says back what it was told.
  const reply = known ? payload.toString() : 'null'
  await client.publish(`d/${uid}/cmd/${rid}/res/${known ? 200 : 404}`, reply, { qos: 1 })
}
