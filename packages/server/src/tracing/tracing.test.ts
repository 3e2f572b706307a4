import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Home, openHome } from '../../test/home.ts'
import { eventually } from '../../test/second-app.ts'
import { loadTraceApi, type SpanContext, type TraceApi } from './api.ts'
import { parentIn } from './traceparent.ts'
import { createTracing } from './tracing.ts'

interface Seen {
  readonly name: string
  readonly kind: number
  readonly parent: string | undefined
  readonly attributes: Record<string, string | number>
  status?: number
  ended: boolean
}

/** The API with an SDK behind it that only remembers, as an operator would bring one. */
const fake = `
import { AsyncLocalStorage } from 'node:async_hooks'
const storage = new AsyncLocalStorage()
const root = { span: undefined }
export const seen = globalThis.latchkeySpans ??= []
export const context = {
  active: () => storage.getStore() ?? root,
  with: (context, work) => storage.run(context, work),
}
export const createTraceState = (text) => ({ text })
export const trace = {
  setSpan: (_, span) => ({ span }),
  setSpanContext: (_, { traceId, spanId }) => ({ span: { id: traceId + ' ' + spanId } }),
  getTracer: () => ({
    startSpan(name, { kind, attributes }, { span: parent }) {
      const one = { name, kind, parent: parent?.id, attributes: { ...attributes }, ended: false }
      seen.push(one)
      return {
        id: name,
        setAttribute: (key, value) => { one.attributes[key] = value },
        setStatus: ({ code }) => { one.status = code },
        end: () => { one.ended = true },
      }
    },
  }),
}
`

const unexpected = (error: unknown) => assert.fail(String(error))

let directory: string
let house: Home
const spans = () => (globalThis as unknown as { readonly latchkeySpans: Seen[] }).latchkeySpans
const named = (name: string) => spans().filter((span) => span.name === name)
before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-traces-'))
  writeFileSync(join(directory, 'api.mjs'), fake)
  writeFileSync(join(directory, 'other.mjs'), 'export const trace = {}')
  house = await openHome('sqlite', { LATCHKEY_TRACES: join(directory, 'api.mjs') })
})
after(async () => {
  await house.close()
  rmSync(directory, { recursive: true })
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

test('a request is a span of the trace that it names, with its route and status and nothing else', async () => {
  const answer = await house.call('GET', '/v1/users/usr_secret?after=query_secret', {
    token: house.admin.token,
    headers: { traceparent },
  })
  const [span] = named('GET /v1/users/{id}')
  assert.deepEqual(span, {
    name: 'GET /v1/users/{id}',
    kind: 1,
    parent: `${traceId} b7ad6b7169203331`,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/v1/users/{id}',
      'latchkey.route': 'readUser',
      'http.response.status_code': answer.status,
    },
    ended: true,
  })
  const told = JSON.stringify(spans())
  for (const secret of ['usr_secret', 'query_secret', house.admin.token, '127.0.0.1', 'root'])
    assert.ok(!told.includes(secret), secret)
})

test('without a trace a request begins one, and what is asked within it is part of it', async () => {
  await house.call('GET', '/healthz')
  assert.equal(named('GET /healthz')[0]?.parent, undefined)
})

test('a job is a span, and one that fails says so by the kind of its error alone', async () => {
  await house.app.jobs.runOne('rights.sweep')
  assert.deepEqual(named('job rights.sweep')[0], {
    ...{
      name: 'job rights.sweep',
      kind: 0,
      parent: undefined,
      attributes: { 'latchkey.job': 'rights.sweep' },
    },
    ended: true,
  })
  const tracing = createTracing((await loadTraceApi(join(directory, 'api.mjs')))!, unexpected)
  const failing = tracing.job('a.failing', () => Promise.reject(new RangeError('a secret')))
  await assert.rejects(failing, RangeError)
  const [span] = named('job a.failing')
  assert.deepEqual([span?.status, span?.attributes['error.type'], span?.ended], [2, 'RangeError', true])
  assert.ok(!JSON.stringify(span).includes('a secret'))
})

test('a CONNECT is a span, accepted or refused', async () => {
  const lamp = await house.lamp()
  const client = await lamp.connect()
  client.end()
  await assert.rejects(async () => lamp.connect({ password: 'no token' }))
  await eventually(() => named('mqtt connect').length >= 2)
  const outcomes = named('mqtt connect').map(({ attributes }) => attributes['latchkey.outcome'])
  assert.deepEqual([outcomes[0], outcomes.at(-1)], ['accepted', 'refused'])
  assert.ok(!JSON.stringify(named('mqtt connect')).includes(lamp.uid))
})

test('an answer of 500 or more is an error', async () => {
  const tracing = createTracing((await loadTraceApi(join(directory, 'api.mjs')))!, unexpected)
  for (const status of [499, 500, 503]) {
    const asked = { id: 'x', method: 'GET', path: `/${status}`, header: () => undefined }
    await tracing.request(asked, async () => ({ status }))
  }
  const said = ['/499', '/500', '/503'].map((path) => {
    const [span] = named(`GET ${path}`)
    return [span?.status, span?.attributes['error.type']]
  })
  assert.deepEqual(said, [
    [undefined, undefined],
    [2, '500'],
    [2, '503'],
  ])
})

const id = 'b7ad6b7169203331'
for (const [what, given, known] of [
  ['as it should be', traceparent, true],
  ['of a later version, with more behind it', `01-${traceId}-${id}-01-more`, true],
  ['none', undefined, false],
  ['of version ff', `ff-${traceId}-${id}-01`, false],
  ['of version 00 with more behind it', `00-${traceId}-${id}-01-more`, false],
  ['of no trace', `00-${'0'.repeat(32)}-${id}-01`, false],
  ['of no span', `00-${traceId}-${'0'.repeat(16)}-01`, false],
  ['in capitals', traceparent.toUpperCase(), false],
  ['that is cut off', traceparent.slice(0, -1), false],
  ['with a blank before it', ` ${traceparent}`, false],
] as const) {
  test(`a traceparent ${what} is ${known ? 'followed' : 'passed over'}`, () => {
    const parent = parentIn((name) => (name === 'traceparent' ? given : undefined), undefined)
    const expected = { traceId, spanId: id, isRemote: true, traceFlags: 1 }
    assert.deepEqual(parent, known ? expected : undefined)
  })
}

test('a tracestate goes with it, unless it is too long', () => {
  const state = (text: string): SpanContext | undefined =>
    parentIn(
      (name) => (name === 'tracestate' ? text : traceparent),
      (given) => given,
    )
  assert.equal(state('vendor=1')?.traceState, 'vendor=1')
  assert.equal(state('x'.repeat(512))?.traceState, 'x'.repeat(512))
  assert.equal(state('x'.repeat(513))?.traceState, undefined)
})

test('whether it is recorded there is said, and nothing of what later versions add', () => {
  for (const [flags, traceFlags] of [
    ['00', 0],
    ['01', 1],
    ['fe', 0],
    ['ff', 1],
  ] as const) {
    const given = traceparent.replace(/01$/, flags)
    const parent = parentIn((name) => (name === 'traceparent' ? given : undefined), undefined)
    assert.equal(parent?.traceFlags, traceFlags, flags)
  }
})

test('what is named and is not there, or is no such API, is said in one line', async () => {
  const other = join(directory, 'other.mjs')
  await assert.rejects(
    loadTraceApi(other),
    /LATCHKEY_TRACES names .*other\.mjs, which is no @opentelemetry\/api$/,
  )
  await assert.rejects(
    loadTraceApi(join(directory, 'nothing.mjs')),
    /nothing\.mjs, which cannot be loaded \(ERR_MODULE_NOT_FOUND\)/,
  )
  assert.equal(await loadTraceApi('off'), undefined)
  // Nobody has installed it here.
  assert.equal(await loadTraceApi('auto'), undefined)
})

test('an SDK that fails makes nothing else fail, and is told', async () => {
  const failures: unknown[] = []
  const broken = () => {
    throw new Error('broken')
  }
  const span = { setAttribute: broken, setStatus: broken, end: broken }
  const storage = new AsyncLocalStorage<object>()
  const apis: readonly TraceApi[] = [
    {
      trace: { getTracer: () => ({ startSpan: broken }), setSpan: broken, setSpanContext: broken },
      context: { active: broken, with: broken },
    },
    {
      trace: {
        getTracer: () => ({ startSpan: () => span }),
        setSpan: (one) => one,
        setSpanContext: (one) => one,
      },
      context: { active: () => ({}), with: (one, work) => storage.run(one, work) },
    },
    {
      trace: {
        getTracer: () => ({ startSpan: () => span }),
        setSpan: (one) => one,
        setSpanContext: (one) => one,
      },
      context: { active: () => ({}), with: broken },
    },
  ]
  for (const api of apis) {
    let runs = 0
    const tracing = createTracing(api, (error) => failures.push(error))
    const answer = await tracing.job('one', async () => {
      runs += 1
      return runs
    })
    assert.deepEqual([answer, runs], [1, 1])
  }
  assert.ok(failures.length >= 3)
})
