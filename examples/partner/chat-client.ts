/**
 * The client of a person of another company. It signs in at the account server of that company alone, and uses the token that it gets
 * over HTTPS and over MQTT: it claims a lamp and switches it on.
 */
import { connectAsync } from 'mqtt'

const {
  NAME = 'mei',
  PASSWORD = 'the door is green',
  ACCOUNT_SERVER = 'http://127.0.0.1:3010',
  LATCHKEY_ISSUER = 'http://127.0.0.1:8484',
  MQTT_URL = 'mqtt://127.0.0.1:1883',
  DEVICE_UID = '',
  CLAIM_CODE = '',
} = process.env

// 1 to 7: for the client that is one request, to the server that knows the person.
const signedIn = await fetch(`${ACCOUNT_SERVER}/sign-in`, {
  method: 'POST',
  body: new URLSearchParams({ name: NAME, password: PASSWORD }),
})
if (!signedIn.ok) {
  console.log(`the account server answers ${signedIn.status}`)
  process.exit(1)
}
const { access_token: token } = (await signedIn.json()) as { access_token: string }

// 8, over HTTPS.
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const me = (await (await fetch(`${LATCHKEY_ISSUER}/v1/me`, { headers })).json()) as { id: string }
console.log(`${NAME} is ${me.id}`)
const body = JSON.stringify({ uid: DEVICE_UID, code: CLAIM_CODE })
const claimed = await fetch(`${LATCHKEY_ISSUER}/v1/devices/claims`, { method: 'POST', headers, body })
console.log(`the claim of ${DEVICE_UID} is answered ${claimed.status}`)

// 8, over MQTT: the same token is the password.
const client = await connectAsync(MQTT_URL, { username: NAME, password: token, protocolVersion: 5 })
const topic = `d/${DEVICE_UID}/state/desired`
client.on('message', (_, payload) => {
  console.log(`over MQTT came ${payload}`)
  void client.endAsync()
})
await client.subscribeAsync(topic, { qos: 1 })
await client.publishAsync(topic, JSON.stringify({ on: true }), { qos: 1 })
