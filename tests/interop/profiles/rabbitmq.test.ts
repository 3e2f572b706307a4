import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rabbitmq } from '../../../packages/server/src/services/programs/rabbitmq.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { openIssuer } from './issuer.ts'
import { connects, publishes } from './mqtt.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

const program = '/usr/lib/rabbitmq/bin/rabbitmq-server'

test('RabbitMQ connects whoever has a token', {
  skip: skipUnlessProgram('rabbitmq-server', program),
}, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, rabbitmq)
  const [port, amqp, names, distribution] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const own = [`listeners.tcp.1 = 127.0.0.1:${amqp}`, `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`]
  const files = rabbitmq.files(facts).map(({ path, text }) => ({
    path,
    text: path.endsWith('.conf') ? `${own.join('\n')}\n${text}` : text,
  }))
  install(files)
  const { directory } = issuer
  // The name server of Erlang, which would otherwise be started for the whole machine and outlive the test.
  await startProgram(t, {
    command: 'epmd',
    args: ['-address', '127.0.0.1', '-port', `${names}`],
    directory,
    port: names,
  })
  const environment = {
    ERL_EPMD_PORT: `${names}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `test${names}@localhost`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_MNESIA_BASE: `${directory}/database`,
    RABBITMQ_LOG_BASE: `${directory}/log`,
    RABBITMQ_CONFIG_FILE: `${facts.directory}/rabbitmq.conf`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${facts.directory}/enabled_plugins`,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
  }
  await startProgram(t, { command: program, args: [], environment, directory, port })
  const subject = String(forger.claims.sub)
  await presentAll(t, forger, (token) => connects(port, 4, 'anybody', token), rabbitmq.takes)
  await t.test('refuses a token without scopes', async () =>
    assert.equal(await connects(port, 4, 'anybody', forger.signed({ scope: undefined })), false),
  )
  await t.test('lets one publish where the scopes say so, and nowhere else', async () => {
    assert.equal(await publishes(port, subject, forger.good, `d/${subject}/tele`, 4), true)
    assert.equal(await publishes(port, subject, forger.good, 'd/somebody_else/tele', 4), false)
  })
})
