import assert from 'node:assert/strict'
import { test } from 'node:test'
import { haproxy } from '../../../packages/server/src/services/programs/haproxy.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { openOrigin } from './behind.ts'
import { presentAll } from './cases.ts'
import { openIssuer } from './issuer.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

test('HAProxy lets through whom a token names', {
  skip: skipUnlessProgram('haproxy', '/usr/sbin/haproxy'),
}, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, haproxy)
  const [port, behind] = [await freePort(), await openOrigin(t)]
  const files = haproxy.files(facts).map(({ path, text }) => ({
    path,
    text: text
      .replace('bind :8080', `bind 127.0.0.1:${port}`)
      .replace('127.0.0.1:8081', `127.0.0.1:${behind}`),
  }))
  install(files)
  const args = ['-f', `${facts.directory}/haproxy.cfg`, '-db']
  await startProgram(t, { command: 'haproxy', args, directory: issuer.directory, port })
  const ask = (token: string, scheme = 'Bearer') =>
    fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `${scheme} ${token}` } })
  const takes = async (token: string) => {
    const answer = await ask(token)
    assert.ok([200, 401].includes(answer.status), `${answer.status}`)
    return answer.status === 200
  }
  await presentAll(t, forger, takes, haproxy.takes)
  await t.test('tells whom it let through', async () => {
    const said = (await (await ask(forger.good)).json()) as Record<string, string>
    assert.deepEqual([said['x-subject'], said['x-scope']], [forger.claims.sub, 'lamps:read'])
  })
  await t.test('refuses a token of another type, and requests without one', async () => {
    assert.equal(await takes(forger.signed({}, { typ: 'logout+jwt' })), false)
    assert.equal(
      (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-subject': 'usr_x' } })).status,
      401,
    )
  })
})
