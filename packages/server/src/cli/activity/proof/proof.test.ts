import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../../test/commands.ts'

describe('the proof of the log by the command line', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-proof-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    await says('users add ada')
    await says('user-types add guest --description guests')
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const at = (name: string) => join(directory, name)
  const run = (args: string, more: Readonly<Record<string, string>> = {}) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({ LATCHKEY_DATA: at('data'), ...more }),
      directory,
      input: '',
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))

  test('the log is signed, kept elsewhere, and verified against both', async () => {
    writeFileSync(at('kept'), await says('activity checkpoint'))
    await says('user-types add other --description others')
    writeFileSync(at('kept'), readFileSync(at('kept'), 'utf8') + (await says('activity checkpoint')))
    const { findings, events } = await json(`activity verify --checkpoints ${at('kept')}`)
    assert.deepEqual(findings, [])
    assert.match(
      await says(`activity verify --checkpoints ${at('kept')}`),
      new RegExp(`as it was recorded: ${events} events, 4 checkpoints, 2 of them kept elsewhere`),
    )
  })

  test('the log is searched by names and text, in either order, and taken as a file, which it tells', async () => {
    const [made] = await json(
      'activity search --event user.create,user.sign_in --text USER.CREATE --outcome success',
    )
    assert.equal(made.event, 'user.create')
    const [first, second] = await json('activity search --order oldest --limit 2')
    assert.deepEqual([first.seq, second.seq], [0, 1])
    const [behind] = await json(`activity search --order oldest --limit 1 --after ${first.id}`)
    assert.equal(behind.id, second.id)
    const rows = (await says(`activity export --format ndjson --target ${made.target} --event user.create`))
      .trimEnd()
      .split('\n')
    assert.deepEqual(
      rows.map((row) => JSON.parse(row).id),
      [made.id],
    )
    const [told] = await json('activity search --event log.export')
    assert.deepEqual(JSON.parse(told.details), {
      format: 'ndjson',
      filter: `event=user.create target=${made.target}`,
    })
  })

  test('a receipt is printed, and verified without a database', async () => {
    const [event] = await json('activity search --event user.create')
    writeFileSync(at('a.receipt'), await says(`activity receipt ${event.id}`))
    const { keys } = await json('activity keys')
    const out = await says(`activity verify-receipt ${at('a.receipt')} --key ${keys[0]}`)
    assert.match(out, /event {4}user\.create\n {2}outcome {2}success/)
    assert.match(out, new RegExp(`whom {5}.*${event.target}`))
    const { witness_key: witness } = await json('activity keys')
    const wanting = await run(
      `activity verify-receipt ${at('a.receipt')} --key ${keys[0]} --witness ${witness}`,
    )
    assert.equal(wanting.status, 1)
    assert.match(wanting.err, /the witness .* has not signed the checkpoint/)
    assert.equal((await run(`activity verify-receipt ${at('a.receipt')} --key nonsense`)).status, 2)
    assert.equal((await run(`activity verify-receipt ${at('a.receipt')}`)).status, 2)
    assert.equal((await run('activity receipt evt_none')).status, 1)
  })

  for (const [given, status, message] of [
    [
      '--witness http://127.0.0.1:1/',
      1,
      /^latchkey: the witness at http:\/\/127\.0\.0\.1:1\/ cannot be asked\n$/,
    ],
    ['--witness nowhere', 2, /^latchkey: --witness takes the URL of a witness\n$/],
    ['--key nonsense', 2, /^latchkey: a verifier key is name\+id\+key, of Ed25519\n$/],
  ] as const) {
    test(`a log that was not looked at is not called altered: ${given}`, async () => {
      const answer = await run(`activity verify ${given}`)
      assert.deepEqual([answer.status, answer.out], [status, ''])
      assert.match(answer.err, message)
    })
  }

  test('with a new key the log goes on, and what the old one signed still counts', async () => {
    const { keys } = await json('activity keys')
    const { key } = await json('activity rotate-key')
    assert.deepEqual((await json('activity keys')).keys, [key, ...keys])
    await says('activity checkpoint')
    const { findings } = await json(`activity verify --checkpoints ${at('kept')}`)
    assert.deepEqual(findings, [])
    const rows = await json('activity search --event log.rotate_key')
    assert.equal(rows[0].target, key)
  })

  test('a hold is placed, listed and lifted', async () => {
    const hold = await json('activity hold usr_a --reason case --until 2099-01-01T00:00:00Z')
    assert.equal(hold.ends_at, '2099-01-01T00:00:00.000Z')
    assert.deepEqual(
      (await json('activity holds')).map(({ subject }: { subject: string }) => subject),
      ['usr_a'],
    )
    await says('activity release usr_a')
    assert.equal((await run('activity release usr_a')).status, 1)
    assert.equal((await run('activity hold usr_a --reason case --until yesterday')).status, 2)
    assert.equal((await run('activity hold usr_a --reason case --until 2001-01-01T00:00:00Z')).status, 1)
    assert.equal((await run('activity hold usr_a')).status, 2)
  })

  test('the log is backed up, and restored into an empty directory with the master key', async () => {
    const backed = await json(`activity backup --to ${at('backup')}`)
    assert.equal(backed.outcome, 'success')
    assert.match(
      await says(`activity backup --to ${at('backup')}`),
      /events are backed up to .* and read again\./,
    )
    assert.match(await says('activity backups'), /BEGAN +OUTCOME[\s\S]*success/)
    assert.equal((await run('activity backup')).status, 1)
    const elsewhere = { LATCHKEY_DATA: at('restored') }
    const refused = await run(`activity restore --from ${at('backup')}`, elsewhere)
    assert.equal(refused.status, 1)
    assert.match(refused.err, /put the master\.key of the log/)
    assert.ok(!existsSync(at('restored')))
    mkdirSync(at('restored'), { mode: 0o700 })
    cpSync(join(at('data'), 'master.key'), join(at('restored'), 'master.key'))
    const restored = await run(`activity restore --from ${at('backup')}`, elsewhere)
    assert.equal(restored.status, 0, restored.err)
    const found = JSON.parse((await run('activity search --event log.restore --json', elsewhere)).out)
    assert.equal(found.length, 1)
    assert.match((await run('activity verify', elsewhere)).out, /The log is as it was recorded/)
    assert.equal((await run('activity restore --from nowhere', elsewhere)).status, 1)
    assert.equal((await run('activity restore')).status, 2)
  })

  test('what is due is moved, and the periods are listed', async () => {
    assert.deepEqual(await json('activity archive'), { moved: 0, dropped: 0 })
    assert.deepEqual(await json('activity periods'), [])
    assert.match(await says('activity periods'), /MONTH +KIND +EVENTS/)
  })

  test('an event that was changed is named, and the command fails', async () => {
    const db = new DatabaseSync(join(at('data'), 'latchkey.db'))
    db.exec(`UPDATE activity SET outcome = 'refused' WHERE seq = 1`)
    db.close()
    const { status, out } = await run(`activity verify --checkpoints ${at('kept')}`)
    assert.equal(status, 1)
    assert.match(
      out,
      /not as it was recorded:\n {2}event_changed at 1 \(evt_\w+\): event 1 is not what was recorded/,
    )
    assert.match(out, /checkpoint_disagrees at 0 to \d+: .* a checkpoint that was kept says/)
    assert.equal((await run('activity verify --checkpoints none')).status, 1)
  })
})
