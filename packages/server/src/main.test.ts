import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { connect, createServer, Server } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { testLog } from '../test/app.ts'
import { freePort } from '../test/free-port.ts'
import { engines, temporaryStorage } from '../test/storages.ts'
import { readConfig } from './config/config.ts'
import { startServer } from './main.ts'

for (const engine of engines) {
  describe(`a server on ${engine}`, () => {
    async function placeFor(t: TestContext) {
      const storage = await temporaryStorage(engine, { migrated: true })
      t.after(() => storage.remove())
      const { url, directory } = storage.at
      const start = (ports: Readonly<Record<string, string>> = {}) => {
        const settings = {
          ...{ LATCHKEY_DATA: directory, LATCHKEY_PORT: '0', LATCHKEY_MQTT_PORT: '0', ...ports },
          ...(url !== undefined && { LATCHKEY_DATABASE: url }),
        }
        return startServer(readConfig(settings, 'development'), { log: testLog() })
      }
      /** The last that closes a database of SQLite takes its log along. */
      const isOpen = () => existsSync(join(directory, 'latchkey.db-wal'))
      return { storage, start, isOpen }
    }

    for (const setting of ['LATCHKEY_PORT', 'LATCHKEY_MQTT_PORT']) {
      test(`that does not get ${setting} says so, and closes the database`, async (t) => {
        const { start, isOpen } = await placeFor(t)
        const other = createServer()
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
        t.after(() => other.close())
        const { port } = other.address() as { port: number } // it listens on a port
        await assert.rejects(start({ [setting]: String(port) }), { message: new RegExp(setting) })
        assert.equal(isOpen(), false)
      })
    }

    test('that cannot say that it has started listens on no port', async (t) => {
      const { storage, start, isOpen } = await placeFor(t)
      const db = await storage.open()
      await db.transaction((tx) => tx.query('ALTER TABLE processes RENAME TO others'))
      await db.close()
      const [http, mqtt] = [await freePort(), await freePort()]
      await assert.rejects(
        start({ LATCHKEY_PORT: String(http), LATCHKEY_MQTT_PORT: String(mqtt) }),
        /processes/,
      )
      assert.equal(isOpen(), false)
      for (const port of [http, mqtt]) {
        const socket = connect(port, '127.0.0.1')
        await assert.rejects(once(socket, 'connect'), { code: 'ECONNREFUSED' })
      }
    })

    test('that stops has written what it had counted, and closes the database', async (t) => {
      const { storage, start, isOpen } = await placeFor(t)
      const { http, stop } = await start()
      const refused = () =>
        fetch(`http://127.0.0.1:${http.port}/v1/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username: 'nobody', password: 'not theirs' }),
        })
      for (let at = 0; at < 3; at++) assert.equal((await refused()).status, 401)
      await stop()
      assert.equal(isOpen(), false)
      const db = await storage.open()
      const rows = await db.query<{ details: string | null }>(
        `SELECT details FROM activity WHERE event = 'user.sign_in' AND outcome = 'refused' ORDER BY id`,
      )
      const counts = rows.map(({ details }) => (JSON.parse(details ?? '{}') as { count?: number }).count ?? 1)
      assert.deepEqual(counts, [1, 2])
      // That it stopped is the last event, and the last checkpoint has it.
      const [last] = await db.query<{ event: string; seq: number }>(
        'SELECT event, seq FROM activity ORDER BY seq DESC LIMIT 1',
      )
      assert.equal(last?.event, 'server.stop')
      assert.deepEqual(await db.query('SELECT id FROM activity WHERE seq IS NULL'), [])
      const [signed] = await db.query<{ size: number }>('SELECT MAX(size) AS size FROM activity_checkpoints')
      assert.equal(signed?.size, last.seq + 1)
    })
  })
}

describe('a server does not start', () => {
  async function placeFor(t: TestContext) {
    const storage = await temporaryStorage('sqlite', { migrated: true })
    t.after(() => storage.remove())
    const start = (mode: 'development' | 'production', settings: Readonly<Record<string, string>>) => {
      const usual = {
        ...{ LATCHKEY_DATA: storage.at.directory, LATCHKEY_PORT: '0', LATCHKEY_MQTT_PORT: '0' },
        ...{ LATCHKEY_ISSUER: 'https://id.example' },
      }
      return startServer(readConfig({ ...usual, ...settings }, mode), { log: testLog() })
    }
    return { directory: storage.at.directory, start }
  }

  for (const mode of [0o710, 0o704, 0o777]) {
    test(`in production with a data directory of mode ${mode.toString(8)}, and in development it does`, async (t) => {
      const { directory, start } = await placeFor(t)
      chmodSync(directory, mode)
      const says = `others can read the data directory ${directory}; mend it with: chmod 700 ${directory}`
      await assert.rejects(start('production', {}), { message: says, name: 'ConfigError' })
      await (await start('development', {})).stop()
      chmodSync(directory, 0o700)
      await (await start('production', {})).stop()
    })
  }

  for (const [name, data, says] of [
    ['a file for its data directory', 'file', /file is not a directory; set LATCHKEY_DATA/],
    ['a data directory below a file', 'file/below', /below is not a directory; set LATCHKEY_DATA/],
    [
      'a data directory that cannot be made',
      'x'.repeat(300),
      /cannot be made \(ENAMETOOLONG\); set LATCHKEY_DATA/,
    ],
  ] as const) {
    test(`with ${name}, and says so in one line`, async (t) => {
      const { directory, start } = await placeFor(t)
      writeFileSync(join(directory, 'file'), '')
      await assert.rejects(start('development', { LATCHKEY_DATA: join(directory, data) }), (error: Error) => {
        assert.match(error.message, says)
        assert.doesNotMatch(error.message, /\n/)
        return true
      })
    })
  }

  test('on an address of another machine', async (t) => {
    const { directory, start } = await placeFor(t)
    chmodSync(directory, 0o700)
    // Of a network for examples (RFC 5737): no machine has it.
    await assert.rejects(start('production', { LATCHKEY_HOST: '192.0.2.1' }), {
      message: 'HTTP: 192.0.2.1 is no address of this machine',
    })
    const pem = join(directory, 'none.pem')
    const tls = { LATCHKEY_MQTT_TLS_CERT: pem, LATCHKEY_MQTT_TLS_KEY: pem }
    await assert.rejects(start('production', tls), {
      message: `LATCHKEY_MQTT_TLS_CERT names ${pem}, which cannot be read (ENOENT)`,
    })
  })

  for (const [code, says] of [
    ['EACCES', /^HTTP: no permission to listen on port \d+; .* set LATCHKEY_PORT$/],
    ['ENOTFOUND', /^HTTP: 127\.0\.0\.1 is no address of this machine$/],
    ['EMFILE', /^HTTP: cannot listen on 127\.0\.0\.1:\d+: what the system says$/],
  ] as const) {
    test(`where the system answers ${code} when it listens`, async (t) => {
      const { start } = await placeFor(t)
      const failure = Object.assign(new Error('what the system says'), { code })
      t.mock.method(Server.prototype, 'listen', function listen(this: Server) {
        process.nextTick(() => this.emit('error', failure))
        return this
      })
      await assert.rejects(start('development', {}), { message: says })
    })
  }
})
