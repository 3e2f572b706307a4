import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith, launch, listen } from '../../test/commands.ts'
import { eventually } from '../../test/second-app.ts'
import { insertBackup } from '../activity/backup/store.ts'
import { insertDamage } from '../activity/consumers/store.ts'
import type { Transaction } from '../database/database.ts'
import { openDatabase } from '../database/open.ts'
import { upsertJobRuns, upsertProcess } from '../operations/store.ts'
import { noteFailed, upsertSink } from '../sinks/store.ts'

/** What commands tell of states that are seldom: nothing there, a failure, damage, more than was asked for. */
describe('commands tell of seldom states', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-states-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    for (const name of ['ada', 'Bob']) assert.equal((await run(`users add ${name}`)).status, 0)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const environment = () => environmentWith({ LATCHKEY_DATA: join(directory, 'data') })
  const run = (args: string, input = '') =>
    runner.run({ args: args.split(' '), environment: environment(), directory, input })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.deepEqual([status, err], [0, ''])
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))
  /** Write what a server would have written. */
  async function write(work: (tx: Transaction) => Promise<unknown>, data = 'data'): Promise<void> {
    const db = await openDatabase({ directory: join(directory, data) })
    try {
      await db.transaction(work)
    } finally {
      await db.close()
    }
  }

  test('sinks: that there is none, one that fails, and one that has all', async () => {
    assert.equal(await says('sinks'), 'The log is sent nowhere.\n')
    assert.deepEqual(await json('sinks'), [])
    await write(async (tx) => {
      const sink = { kind: 'file', address: '/var/log/latchkey', format: 'json', seen_at: 1 }
      await upsertSink(tx, { ...sink, name: 'quiet' })
      await upsertSink(tx, { ...sink, name: 'siem' })
      await noteFailed(tx, 'siem', 'the disk is full', 2)
    })
    const out = await says('sinks')
    assert.match(out, /^quiet +\/var\/log\/latchkey +json +fine +0 +0$/m)
    assert.match(out, /^siem +\/var\/log\/latchkey +json +failing +0 +0 +the disk is full$/m)
  })

  test('jobs: that no server runs, one that has failed, and one that has not run yet', async () => {
    assert.equal(await says('jobs list'), 'No server is running on this database.\n')
    assert.deepEqual(await json('jobs list'), [])
    await write(async (tx) => {
      await upsertProcess(tx, { id: 'prc_1', host: 'west', pid: 7, started_at: 1, seen_at: Date.now() })
      const job = { process: 'prc_1', every_ms: 60_000, took_ms: null, next_at: null }
      await upsertJobRuns(tx, [
        { ...job, job: 'mail.send', last_run_at: 0, last_error: 'no route', failing_since: 0 },
        { ...job, job: 'new.job', last_run_at: null, last_error: null, failing_since: null },
      ])
    })
    const out = await says('jobs list')
    assert.match(out, /^mail\.send +west 7 +1970-01-01T00:00:00\.000Z +no route$/m)
    assert.match(out, /^new\.job +west 7$/m)
  })

  test('jobs: one that is run by hand says how it went, and ends with 1 if it failed', async () => {
    assert.match(await says('jobs run grants.sweep'), /^grants\.sweep has run, and took \d+ ms\.\n$/)
    assert.equal((await json('jobs run grants.sweep')).last_error, null)
    await write((tx) => tx.query('ALTER TABLE user_grants RENAME TO gone'))
    const failed = await run('jobs run grants.sweep --json')
    await write((tx) => tx.query('ALTER TABLE gone RENAME TO user_grants'))
    assert.deepEqual([failed.status, failed.out], [1, ''])
    assert.match(failed.err, /^latchkey: grants\.sweep has failed: .*user_grants/)
    assert.deepEqual(await run('jobs run none'), {
      ...{ status: 1, out: '', err: 'latchkey: there is no job of this name here\n' },
    })
  })

  test('backups: one that runs, and one that has failed with its reason', async () => {
    await write(async (tx) => {
      const row = { beat_at: 1, place: 's3://vault', size: 9, files: 2, bytes: 300 }
      await insertBackup(tx, {
        ...{ ...row, id: 'bkp_1', began_at: 1, ended_at: 2, outcome: 'failure', reason: 'ended_early' },
      })
      await insertBackup(tx, {
        ...{ ...row, id: 'bkp_2', began_at: 3, ended_at: null, outcome: 'running', reason: null },
      })
    })
    const out = await says('activity backups')
    assert.match(out, /^1970-01-01T00:00:00\.003Z +running +9 +2 +300 +s3:\/\/vault$/m)
    assert.match(out, /^1970-01-01T00:00:00\.001Z +failure: ended_early +9 +2 +300 +s3:\/\/vault$/m)
  })

  test('what is missing from a result is said beside JSON as well', async () => {
    await write(async (tx) => {
      const damage = { segment: '2026-01-15/sign_ins/0', segment_id: 1, first: 3, until: 8 }
      for (const consumer of ['alarms', 'statistics']) {
        await insertDamage(tx, { ...damage, consumer, says: 'it is cut off', found_at: 1 })
      }
    })
    const lacks =
      '2026-01-15/sign_ins/0 (places 3 to 7) cannot be read; these went on without its events: alarms, statistics\n'
    for (const args of ['activity periods', 'activity periods --json']) {
      const { status, err } = await run(args)
      assert.deepEqual([status, err], [0, lacks], args)
    }
    const some = await run('users list --limit 1 --json')
    assert.equal(some.err, 'these are the first 1; --limit takes more of them\n')
    assert.equal(JSON.parse(some.out).length, 1)
    assert.equal((await json('users list --limit 2')).length, 2)
  })

  test('activity tail prints each event as a line of JSON, until it is interrupted', async () => {
    const [first] = await json('activity search --order oldest --limit 1')
    const args = ['activity', 'tail', '--after', first.id, '--event', 'user.create', '--json']
    const child = launch({ args, environment: environment(), directory })
    const { said, ended } = listen(child)
    await eventually(() => said().split('\n').length > 2)
    child.kill('SIGINT')
    const { status, out, err } = await ended
    assert.deepEqual([status, err], [0, ''])
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event)
    assert.deepEqual(events, ['user.create', 'user.create'])
  })

  test('the same user twice, in two spellings, is invited once: the second link would end the first', async () => {
    const { status, out } = await run('users bulk invite --json', 'bob\nBOB\nada\nBob\n')
    assert.equal(status, 0)
    assert.deepEqual(
      JSON.parse(out).map(({ username }: { username: string }) => username),
      ['Bob', 'ada'],
    )
  })

  test('a grant ends within the years that a time can be written in, and may be read afterwards', async () => {
    for (const time of ['99999999d', '999999999d', '2920000d']) {
      const refused = await run(`users grant ada keys:read --for ${time} --reason x`)
      assert.deepEqual([refused.status, refused.out], [2, ''], time)
      assert.match(refused.err, /^latchkey: --for ends after the year 9999; leave it out for good\n$/)
    }
    assert.match(await says('users grant ada keys:read --for 36500d --reason x'), /is granted .* until 21/)
    assert.match(
      await says('users deny ada devices:view --reason y'),
      /^ada is denied devices:view for good: /,
    )
    assert.match(await says('users permissions ada'), /^devices:view +no +denial grt_\w+ for good \(y\), /m)
  })

  test('a hold says until when it is, in the form of every other time', async () => {
    const held = await says('activity hold usr_a --reason case --until 2099-01-01T01:00:00+01:00')
    assert.equal(held, 'The log keeps what it says of usr_a until 2099-01-01T00:00:00.000Z.\n')
    assert.equal(
      await says('activity hold usr_b --reason case'),
      'The log keeps what it says of usr_b until the hold is lifted.\n',
    )
  })

  for (const args of [
    'activity hold usr_c --reason case --until 2099',
    'activity hold usr_c --reason case --until 5',
    'webhooks replay none --since 5',
    'webhooks replay none --since 2099-02-30T00:00:00Z',
    'users grant ada users:read --reason x --until 2099',
  ]) {
    test(`a time is not guessed at: ${args}`, async () => {
      const { status, err } = await run(args)
      assert.equal(status, 2, err)
      assert.match(err, /^latchkey: --(until|since) takes a time as RFC 3339 writes it, such as /)
    })
  }

  for (const [args, says] of [
    ['user-types second-factor customer perhaps', /a second factor is required or optional/],
    ['user-types second-factor customer required --grace-days 366', /--grace-days takes a whole number/],
    ['activity sign-ins --outcome refusd', /--outcome takes success, refused, failure, alarm/],
    ['users grant ada users:read --reason x --for 1d --until 2099-01-01T00:00:00Z', /not both/],
    ['permissions check ada fly lamp', /there are the actions /],
    ['permissions search user control device', /leave one of the three open/],
  ] as const) {
    test(`wrong use is told from a failure: ${args}`, async () => {
      const { status, out, err } = await run(args)
      assert.deepEqual([status, out], [2, ''])
      assert.match(err, says)
    })
  }

  describe('the outbox of mail', () => {
    /** Of a server in development mode, which a directory `.latchkey` is of. */
    const inDevelopment = async (args: string) => {
      const { status, out, err } = await runner.run({
        ...{
          args: args.split(' '),
          environment: environmentWith({}),
          directory: join(directory, 'dev'),
          input: '',
        },
      })
      assert.equal(status, 0, err)
      return out
    }
    before(async () => {
      mkdirSync(join(directory, 'dev', '.latchkey'), { recursive: true })
      await inDevelopment('migrate')
      await inDevelopment('users add eve')
      await inDevelopment('addresses add eve eve@id.example')
    })

    test('says in development mode without a mail server what each letter says', async () => {
      const out = await inDevelopment('mail outbox')
      assert.match(out, /^\w+ +\d{4}-\S+Z +0 +- +-\n\nTo: eve@id\.example\nSubject: \S.*\n\n\S/m)
      assert.match(out, /http:\/\/\S+\/addresses\/|http:\/\/\S+lk_/)
      const [letter] = JSON.parse(await inDevelopment('mail outbox --json'))
      assert.deepEqual(
        [letter.to, letter.attempts, letter.next_at, letter.last_error],
        ['eve@id.example', 0, null, null],
      )
      assert.ok(out.includes(letter.text.trim()))
    })

    test('says of a letter that was tried when it is tried again, and why it did not go', async () => {
      await write(
        (tx) => tx.query("UPDATE mail_outbox SET attempts = 2, next_at = 60000, last_error = '450 later'"),
        'dev/.latchkey',
      )
      const out = await inDevelopment('mail outbox')
      assert.match(out, /^\w+ +\S+Z +2 +1970-01-01T00:01:00\.000Z +450 later$/m)
      const [letter] = JSON.parse(await inDevelopment('mail outbox --json'))
      assert.deepEqual(
        [letter.attempts, letter.next_at, letter.last_error],
        [2, '1970-01-01T00:01:00.000Z', '450 later'],
      )
    })

    test('keeps to itself what letters say where they are really sent', async () => {
      const data = join(directory, 'dev', '.latchkey')
      const answer = await runner.run({
        ...{
          args: ['mail', 'outbox'],
          environment: environmentWith({ LATCHKEY_DATA: data }),
          directory,
          input: '',
        },
      })
      assert.equal(answer.status, 0, answer.err)
      assert.doesNotMatch(answer.out, /eve@id\.example/)
      assert.equal(answer.out.trim().split('\n').length, 2)
    })
  })
})
