import { setTimeout as delay } from 'node:timers/promises'
import { createSigner, generateKey, type PrivateKey } from 'latchkey/token'
import type { ActivityEvent } from '../../activity/events.ts'
import { type Client, connect, Refused } from '../../mqtt/client.ts'
import { activityLine } from '../activity/line.ts'
import { ask, call, expectStatus, personOf, signIn, theDevice, theService } from './acts.ts'
import { applicationSteps } from './applications.ts'
import type { Stage, Step } from './stage.ts'

/** What must be refused everywhere within this time of a revocation. */
const promisedMs = 1000

export const story: readonly Step[] = [
  {
    title: 'The server starts as a process of its own, on an empty directory',
    async play(stage) {
      const link = await stage.startServer()
      await expectStatus(200, await fetch(`${stage.issuer}/healthz`))
      stage.people.set('admin', {
        username: 'admin',
        password: stage.adminPassword,
        token: link,
        sessionId: '',
      })
      return `${stage.issuer} answers, and has printed a one-time link for the first administrator`
    },
  },
  {
    title: 'The administrator takes up the link and signs in',
    async play(stage) {
      const invitation = personOf(stage, 'admin').token.split('/').at(-1)
      const accept = { invitation, password: stage.adminPassword }
      await ask(stage, 'POST', '/v1/invitations/accept', { body: accept })
      await expectStatus(400, await call(stage, 'POST', '/v1/invitations/accept', { body: accept }))
      await signIn(stage, 'admin', stage.adminPassword)
      return 'the link worked once: used again it is refused'
    },
  },
  {
    title: 'The administrator invites Ada, who sets a password and signs in',
    async play(stage) {
      await invite(stage, 'ada')
      const wrong = { username: 'ada', password: 'not her password at all' }
      await expectStatus(401, await call(stage, 'POST', '/v1/login', { body: wrong }))
      const me = await ask(stage, 'GET', '/v1/me', { as: 'ada' })
      return `she is ${me.id}, a ${me.user_type}; a wrong password is refused`
    },
  },
  {
    title: 'A lamp, another process, makes its own ES256 key and is registered',
    async play(stage) {
      stage.device = stage.startActor('device')
      const { jwk } = await stage.device.ask('makeKey', { directory: stage.directory })
      const body = { name: 'Hall lamp', product: 'lamp', key: jwk }
      const device = await ask(stage, 'POST', '/v1/devices', { as: 'admin', body })
      stage.uid = String(device.uid)
      return `process ${stage.device.pid} gave its public key only; its uid is ${stage.uid}`
    },
  },
  {
    title: 'The lamp connects over MQTT with a token it signed itself, and Ada claims it',
    async play(stage) {
      const device = theDevice(stage)
      await device.ask('connect', { uid: stage.uid, issuer: stage.issuer, mqttPort: stage.mqttPort })
      const { code } = await device.ask('askForClaimCode', { uid: stage.uid, issuer: stage.issuer })
      const bad = { uid: stage.uid, code: String(code).replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')) }
      await expectStatus(400, await call(stage, 'POST', '/v1/devices/claims', { as: 'ada', body: bad }))
      const claimed = await ask(stage, 'POST', '/v1/devices/claims', {
        as: 'ada',
        body: { uid: stage.uid, code },
      })
      return `it is ${claimed.state}, online is ${claimed.online}, and she is its ${claimed.relation}; a wrong code was refused`
    },
  },
  {
    title: 'A micro-service, a third process, verifies Ada’s token by itself',
    async play(stage) {
      stage.service = stage.startActor('service')
      const { url } = await stage.service.ask('start', { issuer: stage.issuer })
      stage.serviceUrl = String(url)
      const requests = 1000
      for (let request = 0; request < requests; request += 1) await expectStatus(200, await report(stage))
      await expectStatus(401, await fetch(stage.serviceUrl))
      const { fetches } = await theService(stage).ask('countFetches')
      if (Number(fetches) > 3) throw new Error(`${fetches} calls to the issuer for ${requests} requests`)
      return `${requests} requests were let in with ${fetches} calls to the issuer, for its metadata and keys; one without a token was not`
    },
  },
  {
    title: 'Ada views telemetry, over MQTT as it comes and over HTTPS afterwards',
    async play(stage) {
      const heard = Promise.withResolvers<string>()
      const ada = await connectAs(stage, 'ada', (topic, payload) => {
        if (topic.endsWith('/tele')) heard.resolve(payload)
      })
      await ada.subscribe(`d/${stage.uid}/tele/#`, 1)
      await theDevice(stage).ask('measure', { uid: stage.uid, celsius: 21.5 })
      const live = await within(promisedMs, heard.promise, 'telemetry over MQTT')
      const { items } = (await ask(stage, 'GET', `/v1/devices/${stage.uid}/telemetry`, { as: 'ada' })) as {
        items: { payload: unknown }[]
      }
      if (JSON.stringify(items[0]?.payload) !== live) throw new Error('the two edges tell different things')
      return `both say ${live}`
    },
  },
  {
    title: 'Ada controls the lamp, over HTTPS and over MQTT, and gets its reply',
    async play(stage) {
      const beganAt = performance.now()
      const path = `/v1/devices/${stage.uid}/commands/switch`
      const reply = await ask(stage, 'POST', path, { as: 'ada', body: { payload: { on: true } } })
      const overHttp = Math.round(performance.now() - beganAt)
      const heard = Promise.withResolvers<string>()
      const ada = await connectAs(stage, 'ada', (topic, payload) => {
        if (topic.endsWith('/cmd/demo-1/res/200')) heard.resolve(payload)
      })
      await ada.subscribe(`d/${stage.uid}/cmd/+/res/+`, 1)
      const beganAgainAt = performance.now()
      await ada.publish(`d/${stage.uid}/cmd/demo-1/switch`, '{"on":false}', { qos: 1 })
      const answer = await within(promisedMs, heard.promise, 'the reply over MQTT')
      const overMqtt = Math.round(performance.now() - beganAgainAt)
      return `HTTPS: ${reply.status} ${JSON.stringify(reply.payload)} in ${overHttp} ms; MQTT: 200 ${answer} in ${overMqtt} ms`
    },
  },
  {
    title: 'Ada shares it with Ben, to view only, and his control is refused',
    async play(stage) {
      await invite(stage, 'ben')
      const device = `/v1/devices/${stage.uid}`
      await expectStatus(404, await call(stage, 'GET', `${device}/telemetry`, { as: 'ben' }))
      await ask(stage, 'POST', `${device}/shares`, {
        as: 'ada',
        body: { username: 'ben', relation: 'viewer' },
      })
      await ask(stage, 'GET', `${device}/telemetry`, { as: 'ben' })
      await expectStatus(403, await call(stage, 'POST', `${device}/commands/switch`, { as: 'ben', body: {} }))
      const ben = await connectAs(stage, 'ben', () => {})
      await ben.publish(`d/${stage.uid}/cmd/demo-2/switch`, '{"on":true}', { qos: 1 }).then(
        () => {
          throw new Error('his command over MQTT was taken')
        },
        (error: unknown) => {
          if (!(error instanceof Refused) || error.reason !== 'not_authorized') throw error
        },
      )
      return 'before, he was told that there is no such device; now he may view it, and both edges refuse his commands'
    },
  },
  ...applicationSteps,
  {
    title: 'Ada’s session is revoked: service, API and live connections refuse within the second',
    async play(stage) {
      const ada = personOf(stage, 'ada')
      const live = await connectAs(stage, 'ada', () => {})
      await expectStatus(200, await report(stage))
      const { id } = await ask(stage, 'GET', '/v1/me', { as: 'ada' })
      const beganAt = performance.now()
      await ask(stage, 'DELETE', `/v1/users/${id}/sessions/${ada.sessionId}`, { as: 'admin' })
      const closed = live.closed.then(({ message }) => ({ message, after: performance.now() - beganAt }))
      while ((await report(stage)).status !== 401) await tooLate(beganAt, 'the service still lets her in')
      const service = Math.round(performance.now() - beganAt)
      await expectStatus(401, await call(stage, 'GET', '/v1/me', { as: 'ada' }))
      const connection = await within(promisedMs, closed, 'the end of her connection')
      return `the service refused after ${service} ms; her connection was closed after ${Math.round(connection.after)} ms, told “${connection.message}”`
    },
  },
  {
    title: 'An impersonator who knows only the uid is refused, and raises an alarm',
    async play(stage) {
      const key = generateKey('ES256') as PrivateKey // ES256 is not symmetric
      const sign = createSigner({
        key,
        type: 'device+jwt',
        issuer: stage.uid,
        subject: stage.uid,
        audience: stage.issuer,
        expiresIn: 3600,
      })
      const password = sign({})
      const refused = await connect({
        host: '127.0.0.1',
        port: stage.mqttPort,
        protocol: 5,
        clientId: stage.uid,
        username: stage.uid,
        password,
      }).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (!(refused instanceof Refused)) throw new Error('the impersonator was let in')
      const { online } = await ask(stage, 'GET', `/v1/devices/${stage.uid}`, { as: 'admin' })
      if (online !== true) throw new Error('the impersonator drove the lamp away')
      const path = `/v1/activity?event=device.impersonation&target=${stage.uid}`
      const { items } = (await ask(stage, 'GET', path, { as: 'admin' })) as { items: { reason: string }[] }
      if (items.length === 0) throw new Error('no alarm was raised')
      return `refused as ${refused.reason}; the alarm says ${items[0]?.reason}; the lamp itself is still connected`
    },
  },
  {
    title: 'The log has a line for each thing that happened, with address and region',
    async play(stage) {
      type Shown = Omit<ActivityEvent, 'at' | 'details'> & { at: string; details: object }
      const { items } = (await ask(stage, 'GET', '/v1/activity?limit=200', { as: 'admin' })) as {
        items: Shown[]
      }
      const lines = items
        .reverse()
        .map((item) =>
          activityLine({ ...item, at: Date.parse(item.at), details: JSON.stringify(item.details) }),
        )
      const expected = [
        'user.accept_invitation',
        'user.sign_in',
        'device.register',
        'device.connect',
        'device.bind',
        'device.command',
        'device.share',
        'application.authorize',
        'application.token',
        'approval.ask',
        'approval.allow',
        'consent.withdraw',
        'session.end',
        'device.impersonation',
      ]
      const missing = expected.filter((event) => !items.some((item) => item.event === event))
      if (missing.length > 0) throw new Error(`the log says nothing of ${missing.join(', ')}`)
      const placed = items.filter(({ address, region }) => address !== null && region !== null).length
      return `${items.length} events, ${placed} with address and region:\n    ${lines.join('\n    ')}`
    },
  },
]

async function invite(stage: Stage, name: 'ada' | 'ben'): Promise<void> {
  const password = `the ${name} of this little story`
  const { invitation } = await ask(stage, 'POST', '/v1/users', { as: 'admin', body: { username: name } })
  await ask(stage, 'POST', '/v1/invitations/accept', { body: { invitation, password } })
  await signIn(stage, name, password)
}

async function connectAs(
  stage: Stage,
  name: 'ada' | 'ben',
  hear: (topic: string, payload: string) => void,
): Promise<Client> {
  const { username, token } = personOf(stage, name)
  const client = await connect({
    host: '127.0.0.1',
    port: stage.mqttPort,
    protocol: 5,
    username,
    password: token,
    onMessage: ({ topic, payload }) => hear(topic, payload.toString()),
  })
  stage.clients.push(client)
  return client
}

function report(stage: Stage): Promise<Response> {
  return fetch(stage.serviceUrl, { headers: { authorization: `Bearer ${personOf(stage, 'ada').token}` } })
}

async function tooLate(beganAt: number, problem: string): Promise<void> {
  if (performance.now() - beganAt > promisedMs) throw new Error(`${problem} after ${promisedMs} ms`)
  await delay(2)
}

async function within<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  const late = delay(milliseconds, undefined, { ref: false }).then(() => {
    throw new Error(`${what} did not come within ${milliseconds} ms`)
  })
  return Promise.race([promise, late])
}
