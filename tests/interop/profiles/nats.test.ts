import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nats } from '../../../packages/server/src/services/programs/nats.ts'
import { natsAccount, natsKey } from '../../../packages/server/src/tokens/profiles/nats.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { type Forger, openIssuer } from './issuer.ts'
import { connects, received } from './mqtt.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

const skip = skipUnlessProgram('nats-server', '/usr/sbin/nats-server')

/** Tokens of NATS name the issuer by its key and the audience by its account. */
function inForm(forger: Forger): Forger {
  const { claims, signed } = forger
  const anybody = natsKey('account', Buffer.alloc(32, 7))
  return {
    ...forger,
    signed(changed, header) {
      const account = { ...(claims.nats as object), issuer_account: natsAccount('another') } // that of a good token
      return signed(
        {
          ...changed,
          ...('iss' in changed && { iss: anybody }),
          ...('aud' in changed && { aud: undefined, nats: account }),
        },
        header,
      )
    },
  }
}

test('NATS connects whom a token names', { skip }, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, nats)
  const [port, own] = [await freePort(), await freePort()]
  const files = nats.files(facts).map(({ path, text }) => ({
    path,
    text: `listen: "127.0.0.1:${own}"\n${text
      .replace('0.0.0.0:1883', `127.0.0.1:${port}`)
      .replace('/var/lib/nats', `${issuer.directory}/nats`)}`,
  }))
  install(files)
  const args = ['-c', `${facts.directory}/nats-server.conf`]
  await startProgram(t, { command: 'nats-server', args, directory: issuer.directory, port })
  await presentAll(t, inForm(forger), (token) => connects(port, 4, 'anybody', token), nats.takes)
  const subject = String(forger.claims.name)
  await t.test('delivers what may be published to whom may subscribe to it, and nothing else', async () => {
    const ways = { port, username: subject, password: forger.good }
    const topic = `d/${subject}/cmd/on`
    assert.equal(await received({ ...ways, topic, filter: topic }), true)
    assert.equal(await received({ ...ways, topic: 'd/somebody_else/cmd/on', filter: topic }), false)
  })
})
