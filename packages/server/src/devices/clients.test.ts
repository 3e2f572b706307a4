import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { type Home, home } from '../../test/home.ts'

// Clients that others wrote, against the whole product: what a customer has in their drawer.

for (const protocolVersion of [4, 5] as const) {
  const version = protocolVersion === 5 ? '5' : '3.1.1'
  test(`the mqtt client of npm plays device and owner in version ${version}`, async (t) => {
    const house = await home(t)
    const ada = await house.signedIn('ada')
    const lamp = await house.lampOf(ada)
    const url = `mqtt://127.0.0.1:${house.port}`
    const common = { protocolVersion, reconnectPeriod: 0 }
    const device = await connectAsync(url, {
      ...common,
      ...{ clientId: lamp.uid, username: lamp.uid, password: lamp.token() },
    })
    device.on('message', (topic, payload) => {
      const [, , , rid, method] = topic.split('/')
      device.publish(`d/${lamp.uid}/cmd/${rid}/res/200`, `${method} ${payload}`, { qos: 1 })
    })
    await device.subscribeAsync(`d/${lamp.uid}/cmd/+/+`, { qos: 1 })
    const person = await connectAsync(url, { ...common, username: 'ada', password: ada.token })
    const heard = new Map<string, string>()
    const all = new Promise<void>((resolve) => {
      person.on('message', (topic, payload) => {
        if (heard.set(topic, String(payload)).size === 2) resolve()
      })
    })
    await person.subscribeAsync([`d/${lamp.uid}/tele`, `d/${lamp.uid}/cmd/+/res/+`], { qos: 1 })
    await device.publishAsync(`d/${lamp.uid}/tele`, '{"celsius":21.5}', { qos: 1 })
    await person.publishAsync(`d/${lamp.uid}/cmd/r1/switch`, 'on', { qos: 1 })
    await all
    assert.deepEqual(
      [...heard],
      [
        [`d/${lamp.uid}/tele`, '{"celsius":21.5}'],
        [`d/${lamp.uid}/cmd/r1/res/200`, 'switch on'],
      ],
    )
    await Promise.all([device.endAsync(), person.endAsync()])
  })

  test(`the mqtt client of npm is told in version ${version} that a key is not the device’s`, async (t) => {
    const house = await home(t)
    const [lamp, other] = [await house.lamp(), await house.lamp()]
    const options = {
      ...{ protocolVersion, reconnectPeriod: 0, clientId: lamp.uid },
      ...{ username: lamp.uid, password: lamp.token({}, other.key) },
    }
    await assert.rejects(connectAsync(`mqtt://127.0.0.1:${house.port}`, options, false), {
      code: protocolVersion === 5 ? 134 : 4,
    })
  })
}

/** The program does not say when it is ready to hear; the broker knows. */
async function subscribed({ app }: Home): Promise<void> {
  while (app.connections.broker.counts.filters === 0) await new Promise(setImmediate)
}

const has = (command: string) => spawnSync(command, ['--help']).error === undefined
const skip = !(has('mosquitto_pub') && has('mosquitto_sub')) && 'mosquitto-clients is not installed'

for (const version of ['mqttv311', 'mqttv5']) {
  test(`mosquitto_pub and mosquitto_sub play device and owner in ${version}`, { skip }, async (t) => {
    const house = await home(t)
    const ada = await house.signedIn('ada')
    const lamp = await house.lampOf(ada)
    const common = ['-h', '127.0.0.1', '-p', String(house.port), '-V', version, '-q', '1']
    const asDevice = [...common, '-i', lamp.uid, '-u', lamp.uid, '-P', lamp.token()]
    const asAda = [...common, '-u', 'ada', '-P', ada.token]

    const device = spawn('mosquitto_sub', [
      ...asDevice,
      '-t',
      `d/${lamp.uid}/cmd/+/+`,
      '-C',
      '1',
      '-F',
      '%t %p',
    ])
    const command = text(device.stdout)
    await subscribed(house)
    const person = spawn('mosquitto_pub', [...asAda, '-t', `d/${lamp.uid}/cmd/r1/switch`, '-m', 'on'])
    assert.deepEqual(await once(person, 'exit'), [0, null])
    assert.equal((await command).trim(), `d/${lamp.uid}/cmd/r1/switch on`)

    await house.written({ event: 'device.disconnect', target: lamp.uid })
    const watcher = spawn('mosquitto_sub', [...asAda, '-t', `d/${lamp.uid}/tele/#`, '-C', '1', '-W', '5'])
    const telemetry = text(watcher.stdout)
    await subscribed(house)
    const publisher = spawn('mosquitto_pub', [
      ...asDevice,
      '-t',
      `d/${lamp.uid}/tele`,
      '-m',
      '{"celsius":21.5}',
    ])
    assert.deepEqual(await once(publisher, 'exit'), [0, null])
    assert.equal((await telemetry).trim(), '{"celsius":21.5}')
  })

  test(`mosquitto_pub is told in ${version} that an access token is not the device’s`, {
    skip,
  }, async (t) => {
    const house = await home(t)
    const ada = await house.signedIn('ada')
    const lamp = await house.lampOf(ada)
    const where = ['-h', '127.0.0.1', '-p', String(house.port), '-V', version]
    const asOther = ['-i', lamp.uid, '-u', 'ada', '-P', ada.token, '-t', `d/${lamp.uid}/tele`, '-m', '1']
    const publisher = spawn('mosquitto_pub', [...where, ...asOther])
    const said = text(publisher.stderr)
    const [code] = await once(publisher, 'exit')
    assert.notEqual(code, 0)
    assert.match(await said, /identifier|not valid|refused/i)
  })
}
