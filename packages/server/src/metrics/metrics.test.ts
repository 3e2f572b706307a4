import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { home } from '../../test/home.ts'
import { engines } from '../../test/storages.ts'
import { createWriter } from './exposition.ts'
import { createRequests } from './requests.ts'

async function house(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
  engine: 'sqlite' | 'postgres' = 'sqlite',
) {
  const opened = await openTestApp(engine, settings)
  t.after(() => opened.close())
  const read = (headers: Readonly<Record<string, string>> = {}, address = '127.0.0.1') =>
    opened.call('GET', '/metrics', { address, headers })
  return { ...opened, read }
}

const valueIn = (text: string, sample: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `)) ?? assert.fail(`no ${sample}`)
  return Number(line.slice(sample.length + 1))
}

for (const engine of engines) {
  describe(`metrics on ${engine}`, () => {
    test('say what was asked, refused, signed in and issued, and how the parts are', async (t) => {
      const opened = await house(t, {}, engine)
      const ada = await opened.signedIn('ada')
      await opened.signedIn('bob')
      await opened.call('POST', '/v1/login', { body: { username: 'ada', password: 'a wrong one' } })
      await opened.call('GET', '/v1/users', { token: ada.token })
      await opened.call('GET', '/v1/me', { token: 'none' })
      await opened.app.jobs.runNow()
      const { status, text, headers } = await opened.read()
      assert.equal(status, 200)
      assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
      for (const [sample, least] of [
        ['latchkey_http_requests_total{route="logIn",status="2xx"}', 2],
        ['latchkey_http_requests_total{route="logIn",status="4xx"}', 1],
        ['latchkey_http_request_duration_seconds_count{route="logIn"}', 3],
        ['latchkey_http_request_duration_seconds_bucket{route="logIn",le="+Inf"}', 3],
        ['latchkey_refusals_total{code="credentials_invalid"}', 1],
        ['latchkey_refusals_total{code="permission_missing"}', 1],
        ['latchkey_events_total{event="user.create",outcome="success"}', 2],
        ['latchkey_sign_ins_total{outcome="success"}', 2],
        ['latchkey_sign_ins_total{outcome="refused"}', 1],
        ['latchkey_tokens_issued_total', 2],
        ['latchkey_token_verifications_total{outcome="verified"}', 1],
        ['latchkey_token_verifications_total{outcome="refused"}', 1],
        ['latchkey_password_hashes_waiting', 0],
        ['latchkey_mqtt_connections{kind="device"}', 0],
        ['latchkey_database_transactions_waiting', 0],
        ['latchkey_mail_outbox_letters', 0],
        ['latchkey_log_unplaced_events', 0],
        ['latchkey_job_failures_total{job="rights.sweep"}', 0],
      ] as const) {
        assert.equal(valueIn(text, sample), least, sample)
      }
      for (const sample of [
        'process_resident_memory_bytes',
        'process_cpu_seconds_total',
        'latchkey_database_transactions_total',
        'latchkey_log_events',
        'latchkey_job_last_success_seconds{job="rights.sweep"}',
      ]) {
        assert.ok(valueIn(text, sample) > 0, sample)
      }
      for (const personal of [ada.id, 'ada', ada.sessionId]) assert.ok(!text.includes(personal), personal)
    })
  })
}

test('the age of the last checkpoint is in seconds, and 0 where the clock has gone back', async (t) => {
  const opened = await house(t)
  await opened.app.jobs.runNow()
  const age = async () => valueIn((await opened.read()).text, 'latchkey_log_checkpoint_age_seconds')
  const before = await age()
  opened.world.advance(7_500)
  assert.equal(await age(), before + 7.5)
  opened.world.advance(-3_600_000)
  assert.equal(await age(), 0)
})

test('how old the oldest event is that a sink lacks is in seconds, and 0 where the clock has gone back', async (t) => {
  const opened = await house(t, { LATCHKEY_SINKS: 'gone=json+tcp://127.0.0.1:9?from=start' })
  await opened.app.activity.recordAlone({}, 'server.start')
  await opened.app.proof.ground.sequencer.settle()
  await opened.app.jobs.runNow(1_000)
  const lag = async () => valueIn((await opened.read()).text, 'latchkey_sink_lag_seconds{sink="gone"}')
  const before = await lag()
  opened.world.advance(7_500)
  assert.equal(await lag(), before + 7.5)
  opened.world.advance(-3_600_000)
  assert.equal(await lag(), 0)
})

test('connections are counted by the kind of their client', async (t) => {
  const opened = await home(t)
  const [ada, lamp] = [await opened.signedIn('ada'), await opened.lamp()]
  await lamp.connect()
  await opened.app5(ada)
  const second = await opened.app5(opened.admin)
  const counts = async () => {
    const { text } = await opened.call('GET', '/metrics', { address: '127.0.0.1' })
    return ['user', 'device', 'service', 'api_key'].map((kind) =>
      valueIn(text, `latchkey_mqtt_connections{kind="${kind}"}`),
    )
  }
  assert.deepEqual(await counts(), [2, 1, 0, 0])
  await second.end()
  await opened.written({ event: 'app.disconnect' })
  assert.deepEqual(await counts(), [1, 1, 0, 0])
})

test('how late timers are is measured from the start on', async (t) => {
  const opened = await house(t)
  const late = /^latchkey_event_loop_delay_p(50|99)_seconds \d/gm
  assert.equal((await opened.read()).text.match(late), null)
  opened.app.start()
  t.after(() => opened.app.stop())
  assert.equal((await opened.read()).text.match(late)?.length, 2)
})

test('a sink that has had nothing for a minute has stalled, and no other', async (t) => {
  const opened = await house(t, {
    LATCHKEY_SINKS: 'gone=json+tcp://127.0.0.1:9?from=start,behind=json+tcp://127.0.0.1:9',
  })
  await opened.app.activity.recordAlone({}, 'server.start')
  const stalled = async () => {
    await opened.app.jobs.runNow(1_000)
    const { text } = await opened.read()
    return ['gone', 'behind'].map((sink) => valueIn(text, `latchkey_sink_stalled{sink="${sink}"}`))
  }
  assert.deepEqual(await stalled(), [0, 0])
  opened.world.advance(60_000)
  assert.deepEqual(await stalled(), [1, 0])
})

test('a row that stands for several refusals is counted as that many', async (t) => {
  const opened = await house(t)
  const sample = 'latchkey_events_total{event="user.sign_in",outcome="refused"}'
  for (let at = 0; at < 5; at += 1) {
    await opened.call('POST', '/v1/login', { body: { username: 'nobody', password: 'not theirs' } })
  }
  await opened.app.jobs.runNow()
  await opened.app.jobs.finish()
  assert.equal(valueIn((await opened.read()).text, sample), 5)
})

test('no text of a stranger becomes a label', async (t) => {
  const opened = await house(t)
  const stranger = 'strangertext'
  await opened.call('GET', `/${stranger}`)
  await opened.call('POST', '/v1/login', { body: { username: stranger, password: stranger } })
  await opened.call('GET', `/v1/users?${stranger}=1`, { token: stranger })
  const before = await opened.read()
  for (let at = 0; at < 50; at += 1)
    await opened.call('GET', `/v1/devices/${stranger}${at}`, { token: stranger })
  const { text } = await opened.read()
  assert.ok(!text.includes(stranger))
  assert.ok(text.split('\n').length < before.text.split('\n').length + 60)
})

test('who may not read them finds nothing there', async (t) => {
  const folder = await openTestApp()
  t.after(() => folder.close())
  const file = join(folder.storage.at.directory, 'token')
  writeFileSync(file, 'the token of metrics\n'.replaceAll(' ', '-'))
  const token = { authorization: 'Bearer the-token-of-metrics' }
  const behind = { LATCHKEY_ISSUER: 'https://id.example' }
  for (const { name, settings, headers, address, may } of [
    { name: 'this machine', settings: {}, headers: {}, address: '127.0.0.1', may: true },
    { name: 'this machine by IPv6', settings: {}, headers: {}, address: '::1', may: true },
    { name: 'another machine', settings: {}, headers: {}, address: '192.0.2.1', may: false },
    {
      name: 'another machine with a token that nobody has set',
      settings: {},
      headers: token,
      address: '192.0.2.1',
      may: false,
    },
    {
      name: 'a network that is listed',
      settings: { LATCHKEY_METRICS_NETWORKS: '192.0.2.0/24' },
      headers: {},
      address: '192.0.2.1',
      may: true,
    },
    { name: 'a proxy that nobody knows', settings: behind, headers: {}, address: '127.0.0.1', may: false },
    {
      name: 'somebody behind a known proxy',
      settings: { ...behind, LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' },
      headers: { 'x-forwarded-for': '192.0.2.1' },
      address: '127.0.0.1',
      may: false,
    },
    {
      name: 'this machine past a known proxy',
      settings: { ...behind, LATCHKEY_TRUSTED_PROXIES: '10.0.0.1' },
      headers: {},
      address: '127.0.0.1',
      may: true,
    },
    {
      name: 'the token',
      settings: { ...behind, LATCHKEY_METRICS_TOKEN_FILE: file },
      headers: token,
      address: '127.0.0.1',
      may: true,
    },
    {
      name: 'no token',
      settings: { LATCHKEY_METRICS_TOKEN_FILE: file },
      headers: {},
      address: '127.0.0.1',
      may: false,
    },
    {
      name: 'another token',
      settings: { LATCHKEY_METRICS_TOKEN_FILE: file },
      headers: { authorization: 'Bearer another' },
      address: '127.0.0.1',
      may: false,
    },
    {
      name: 'the token from another network',
      settings: { LATCHKEY_METRICS_TOKEN_FILE: file },
      headers: token,
      address: '192.0.2.1',
      may: false,
    },
  ]) {
    await t.test(name, async (inner) => {
      const opened = await house(inner, settings)
      const { status, body } = await opened.read(headers, address)
      assert.equal(status, may ? 200 : 404)
      if (!may) assert.equal(body.code, 'not_found')
    })
  }
})

test('OpenMetrics is given to whoever asks for it', async (t) => {
  const opened = await house(t)
  await opened.signedIn('ada')
  const { text, headers } = await opened.read({
    accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5',
  })
  assert.equal(headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  assert.ok(text.endsWith('\n# EOF\n'))
  assert.ok(text.includes('# TYPE latchkey_http_requests counter\n'))
  assert.ok(text.includes('\nlatchkey_http_requests_total{'))
})

test('labels are escaped, and what has no samples is left out', () => {
  const writer = createWriter('text')
  writer.add('gauge', 'a', 'What.', [{ value: 1, labels: { x: 'a"b\\c\nd' } }])
  writer.add('gauge', 'b', 'What.', [])
  assert.equal(writer.text(), '# HELP a What.\n# TYPE a gauge\na{x="a\\"b\\\\c\\nd"} 1\n')
})

test('durations fall into the bucket that holds them, bounds included, and statuses into their class', () => {
  const requests = createRequests(['one', 'two'])
  for (const [status, tookMs] of [
    [200, 1],
    [204, 1.001],
    [404, 20_000],
    [599, 0],
    [100, 0],
  ] as const) {
    requests.count(1, status, tookMs)
  }
  assert.deepEqual(
    requests.byStatus().map(({ value, labels }) => [labels?.status, value]),
    [
      ['1xx', 1],
      ['2xx', 2],
      ['4xx', 1],
      ['5xx', 1],
    ],
  )
  const [only, ...others] = requests.durations()
  assert.deepEqual(others, [])
  assert.deepEqual(
    [only?.labels.route, only?.cumulative[0], only?.cumulative[1], only?.cumulative.at(-1), only?.count],
    ['two', 3, 4, 4, 5],
  )
  assert.ok(Math.abs((only?.sum ?? 0) - 20.002001) < 1e-6)
})
