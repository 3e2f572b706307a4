import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { connectAsync } from 'mqtt'
import { connect } from '../client.ts'
import { listen } from '../listener.ts'
import { createBroker } from './broker.ts'

async function start(
  t: TestContext,
  tls?: { cert: string; key: string },
): Promise<{ port: number; topics: string[]; connected: () => Promise<void> }> {
  const topics: string[] = []
  let subscribed = () => {}
  const broker = createBroker<string>({
    clientsMayRetain: true,
    authority: {
      authenticate: ({ clientId, username, password }) =>
        username === 'u' && password?.toString() === 'p'
          ? { principal: clientId, expiresAtMs: Number.POSITIVE_INFINITY }
          : { refused: 'not_authorized' },
      maySubscribe: () => {
        setImmediate(() => subscribed())
        return true
      },
      publish: async (_, { topic, qos, retain }) => {
        topics.push(`${topic} ${qos}`)
        return retain ? 'retain' : 'route'
      },
    },
    sweepMs: 50,
    limits: { closeTimeoutMs: 100 },
  })
  const listener = await listen(broker, { host: '127.0.0.1', port: 0, ...(tls && { tls }) })
  t.after(async () => {
    await listener.close()
    await broker.close()
  })
  return { port: listener.port, topics, connected: () => new Promise((resolve) => (subscribed = resolve)) }
}

for (const protocolVersion of [4, 5] as const) {
  test(`the mqtt client of npm speaks version ${protocolVersion} with the broker in every QoS`, async (t) => {
    const { port } = await start(t)
    const url = `mqtt://127.0.0.1:${port}`
    const client = await connectAsync(url, {
      protocolVersion,
      username: 'u',
      password: 'p',
      reconnectPeriod: 0,
    })
    const messages: string[] = []
    const all = new Promise<void>((resolve) => {
      client.on('message', (topic, payload, { qos, retain }) => {
        if (messages.push(`${topic} ${payload} ${qos} ${retain}`) === 4) resolve()
      })
    })
    await client.publishAsync('r', 'kept', { qos: 1, retain: true })
    const granted = await client.subscribeAsync(['d/+', 'r'], { qos: 2 })
    assert.deepEqual(
      granted.map(({ qos }) => qos),
      [1, 1],
    )
    for (const qos of [0, 1, 2] as const) await client.publishAsync(`d/${qos}`, 'x', { qos })
    await all
    assert.deepEqual(messages, ['r kept 1 true', 'd/0 x 0 false', 'd/1 x 1 false', 'd/2 x 1 false'])
    await client.unsubscribeAsync('d/+')
    await client.endAsync()
  })

  test(`the mqtt client of npm is refused in version ${protocolVersion} with code ${protocolVersion === 5 ? 135 : 5}`, async (t) => {
    const { port } = await start(t)
    const options = { protocolVersion, username: 'u', password: 'no', reconnectPeriod: 0 }
    await assert.rejects(connectAsync(`mqtt://127.0.0.1:${port}`, options, false), {
      code: protocolVersion === 5 ? 135 : 5,
    })
  })
}

const has = (command: string) => spawnSync(command, ['--help']).error === undefined
const skip = !(has('mosquitto_pub') && has('mosquitto_sub')) && 'mosquitto-clients is not installed'

for (const version of ['mqttv311', 'mqttv5']) {
  test(`mosquitto_pub and mosquitto_sub speak ${version} with the broker in every QoS`, {
    skip,
  }, async (t) => {
    const { port, topics, connected } = await start(t)
    const common = ['-h', '127.0.0.1', '-p', String(port), '-V', version, '-u', 'u', '-P', 'p']
    const subscribed = connected()
    const subscriber = spawn('mosquitto_sub', [
      ...common,
      '-t',
      'd/#',
      '-q',
      '2',
      '-C',
      '3',
      '-W',
      '5',
      '-F',
      '%t %p %q',
    ])
    const output = text(subscriber.stdout)
    await subscribed
    for (const qos of ['0', '1', '2']) {
      const publisher = spawn('mosquitto_pub', [...common, '-t', `d/${qos}`, '-m', 'x', '-q', qos])
      assert.equal(await exit(publisher), 0)
    }
    assert.deepEqual((await output).trim().split('\n'), ['d/0 x 0', 'd/1 x 1', 'd/2 x 1'])
    assert.deepEqual(topics, ['d/0 0', 'd/1 1', 'd/2 2'])
  })

  test(`mosquitto_pub is told by ${version} that it is not authorized`, { skip }, async (t) => {
    const { port } = await start(t)
    const publisher = spawn('mosquitto_pub', [
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-V',
      version,
      '-t',
      't',
      '-m',
      'x',
    ])
    const said = text(publisher.stderr)
    assert.notEqual(await exit(publisher), 0)
    assert.match(await said, /not authori[sz]ed/i)
  })
}

test('the broker listens with TLS', { skip: !has('openssl') && 'openssl is not installed' }, async (t) => {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout - -out -'
  const pem = spawnSync('openssl', request.split(' ')).stdout.toString()
  const cert = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'))
  const { port } = await start(t, { cert, key: pem.slice(0, pem.indexOf('-----BEGIN CERTIFICATE')) })
  const tls = { ca: cert, servername: 'localhost' }
  const client = await connect({ host: '127.0.0.1', port, tls, username: 'u', password: 'p' })
  assert.equal(await client.subscribe('t'), 1)
  assert.equal((await client.end()).reason, 'normal_disconnection')
})

async function exit(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'exit')
  return code
}
