/** The sinks of the log beside Debian's rsyslog and syslog-ng: what they store is what the log has, once and in order. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findPlaced } from '../../packages/server/src/activity/archive/reading.ts'
import { shownEvent } from '../../packages/server/src/activity/schema/shown.ts'
import { operator } from '../../packages/server/src/identity.ts'
import { openTestApp } from '../../packages/server/test/app.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { eventually } from '../../packages/server/test/second-app.ts'
import { judge } from './judges.ts'
import { startProgram } from './profiles/program.ts'

interface Place {
  readonly directory: string
  readonly port: number
  readonly out: string
  /** Where certificates are; none without TLS. */
  readonly tls: boolean
}

const rsyslog = {
  name: 'rsyslog',
  ...judge('rsyslog', 'usr/sbin/rsyslogd'),
  configuration: ({ directory, port, out, tls }: Place) => `
global(workDirectory="${directory}" maxMessageSize="64k"${
    tls
      ? ` defaultNetstreamDriverCAFile="${directory}/ca.pem" defaultNetstreamDriverCertFile="${directory}/server.pem" defaultNetstreamDriverKeyFile="${directory}/server-key.pem"`
      : ''
  })
module(load="imtcp"${tls ? ' StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"' : ''})
input(type="imtcp" address="127.0.0.1" port="${port}")
template(name="message" type="string" string="%pri% %hostname% %app-name% %msgid% %structured-data% %msg%\\n")
action(type="omfile" file="${out}" template="message")
`,
  arguments: (directory: string) => ['-n', '-f', `${directory}/conf`, '-i', `${directory}/pid`],
}

const syslogNg = {
  name: 'syslog-ng',
  ...judge('syslog-ng-core', 'usr/sbin/syslog-ng'),
  configuration: ({ directory, port, out, tls }: Place) => `@version: 3.38
options { keep-hostname(yes); log-msg-size(65536); };
source s { syslog(ip(127.0.0.1) port(${port}) transport("${tls ? 'tls' : 'tcp'}")${
    tls
      ? ` tls(key-file("${directory}/server-key.pem") cert-file("${directory}/server.pem") peer-verify(optional-untrusted))`
      : ''
  }); };
destination d { file("${out}" template("$PRI $HOST $PROGRAM $MSGID $SDATA $MSG\\n")); };
log { source(s); destination(d); };
`,
  arguments: (directory: string, root: string) => [
    ...['-F', '--no-caps', '-f', `${directory}/conf`, '-p', `${directory}/pid`],
    ...['-R', `${directory}/persist`, '-c', `${directory}/control`],
    ...(root === '/' ? [] : [`--module-path=${join(root, 'usr/lib/syslog-ng/3.38')}`]),
  ],
}

/** A certificate of `localhost`, by an authority of its own. */
function certify(directory: string): void {
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: directory })
    assert.equal(status, 0, stderr.toString())
  }
  const key = ['-newkey', 'rsa:2048', '-nodes']
  run('req', '-x509', ...key, '-subj', '/CN=an authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem')
  run('req', ...key, '-subj', '/CN=localhost', '-keyout', 'server-key.pem', '-out', 'server.csr')
  writeFileSync(join(directory, 'names'), 'subjectAltName=DNS:localhost\n')
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'names']
  run('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.pem')
}

const hard = [
  '門口的燈 是開的 🔒',
  'quotes " and \' and \\ and brackets ] [ } {',
  'a line\nand another\r\n\ttab',
  '\u0000 \u0007 \u001b[31m \u007f \ufeff',
  '%d %s $HOST ${' + 'MSG} %msg%',
  'x'.repeat(8 * 1024),
  '燈'.repeat(2_700),
]

async function sendTo(t: TestContext, program: typeof rsyslog | typeof syslogNg, tls: boolean) {
  const receiver = await openTestApp()
  t.after(() => receiver.close())
  const directory = join(receiver.storage.at.directory, program.name)
  mkdirSync(directory)
  const place = { directory, tls, port: await freePort(), out: join(directory, 'out') }
  if (tls) certify(directory)
  writeFileSync(join(directory, 'conf'), program.configuration(place))
  const { root, file } = program
  await startProgram(t, {
    ...{ command: file, args: program.arguments(directory, root), directory, port: place.port },
    environment: { LD_LIBRARY_PATH: join(root, 'usr/lib/syslog-ng') },
  })
  const address = tls
    ? `syslog+tls://localhost:${place.port}?ca=${directory}/ca.pem&from=start`
    : `syslog+tcp://127.0.0.1:${place.port}?from=start`
  const house = await openTestApp('sqlite', { LATCHKEY_SINKS: `judge=${address}` })
  t.after(() => house.close())
  const { app, world } = house
  for (let round = 0; round < 100; round += 1) {
    for (const reason of hard) {
      await app.activity.recordAlone(
        operator,
        'log.hold',
        { id: 'usr_門', kind: 'user' },
        { details: { reason, round } },
      )
    }
    // Several deliveries, so that their order among one another is seen.
    if (round % 20 === 0) await app.jobs.runNow(1_000)
    world.advance(1)
  }
  await app.jobs.runNow(1_000)
  const size = await app.proof.ground.sequencer.settle()
  const [state] = await app.sinks.states()
  assert.equal(state?.last_error, null)
  assert.equal(state?.lagEvents, 0)
  const lines = () => (existsSync(place.out) ? readFileSync(place.out, 'utf8').split('\n').slice(0, -1) : [])
  await eventually(() => lines().length >= size)
  const events = (await findPlaced(app.db, 0, size)).map(shownEvent)
  const got = lines()
  assert.equal(got.length, size)
  for (const [at, event] of events.entries()) {
    const line = got[at] ?? ''
    const message = line.slice(line.indexOf('{'))
    assert.deepEqual(JSON.parse(message), event)
    const sequence = `[meta sequenceId="${at + 1}"]`
    const priority = event.outcome === 'success' ? 110 : 108
    assert.equal(
      line.slice(0, line.indexOf('{')).trim(),
      `${priority} 127.0.0.1 latchkey ${event.event} ${sequence}`,
    )
  }
}

for (const program of [rsyslog, syslogNg]) {
  for (const tls of [false, true]) {
    const skip =
      program.skip || (tls && spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false)
    test(
      `${program.name} has each event once, in order and unchanged${tls ? ', over TLS' : ''}`,
      { skip },
      (t) => sendTo(t, program, tls),
    )
  }
}
