import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../../../test/webhook-receiver.ts'

describe('latchkey webhooks', () => {
  let directory: string
  let runner: CommandRunner
  let receiver: WebhookReceiver
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-webhooks-'))
    runner = new CommandRunner()
    receiver = await openWebhookReceiver()
    assert.equal((await run('migrate')).status, 0)
  })
  after(async () => {
    await runner.close()
    await receiver.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({
        ...{ LATCHKEY_DATA: join(directory, 'data'), LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' },
      }),
      directory,
      input: '',
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))

  test('a webhook is added, tried, changed, given a new secret and removed', async () => {
    const out = await says(`webhooks add pager ${receiver.url} --event alarm.notice --event user.*`)
    const [, secret = ''] = /\n {2}(whsec_\S+)/.exec(out) ?? []
    assert.match(await says('webhooks test pager'), /took the message: it answered 204/)
    assert.equal(receiver.received.length, 1)
    assert.match(await says('webhooks rotate-secret pager --overlap 2h'), /signs beside it for 2h/)
    const [listed] = await json('webhooks list')
    assert.deepEqual([listed.events, listed.secrets.length], [['alarm.notice', 'user.*'], 2])
    assert.ok(!JSON.stringify(listed).includes(secret))
    assert.match(await says('webhooks change pager --off --name beeper'), /beeper is off/)
    assert.match(await says('webhooks list'), /beeper +off, switched_off +0 +0/)
    receiver.answer = 500
    const failed = await run('webhooks test beeper')
    assert.equal(failed.status, 1)
    assert.match(failed.err, /did not take the message: it answered 500/)
    const [dead] = await json('webhooks deliveries beeper --state dead')
    assert.match(
      await says('webhooks deliveries beeper'),
      new RegExp(`${dead.id} +webhook.test +dead +1 +\\S+ +500`),
    )
    assert.match(await says(`webhooks replay beeper ${dead.id}`), /waits again/)
    assert.deepEqual(await json('webhooks replay beeper --since 2026-01-01T00:00:00Z'), { deliveries: 0 })
    assert.match(await says('webhooks remove beeper'), /is removed/)
  })

  for (const [args, status, message] of [
    ['webhooks add x http://hook.example/ --event *', 1, /https address is needed/],
    ['webhooks add x https://hook.example/', 2, /--event/],
    ['webhooks add x https://hook.example/ --event sign-in', 1, /these are no events/],
    ['webhooks test none', 1, /there is no webhook none/],
    ['webhooks change none', 2, /say what is to change/],
    ['webhooks change none --on --off', 2, /cannot both be/],
    ['webhooks replay none', 2, /name a delivery/],
    ['webhooks replay none --since long-ago', 2, /RFC 3339/],
    ['webhooks rotate-secret none --overlap long', 2, /takes a time/],
    ['webhooks deliveries none --state lost', 2, /--state takes waiting/],
  ] as const) {
    test(`${args} fails with ${status}`, async () => {
      const answer = await run(args)
      assert.equal(answer.status, status, answer.err)
      assert.match(answer.err, message)
    })
  }

  test('of two with one name, the id says which', async () => {
    const made = await json('webhooks add twin https://hook.example/ --event *')
    await json('webhooks add twin https://hook.example/ --event *')
    assert.match((await run('webhooks remove twin')).err, /several webhooks are called twin/)
    await says(`webhooks remove ${made.id}`)
    await says('webhooks remove twin')
  })
})
