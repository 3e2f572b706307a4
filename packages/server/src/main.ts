import { readFileSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { type App, createApp } from './app.ts'
import { ConfigError } from './config/config.ts'
import type { Config } from './config/settings.ts'
import { migrations } from './database/migrations/index.ts'
import { migrate } from './database/migrations.ts'
import { openDatabase } from './database/open.ts'
import { type HttpListener, listenHttp } from './http/listener.ts'
import { operator } from './identity.ts'
import type { Log } from './log.ts'
import { type Listener, listen as listenMqtt } from './mqtt/listener.ts'
import type { BuildConsole } from './pages/console-files.ts'
import { realWorld, type World } from './world.ts'

/** A server that listens. */
export interface RunningServer {
  readonly app: App
  readonly http: HttpListener
  readonly mqtt: Listener
  /** Refuse new requests, finish those in flight, close connections with a reason, and close the database. */
  stop(): Promise<void>
}

/** Requests in flight get this long; a command to a device may be waiting for its reply. */
const graceMs = 5_000

/**
 * Open the database, bring its schema up to date, build the product and listen.
 * @throws {Error} in one line that says what stands in the way and how to mend it.
 */
export async function startServer(
  config: Config,
  {
    log,
    world = realWorld,
    ...sources
  }: { readonly log: Log; readonly world?: World; readonly buildConsole?: BuildConsole },
): Promise<RunningServer> {
  await prepareDirectory(config)
  const tls = readTls(config)
  const db = await openDatabase({ url: config.database, directory: config.data })
  try {
    await migrate(db, migrations, world.now())
    const app = await createApp({ config, db, log, world, ...sources })
    const http = await listenHttp(app.edge, config.host, config.port, { places: app.places.http }).catch(
      (error: unknown) => {
        throw explainListening(error, 'HTTP', config.host, config.port, 'LATCHKEY_PORT')
      },
    )
    const mqtt = await listenMqtt(app.connections.broker, {
      host: config.mqttHost,
      port: config.mqttPort,
      places: app.places.mqtt,
      ...(tls && { tls }),
    }).catch(async (error: unknown) => {
      await http.stop(0)
      throw explainListening(error, 'MQTT', config.mqttHost, config.mqttPort, 'LATCHKEY_MQTT_PORT')
    })
    try {
      await app.activity.recordAlone(operator, 'server.start', undefined, { details: { mode: config.mode } })
      await app.operations.beat()
      app.start()
      return { app, http, mqtt, stop: () => stop({ app, http, mqtt }) }
    } catch (error) {
      await mqtt.close()
      await app.connections.broker.close('server_shutting_down')
      await http.stop(0)
      throw error
    }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function stop({ app, http, mqtt }: Pick<RunningServer, 'app' | 'http' | 'mqtt'>): Promise<void> {
  // New connections first, so that nobody is let in by a server that is already saying goodbye.
  const httpStopped = http.stop(graceMs)
  await mqtt.close()
  await app.stop()
  await httpStopped
  await app.operations.leave()
  await app.activity.recordAlone(operator, 'server.stop')
  // Its place now, not at the next start; a log that cannot be signed is said and closed all the same.
  await app.proof.close().catch((error: unknown) => app.log.error('log_order_failed', error))
  await app.db.close()
}

/** The data directory holds keys and hashes: only its owner may read it. Production refuses to start otherwise. */
async function prepareDirectory({ data, mode }: Config): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what fs functions throw
    throw new Error(
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `${data} is not a directory; set LATCHKEY_DATA to one`
        : `the data directory ${data} cannot be made (${code}); set LATCHKEY_DATA to a place that you may write to`,
    )
  }
  const others = (await stat(data)).mode & 0o077
  if (others !== 0 && mode === 'production') {
    throw new ConfigError([`others can read the data directory ${data}; mend it with: chmod 700 ${data}`])
  }
}

function readTls({ mqttTlsCert, mqttTlsKey }: Config): { cert: string; key: string } | undefined {
  // The configuration has both or neither.
  if (mqttTlsCert === undefined || mqttTlsKey === undefined) return undefined
  return {
    cert: readPem(mqttTlsCert, 'LATCHKEY_MQTT_TLS_CERT'),
    key: readPem(mqttTlsKey, 'LATCHKEY_MQTT_TLS_KEY'),
  }
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([
      `${setting} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    ])
  }
}

function explainListening(error: unknown, what: string, host: string, port: number, setting: string): Error {
  const { code, message } = error as NodeJS.ErrnoException // what a server emits
  switch (code) {
    case 'EADDRINUSE':
      return new Error(
        `${what}: port ${port} on ${host} is in use; stop what listens there or set ${setting}`,
      )
    case 'EACCES':
      return new Error(
        `${what}: no permission to listen on port ${port}; ports below 1024 need it, so set ${setting}`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${what}: ${host} is no address of this machine`)
    default:
      return new Error(`${what}: cannot listen on ${host}:${port}: ${message}`)
  }
}
