import { inviteFirstAdministrator } from '../accounts/invitations/first-administrator.ts'
import { invitationLink } from '../accounts/invitations/invitations.ts'
import { readConfig } from '../config/config.ts'
import type { Config } from '../config/settings.ts'
import { jsonLog } from '../log.ts'
import { type RunningServer, startServer } from '../main.ts'
import { lowerThreadPool } from '../operations/thread-pool.ts'
import type { BuildConsole } from '../pages/console-files.ts'
import { bold, dim } from './output.ts'
import { seed } from './seed.ts'

export async function start(isDevelopment: boolean, buildConsole?: BuildConsole): Promise<void> {
  const config = readConfig(process.env, isDevelopment ? 'development' : 'production')
  const log = jsonLog((line) => process.stderr.write(line), Date.now, config.logLevel)
  const server = await startServer(config, { log, ...(buildConsole && { buildConsole }) })
  stopOnSignals(server)
  lowerThreadPool()
  await greet(server, config)
}

async function greet({ app, http, mqtt }: RunningServer, config: Config): Promise<void> {
  const say = (line = '') => process.stdout.write(`${line}\n`)
  say(
    `${bold('Latchkey')} serves ${config.issuer} ${dim(`(HTTP ${http.address}:${http.port}, MQTT ${mqtt.host}:${mqtt.port}, ${config.mode})`)}`,
  )
  const invitation = await inviteFirstAdministrator(app)
  if (invitation !== undefined) {
    say('\nThe first administrator sets a password here, once, within the hour:')
    say(`  ${invitationLink(config.issuer, invitation)}`)
  }
  if (config.mode !== 'development') return
  const lines = await seed(app, { mqttHost: mqtt.host, mqttPort: mqtt.port })
  for (const { title, line } of lines) say(`\n${title}\n  ${line}`)
  say(`\nThe interface is described at ${config.issuer}/docs. Ctrl-C stops the server.`)
}

/** The first signal asks; whoever asks twice does not want to wait. */
function stopOnSignals(server: RunningServer): void {
  let asked = false
  const stop = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1)
    asked = true
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`latchkey: did not stop cleanly after ${signal}: ${error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
