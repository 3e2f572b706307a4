import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import type { Deliver, SinkSetting } from './ground.ts'
import { createSink } from './sink.ts'
import { sinkView } from './views.ts'

let house: TestApp
before(async () => {
  house = await openTestApp()
})
after(() => house.close())
beforeEach(() => house.app.activity.recordAlone({}, 'server.start'))

let last = 0
function opened(deliver: Deliver, from: SinkSetting['from'] = 'start') {
  last += 1
  const setting = { name: `sink-${last}`, kind: 'json', address: 'json+tcp://x', format: 'latchkey', from }
  const { sequencer } = house.app.proof.ground
  return createSink(house.app, sequencer, { setting: setting as SinkSetting, holder: 'prc_1', deliver })
}
const { signal } = new AbortController()

test('a sink that fails waits a second, twice as long each time, and a minute at most', async () => {
  let tries = 0
  const sink = opened(async () => {
    tries += 1
    throw new Error('no')
  })
  for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    tries = 0
    await sink.run(signal)
    assert.equal(tries, 1)
    house.world.advance(waitMs - 1)
    await sink.run(signal)
    assert.equal(tries, 1)
    house.world.advance(1)
  }
})

test('a sink that has delivered begins its waits anew', async () => {
  let fails = true
  let tries = 0
  const sink = opened(async () => {
    tries += 1
    if (fails) throw new Error('no')
  })
  await sink.run(signal)
  house.world.advance(1_000)
  await sink.run(signal)
  fails = false
  house.world.advance(2_000)
  await sink.run(signal)
  fails = true
  await house.app.activity.recordAlone({}, 'server.start')
  await sink.run(signal)
  house.world.advance(1_000)
  tries = 0
  await sink.run(signal)
  assert.equal(tries, 1)
})

test('a process says once an hour that a sink is in its settings', async () => {
  const sink = opened(async () => {})
  const seenAt = async () => {
    const rows = await house.app.db.query<{ seen_at: number }>(
      'SELECT seen_at FROM sinks WHERE name = $1',
      sink.setting.name,
    )
    return rows[0]?.seen_at
  }
  const said = house.world.now()
  await sink.run(signal)
  house.world.advance(3_599_999)
  await sink.run(signal)
  assert.equal(await seenAt(), said)
  house.world.advance(1)
  await sink.run(signal)
  assert.equal(await seenAt(), said + 3_600_000)
})

test('a server that stops has not failed', async () => {
  const stopping = new AbortController()
  const sink = opened(async () => {
    stopping.abort()
    throw new Error('it was ended')
  })
  await sink.run(stopping.signal)
  const [row] = await house.app.db.query<{ last_error: string | null }>(
    'SELECT last_error FROM sinks WHERE name = $1',
    sink.setting.name,
  )
  assert.equal(row?.last_error, null)
})

const shown = {
  ...{ name: 'x', kind: 'json', address: 'json+tcp://x', format: 'latchkey', seen_at: 1, delivered_at: 2 },
  ...{ failing_since: null, last_error: null, stalled_at: null, lagEvents: 0, lagSince: null, now: 9_000 },
} as const
for (const [more, state, seconds] of [
  [{}, 'fine', 0],
  [{ lagEvents: 1, lagSince: 1_000 }, 'behind', 8],
  [{ lagEvents: 1, lagSince: 10_000 }, 'behind', 0],
  [{ lagEvents: 1, lagSince: 8_400, failing_since: 5 }, 'failing', 1],
  [{ lagEvents: 1, lagSince: 8_600, failing_since: 5, stalled_at: 6 }, 'stalled', 0],
] as const) {
  test(`a sink of ${JSON.stringify(more)} is shown as ${state}, ${seconds} seconds behind`, () => {
    const view = sinkView.show({ ...shown, ...more })
    assert.deepEqual([view.state, view.lag_seconds], [state, seconds])
  })
}
