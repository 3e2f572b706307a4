import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { insertAlarm } from '../../alarms/store.ts'
import { openDatabase } from '../../database/open.ts'

describe('latchkey alarms', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-alarms-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    const db = await openDatabase({ directory: join(directory, 'data') })
    await db.transaction(async (tx) => {
      for (const [id, subject] of [
        ['alm_1', 'usr_a'],
        ['alm_2', ''],
      ] as const) {
        await insertAlarm(tx, {
          ...{ id, rule: 'brute_force', subject, subject_kind: 'user', severity: 'high' },
          ...{
            facts: '{"speed_kmh":9}',
            opened_at: 1,
            last_at: 2,
            times: 3,
            subjects: 2,
            holds_until: null,
            tell_at: 9,
          },
        })
      }
    })
    await db.close()
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({ LATCHKEY_DATA: join(directory, 'data') }),
      directory,
      input: '',
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))

  test('alarms are listed, shown, acknowledged and closed', async () => {
    assert.match(await says('alarms list'), /alm_2 +high +open +brute_force +2 together +3/)
    assert.match(await says('alarms show alm_1'), /about usr_a\n.*\n {2}speed_kmh: 9/)
    assert.equal((await json('alarms acknowledge alm_1')).acknowledged_by, null)
    assert.match(await says('alarms acknowledge alm_1'), /is acknowledged/)
    assert.match(await says('alarms close alm_1'), /is closed/)
    assert.deepEqual(
      (await json('alarms list')).map(({ id }: { id: string }) => id),
      ['alm_2'],
    )
    assert.equal((await json('alarms list --state closed --subject usr_a')).length, 1)
  })

  test('a list of what is not closed is as long as was asked for, whatever was closed since', async () => {
    const db = await openDatabase({ directory: join(directory, 'data') })
    await db.transaction(async (tx) => {
      for (const id of ['alm_3', 'alm_4']) {
        await insertAlarm(tx, {
          ...{ id, rule: 'brute_force', subject: id, subject_kind: 'user', severity: 'low', facts: '{}' },
          ...{ opened_at: 1, last_at: 2, times: 3, subjects: 1, holds_until: null, tell_at: 9 },
        })
      }
    })
    await db.close()
    await says('alarms acknowledge alm_3')
    await says('alarms close alm_4')
    const ids = async (args: string) => (await json(args)).map(({ id }: { id: string }) => id)
    assert.deepEqual(await ids('alarms list --limit 1'), ['alm_3'])
    assert.deepEqual(await ids('alarms list --limit 2'), ['alm_3', 'alm_2'])
    assert.deepEqual(await ids('alarms list --limit 1 --state closed'), ['alm_4'])
    assert.match(await says('alarms show alm_4'), /^closed; since /m)
    await says('alarms close alm_3')
  })

  test('a rule is added, changed and removed', async () => {
    const added =
      'alarms add-rule own.commands --title Commands --event device.command --outcome success --outcome refused --by subject --threshold 5 --window 2m --severity low'
    assert.match(await says(added), /own\.commands counts from now on: from 5 times on, low/)
    assert.match(await says('alarms rules'), /own\.commands +on +low +5 times +2m +mail/)
    assert.match(await says('alarms set-rule own.commands --threshold 6 --no-mail'), /from 6 times on/)
    for (const wrong of [
      added,
      'alarms set-rule own.commands --as-shipped',
      'alarms add-rule commands --title x --by subject --event device.command --threshold 5 --window 2m',
      'alarms add-rule own.x --title x --by colour --event device.command --threshold 5 --window 2m',
      'alarms remove-rule brute_force',
    ])
      assert.notEqual((await run(wrong)).status, 0, wrong)
    assert.match(await says('alarms remove-rule own.commands'), /is removed/)
  })

  test('rules are listed and changed, and are as they ship again', async () => {
    assert.match(await says('alarms rules'), /brute_force +on +high +10 times +15m +mail +-/)
    assert.match(
      await says('alarms set-rule brute_force --threshold 20 --window 90s --severity low --no-mail'),
      /from 20 times on, low/,
    )
    assert.match(await says('alarms rules'), /brute_force +on +low +20 times +90s +- +changed/)
    assert.match(await says('alarms set-rule brute_force --off'), /is off/)
    assert.deepEqual(await json('alarms list'), [])
    const {
      on,
      threshold,
      sends_mail: mail,
    } = await json('alarms set-rule brute_force --as-shipped --threshold 7')
    assert.deepEqual([on, threshold, mail], [true, 7, true])
    const { products } = await json('alarms set-rule device_offline --on --product lamp --product door')
    assert.deepEqual(products, ['lamp', 'door'])
  })

  test('a silence is added, listed and ended', async () => {
    const { id, owner } = await json('alarms silence brute_force --for 8h --reason works --subject usr_a')
    assert.equal(owner, null)
    assert.match(await says('alarms silences'), /brute_force +usr_a +\S+Z +operator +works/)
    assert.match(await says(`alarms end-silence ${id}`), /is over/)
    assert.deepEqual(await json('alarms silences'), [])
  })

  for (const [args, status, message] of [
    ['alarms show alm_none', 1, /there is no such alarm/],
    ['alarms acknowledge alm_none', 1, /there is no such alarm/],
    ['alarms close alm_1', 1, /closed already/],
    ['alarms list --state shut', 2, /--state takes open, acknowledged, closed/],
    ['alarms list --limit 0', 2, /--limit takes a number/],
    ['alarms set-rule none --on', 1, /there is no such rule/],
    ['alarms set-rule brute_force', 2, /say what is to change/],
    ['alarms set-rule brute_force --on --off', 2, /cannot both be/],
    ['alarms set-rule brute_force --window long', 2, /takes a time/],
    ['alarms set-rule brute_force --threshold 5000', 1, /cannot be so/],
    ['alarms silence brute_force --reason x', 2, /--for/],
    ['alarms silence brute_force --for 91d --reason x', 1, /within 90 days/],
    ['alarms end-silence sil_none', 1, /there is no such silence/],
  ] as const) {
    test(`${args} fails with ${status}`, async () => {
      const answer = await run(args)
      assert.equal(answer.status, status, answer.err)
      assert.match(answer.err, message)
    })
  }
})
