import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { signedHeaders } from '../packages/server/src/webhooks/sign.ts'
import { verifyWebhook } from './webhook/verify-webhook.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const now = 1_800_000_000
const body = '{"type":"alarm.notice","data":{"name":"Ä"}}'
const good = signedHeaders({ id: 'msg_1', atMs: now * 1000, body }, [secret])
const rotating = signedHeaders({ id: 'msg_1', atMs: now * 1000, body }, [other, secret])

interface Row {
  readonly name: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  readonly now?: number
}
const taken: readonly Row[] = [
  { name: 'a message' },
  { name: 'one that two secrets sign', headers: rotating },
  { name: 'one of five minutes ago', now: now + 300 },
]
const refused: readonly Row[] = [
  { name: 'another body', body: `${body} ` },
  { name: 'another id', headers: { ...good, 'webhook-id': 'msg_2' } },
  { name: 'another time', headers: { ...good, 'webhook-timestamp': String(now + 1) } },
  {
    name: 'a signature by another secret',
    headers: signedHeaders({ id: 'msg_1', atMs: now * 1000, body }, [other]),
  },
  {
    name: 'a signature of another version',
    headers: { ...good, 'webhook-signature': good['webhook-signature']?.replace('v1,', 'v2,') },
  },
  { name: 'no signature', headers: { ...good, 'webhook-signature': undefined } },
  { name: 'one that is old', now: now + 301 },
  { name: 'one of the future', now: now - 301 },
]

const python = join(import.meta.dirname, 'webhook/verify_webhook.py')
const skip = spawnSync('python3', ['--version']).error !== undefined && 'python3 is not installed'

for (const [rows, isTaken] of [
  [taken, true],
  [refused, false],
] as const) {
  for (const row of rows) {
    const given = { headers: good, body, now, ...row }
    test(`Node ${isTaken ? 'takes' : 'refuses'} ${row.name}`, () => {
      const verify = () => verifyWebhook(secret, given.headers, given.body, given.now)
      if (isTaken) assert.deepEqual(verify(), JSON.parse(body))
      else assert.throws(verify, Error)
    })
    test(`Python ${isTaken ? 'takes' : 'refuses'} ${row.name}`, { skip }, () => {
      const { status, stdout, stderr } = spawnSync('python3', [python, secret], {
        input: JSON.stringify(given),
      })
      assert.equal(status, isTaken ? 0 : 1, stderr.toString())
      assert.equal(stdout.toString().trim(), isTaken ? 'alarm.notice' : '')
    })
  }
}
