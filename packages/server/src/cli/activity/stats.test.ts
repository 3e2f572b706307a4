import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import type { Statistics } from '../../activity/statistics/read.ts'
import { shown } from './stats.ts'

describe('statistics by the command line', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-stats-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    for (const name of ['ada', 'ben']) assert.equal((await run(`users add ${name}`)).status, 0)
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

  test('are counted where no server has done so, and printed as a table and as JSON', async () => {
    const { out, status } = await run('activity stats administration --by event --bucket day')
    assert.equal(status, 0)
    const lines = out.trim().split('\n')
    assert.match(lines[0]!, /^FROM +ADMINISTRATION .*user\.create/)
    assert.match(lines.at(-2)!, /^total +\d+ .*\b2\b/)
    assert.match(lines.at(-1)!, /^until 20.*, by day$/)
    const { measure, behind, values, points } = JSON.parse(
      (await run('activity stats administration --by event --value user.create --json')).out,
    )
    assert.deepEqual(
      [measure, behind, values[0].value, values[0].total],
      ['administration', 0, 'user.create', 2],
    )
    assert.ok(points.length >= 24)
  })

  for (const [wrong, says] of [
    ['everything', /the measure is not as it should be/],
    ['events --by colour', /--by is not as it should be/],
    ['events --bucket second', /--bucket is not as it should be/],
    ['events --limit 0', /--limit is not as it should be/],
    ['events --from yesterday', /--from is not as it should be/],
    ['sign_ins --by event', /by must be a dimension of sign_ins/],
    ['events --value x', /needs a dimension/],
    ['events --from 2026-01-02T00:00:00Z --to 2026-01-01T00:00:00Z', /must be before/],
  ] as const) {
    test(`activity stats ${wrong} is wrong use`, async () => {
      const { status, err } = await run(`activity stats ${wrong}`)
      assert.equal(status, 2)
      assert.match(err, says)
    })
  }
})

const statistics: Statistics = {
  layout: { bucket: 'hour', bucketMs: 3_600_000, grainMs: 3_600_000, from: 0, to: 3 * 3_600_000 },
  total: 6,
  points: [
    { at: 0, count: 4 },
    { at: 3_600_000, count: 0 },
    { at: 7_200_000, count: 2 },
  ],
  values: [{ value: 'success', total: 6, counts: [4, 0, 2] }],
}

test('bars stand beside the numbers where there is room for them', () => {
  const bars = (columns: number) =>
    shown(statistics, 'sign_ins', columns)
      .split('\n')
      .map((line) => line.match(/█/g)?.length ?? 0)
  assert.deepEqual(bars(0), [0, 0, 0, 0, 0, 0])
  assert.deepEqual(bars(40), [0, 0, 0, 0, 0, 0])
  const [, most, none, half, total] = bars(100)
  assert.equal(most, 50)
  assert.deepEqual([none, half, total], [0, 25, 0])
  for (const line of shown(statistics, 'sign_ins', 100).split('\n')) assert.ok(line.length <= 100)
})

test('what nobody told is a dash, and a gauge has no sum', () => {
  const gauge = { ...statistics, total: null, values: [], points: [{ at: 0, count: null }] }
  assert.deepEqual(shown(gauge, 'devices_online', 0).split('\n').slice(1), [
    '1970-01-01 00:00Z  -',
    'until 1970-01-01 03:00Z, by hour',
  ])
})
