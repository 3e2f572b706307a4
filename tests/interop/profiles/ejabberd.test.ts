import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { ejabberd } from '../../../packages/server/src/services/programs/ejabberd.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { openIssuer } from './issuer.ts'
import { connects, publishes } from './mqtt.ts'
import { install, startProgram } from './program.ts'
import { registered } from './registered.ts'

const [code] = globSync('/usr/lib/*/ejabberd-*/ebin')
const skip = code === undefined && 'ejabberd is not installed'

test('ejabberd connects whom a token names', { skip }, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, ejabberd)
  const port = await freePort()
  const main = `${issuer.directory}/ejabberd.yml`
  const own = [
    `include_config_file: ${facts.directory}/latchkey.yml`,
    `listen:\n  - {port: ${port}, ip: "127.0.0.1", module: mod_mqtt, backlog: 100}`,
  ].join('\n')
  install([...ejabberd.files(facts), { path: main, text: `${own}\n` }])
  const erlang = ['-noinput', '-mnesia', 'dir', JSON.stringify(`${issuer.directory}/database`)]
  const settings = [
    '-env',
    'EJABBERD_CONFIG_PATH',
    main,
    '-env',
    'EJABBERD_LOG_PATH',
    `${issuer.directory}/log`,
  ]
  await startProgram(t, {
    command: 'erl',
    args: [...erlang, ...settings, '-pa', code ?? '', '-s', 'ejabberd'],
    environment: { ERL_LIBS: (code ?? '').replace(/\/[^/]*\/ebin$/, '') },
    directory: issuer.directory,
    port,
  })
  const subject = String(forger.claims.sub)
  await presentAll(t, forger, (token) => connects(port, 5, subject, token), ejabberd.takes)
  await t.test('takes the whole jid for a name, speaks MQTT 3.1.1, and refuses another name', async () => {
    assert.equal(await connects(port, 4, String(forger.claims.jid), forger.good), true)
    assert.equal(await connects(port, 5, 'usr_of_somebody_else', forger.good), false)
  })
  await t.test('lets one publish on one’s own topics alone', async () => {
    assert.equal(await publishes(port, subject, forger.good, `d/${subject}/tele`), true)
    assert.equal(await publishes(port, subject, forger.good, 'd/somebody_else/tele'), false)
  })
})
