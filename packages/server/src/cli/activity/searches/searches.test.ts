import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../../test/commands.ts'

describe('latchkey activity searches', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-searches-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true })
  })
  const run = (...args: string[]) =>
    runner.run({
      args,
      environment: environmentWith({ LATCHKEY_DATA: join(directory, 'data') }),
      directory,
      input: '',
    })
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out)

  test('a search is saved, listed, used, narrowed, renamed and removed by its name', async () => {
    const saved = await run('activity', 'save-search', 'searches', '--event', 'search.save,search.change')
    assert.deepEqual([saved.status, saved.err], [0, ''])
    assert.match(
      (await run('activity', 'searches')).out,
      /searches +operator +event=search.save,search.change/,
    )
    const found = async (...more: string[]) =>
      ((await json('activity', 'search', '--saved', 'searches', ...more)) as { event: string }[]).map(
        ({ event }) => event,
      )
    assert.deepEqual(await found(), ['search.save'])
    await run('activity', 'save-search', 'searches', '--event', 'search.change')
    assert.deepEqual(await found(), ['search.change'])
    assert.deepEqual(await found('--event', 'search.save'), ['search.save'])
    await run('activity', 'rename-search', 'searches', 'others')
    assert.deepEqual(
      ((await json('activity', 'searches')) as { name: string }[]).map(({ name }) => name),
      ['others'],
    )
    assert.equal((await run('activity', 'remove-search', 'others')).status, 0)
    assert.deepEqual(await json('activity', 'searches'), [])
  })

  for (const args of [
    ['search', '--saved', 'nothing'],
    ['rename-search', 'nothing', 'other'],
    ['remove-search', 'nothing'],
    ['save-search', 'empty'],
    ['save-search', 'wrong', '--outcome', 'odd'],
  ]) {
    test(`latchkey activity ${args.join(' ')} is refused`, async () => {
      const { status, err } = await run('activity', ...args)
      assert.notEqual(status, 0)
      assert.notEqual(err, '')
    })
  }
})
