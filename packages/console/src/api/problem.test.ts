import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientError } from 'latchkey/client'
import { Problem, problemFrom, problemIn } from './problem.ts'

test('a refusal keeps its code, its detail and its faults', async () => {
  const body = {
    code: 'request_invalid',
    detail: 'no',
    errors: [{ field: '/a', reason: 'b', code: 'd' }, { reason: 'c' }],
  }
  const problem = await problemIn(Response.json(body, { status: 400 }))
  assert.deepEqual(shown(problem), ['request_invalid', 400, 'no'])
  assert.deepEqual(problem.faults, ['/a: b', 'c'])
  assert.deepEqual(problem.faultCodes, ['d'])
})

test('an answer that is not the server’s is a problem too', async () => {
  const problem = await problemIn(new Response('<h1>Bad gateway</h1>', { status: 502 }))
  assert.deepEqual(shown(problem), ['internal', 502, 'status 502'])
})

const ofClient: readonly { name: string; error: ClientError; shows: readonly [string, number] }[] = [
  { name: 'no answer', error: new ClientError('issuer_unreachable', 'm'), shows: ['unreachable', 0] },
  {
    name: 'no answer a moment ago',
    error: new ClientError('issuer_unavailable', 'm', { retryAfterMs: 900 }),
    shows: ['unreachable', 0],
  },
  {
    name: 'a server that is busy',
    error: new ClientError('issuer_unavailable', 'm', { status: 503, issuerCode: 'overloaded' }),
    shows: ['overloaded', 503],
  },
  {
    name: 'too many requests, which is no refusal that stays one',
    error: new ClientError('issuer_unavailable', 'm', { status: 429, issuerCode: 'too_many_requests' }),
    shows: ['too_many_requests', 503],
  },
  {
    name: 'a wrong password',
    error: new ClientError('credentials_invalid', 'm', { status: 401, issuerCode: 'credentials_invalid' }),
    shows: ['credentials_invalid', 401],
  },
  {
    name: 'a refusal of another kind',
    error: new ClientError('issuer_refused', 'm', { status: 400, issuerCode: 'request_invalid' }),
    shows: ['request_invalid', 400],
  },
  { name: 'nobody signed in', error: new ClientError('signed_out', 'm'), shows: ['signed_out', 401] },
  {
    name: 'a hotspot’s page',
    error: new ClientError('answer_invalid', 'm', { status: 200 }),
    shows: ['answer_invalid', 200],
  },
]

for (const { name, error, shows } of ofClient) {
  test(`what the client says is shown as a problem: ${name}`, () => {
    assert.deepEqual(shown(problemFrom(error)), [...shows, 'm'])
  })
}

test('a problem stays the one it is, and whatever else was thrown is an internal one', (t) => {
  const told = t.mock.method(console, 'error', () => {})
  const problem = new Problem('device_offline', 409, 'no')
  assert.equal(problemFrom(problem), problem)
  assert.equal(told.mock.callCount(), 0)
  assert.deepEqual(shown(problemFrom(new TypeError('a bug'))), ['internal', 0, 'TypeError: a bug'])
  assert.equal(told.mock.callCount(), 1)
})

function shown({ code, status, message }: Problem) {
  return [code, status, message]
}
