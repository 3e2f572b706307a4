import assert from 'node:assert/strict'
import { test } from 'node:test'
import { influxdb } from '../../../packages/server/src/services/programs/influxdb.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { openIssuer } from './issuer.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

test('InfluxDB 1 answers whom a token names', {
  skip: skipUnlessProgram('influxdb', '/usr/bin/influxd'),
}, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, influxdb)
  const [port, internal] = [await freePort(), await freePort()]
  const own = [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${internal}"`,
    ...['meta', 'data'].map((name) => `[${name}]\n  dir = "${issuer.directory}/${name}"`),
    `  wal-dir = "${issuer.directory}/wal"`,
  ].join('\n')
  const files = influxdb.files(facts).map(({ path, text }) => ({
    path,
    text: `${own}\n${text}  bind-address = "127.0.0.1:${port}"\n`,
  }))
  install(files)
  const args = ['-config', `${facts.directory}/influxdb.conf`]
  await startProgram(t, { command: 'influxd', args, directory: issuer.directory, port })
  const ask = (query: string, token?: string) =>
    fetch(`http://127.0.0.1:${port}/query`, {
      method: 'POST',
      body: new URLSearchParams({ q: query }),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    })
  // The first user needs nobody's leave, and there has to be an administrator before others.
  for (const name of ['root', String(forger.claims.sub)]) {
    const made = await fetch(`http://127.0.0.1:${port}/query?u=root&p=secret`, {
      method: 'POST',
      body: new URLSearchParams({ q: `CREATE USER "${name}" WITH PASSWORD 'secret' WITH ALL PRIVILEGES` }),
    })
    assert.equal(made.status, 200, await made.text())
  }
  const takes = async (token: string) => {
    const answer = await ask('SHOW DATABASES', token)
    assert.ok([200, 401].includes(answer.status), `${answer.status}`)
    return answer.status === 200
  }
  await presentAll(t, forger, takes, influxdb.takes)
  await t.test('refuses a user whom it does not know, and requests without a token', async () => {
    assert.equal(await takes(forger.signed({ username: 'usr_of_nobody' })), false)
    assert.equal((await ask('SHOW DATABASES')).status, 401)
  })
})
