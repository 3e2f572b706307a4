import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepOf } from './transport.ts'

for (const [step, code, command, message] of [
  ['authenticate', 'EAUTH', 'API', 'no credentials'],
  ['authenticate', 'EOAUTH2', '', 'no token'],
  ['authenticate', '', 'AUTH XOAUTH2', '535'],
  ['authenticate', '', 'AUTH', '535 TLS is required'],
  ['tls', 'ETLS', '', 'no'],
  ['tls', '', 'STARTTLS', '454'],
  ['tls', 'ESOCKET', 'CONN', 'certificate has expired'],
  ['tls', 'ESOCKET', 'CONN', 'a TLS alert'],
  ['tls', 'ESOCKET', 'CONN', 'an SSL alert'],
  ['tls', 'ESOCKET', 'CONN', "Hostname/IP does not match certificate's altnames"],
  ['sender', 'EENVELOPE', 'MAIL FROM', '550'],
  ['recipient', 'EENVELOPE', 'RCPT TO', '550'],
  ['message', 'EMESSAGE', '', '552'],
  ['message', '', 'DATA', '552'],
  ['connect', 'ECONNECTION', 'CONN', 'refused'],
  ['connect', 'ETIMEDOUT', 'MAIL', 'no answer'],
  ['connect', '', '', 'TLSA'],
] as const) {
  test(`${code || 'nothing'} at ${command || 'no command'}, which says ${message}, failed to ${step}`, () => {
    assert.equal(stepOf(code, command, message), step)
  })
}
