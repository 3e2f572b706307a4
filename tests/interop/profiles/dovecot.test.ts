import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { dovecot } from '../../../packages/server/src/services/programs/dovecot.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { signInToImap } from './imap.ts'
import { openIssuer } from './issuer.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

const isRoot = userInfo().uid === 0
const skip =
  skipUnlessProgram('dovecot-imapd', '/usr/sbin/dovecot') || (!isRoot && 'Dovecot is started by root alone')

test('Dovecot opens the mail of whom a token names', { skip }, async (t) => {
  const issuer = await openIssuer(t)
  const { forger, facts } = await registered(issuer, dovecot)
  const port = await freePort()
  const own = [
    `base_dir = ${issuer.directory}/run`,
    `log_path = ${issuer.directory}/log`,
    'protocols = imap',
    'listen = 127.0.0.1',
    'ssl = no',
    'disable_plaintext_auth = no',
    'first_valid_uid = 1',
    `mail_location = maildir:${issuer.directory}/mail/%u`,
    // It makes whoever fails wait longer and longer, and here everybody comes from one address.
    'auth_failure_delay = 0',
    `service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}`,
    `service imap-login {\n  inet_listener imap {\n    port = ${port}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}`,
    `userdb {\n  driver = static\n  args = uid=mail gid=mail home=${issuer.directory}/mail/%u\n}`,
    `!include ${facts.directory}/conf.d/auth-latchkey.conf.ext`,
  ].join('\n')
  const main = `${issuer.directory}/dovecot.conf`
  install([...dovecot.files(facts), { path: main, text: `${own}\n` }])
  await startProgram(t, { command: 'dovecot', args: ['-c', main, '-F'], directory: issuer.directory, port })
  const subject = String(forger.claims.sub)
  await presentAll(t, forger, (token) => signInToImap(port, subject, token), dovecot.takes)
  await t.test('refuses a token for the mail of somebody else, and one of another type', async () => {
    assert.equal(await signInToImap(port, 'usr_of_somebody_else', forger.good), false)
    assert.equal(await signInToImap(port, subject, forger.signed({}, { typ: 'at+jwt' })), false)
  })
})
