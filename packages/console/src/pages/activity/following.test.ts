import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../api/problem.ts'
import type { ServerEvent } from '../../api/server-events.ts'
import { type ActivityEvent, following } from './following.ts'

/** Follow what `streams` bring one after the other, and write down what is told. */
async function follow(streams: (() => AsyncGenerator<ServerEvent>)[]): Promise<unknown[]> {
  const told: unknown[] = []
  const leaving = new AbortController()
  await following({
    signal: leaving.signal,
    follow: () => {
      const next = streams.shift()
      if (next) return next()
      leaving.abort()
      return (async function* () {})()
    },
    search: async () => {
      told.push('search')
      return { items: [], next: null, damaged: [] }
    },
    onPage: () => told.push('page'),
    onEvent: (event) => told.push(event.id),
    onLive: (isLive, why) => told.push(why ? why.code : isLive ? 'live' : 'lost'),
    pause: async () => void told.push('pause'),
  })
  return told
}

const open: ServerEvent = { event: 'open', data: {} }
const activity = (id: string): ServerEvent => ({ event: 'activity', data: { id } as ActivityEvent })

// biome-ignore lint/correctness/useYield: it is refused before it begins
async function* refused(code: string, status: number): AsyncGenerator<ServerEvent> {
  throw new Problem(code, status, 'no')
}

test('the search is made once the stream is open, so that nothing falls between', async () => {
  const told = await follow([
    async function* () {
      yield open
      yield activity('1')
    },
  ])
  assert.deepEqual(told.slice(0, 5), ['pause', 'search', 'page', 'live', '1'])
})

test('a stream that breaks off is lost until it is opened again, and searched again', async () => {
  const told = await follow([
    async function* () {
      yield open
      throw new TypeError('network error')
    },
    async function* () {
      yield open
    },
  ])
  const opened = ['pause', 'search', 'page', 'live']
  assert.deepEqual(told.slice(0, 9), [...opened, 'lost', ...opened])
})

test('a stream that ends with its token is followed by another, and nobody is told that it was lost', async () => {
  const told = await follow([
    async function* () {
      yield open
      yield activity('1')
    },
    async function* () {
      yield open
      yield activity('2')
    },
  ])
  const opened = ['pause', 'search', 'page', 'live']
  assert.deepEqual(told.slice(0, 10), [...opened, '1', ...opened, '2'])
})

test('an end after which no stream can be opened is told, with its reason', async () => {
  const told = await follow([
    async function* () {
      yield open
    },
    () => refused('token_revoked', 401),
  ])
  assert.deepEqual(told, ['pause', 'search', 'page', 'live', 'pause', 'token_revoked'])
})

test('an answer that ends without ever being a stream is told as none', async () => {
  const told = await follow([async function* () {}])
  assert.deepEqual(told.slice(0, 2), ['pause', 'lost'])
})

test('a refusal is told and not asked for again', async () => {
  const told = await follow([() => refused('permission_missing', 403)])
  assert.deepEqual(told, ['pause', 'permission_missing'])
})

for (const [code, status] of [
  ['too_many_requests', 429],
  ['stopping', 503],
] as const) {
  test(`${code} is told, and asked again after a pause`, async () => {
    const told = await follow([
      () => refused(code, status),
      async function* () {
        yield open
      },
    ])
    assert.deepEqual(told.slice(0, 5), ['pause', code, 'pause', 'search', 'page'])
  })
}
