/** What `/metrics` says, judged by Debian's promtool. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { openTestApp } from '../../packages/server/test/app.ts'
import { judge } from './judges.ts'

const { file, skip } = judge('prometheus', 'usr/bin/promtool')

test('promtool finds nothing to say about the metrics of a server in use', { skip }, async (t) => {
  const house = await openTestApp('sqlite', { LATCHKEY_SINKS: 'gone=json+tcp://127.0.0.1:1?from=start' })
  t.after(() => house.close())
  const ada = await house.signedIn('ada')
  await house.call('GET', '/v1/users', { token: ada.token })
  await house.app.jobs.runNow()
  house.app.start()
  const { text } = await house.call('GET', '/metrics', { address: '127.0.0.1' })
  assert.match(text, /latchkey_sink_lag_events\{sink="gone"\} [1-9]/)
  assert.match(text, /latchkey_event_loop_delay_p99_seconds /)
  const { status, stdout, stderr } = spawnSync(file, ['check', 'metrics'], { input: text })
  assert.deepEqual([status, stdout.toString(), stderr.toString()], [0, '', ''])
})
