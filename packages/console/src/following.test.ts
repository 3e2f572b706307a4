import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityEvent } from './api.ts'
import { following } from './following.ts'
import { Problem } from './problem.ts'
import type { ServerEvent } from './server-events.ts'

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
      return { items: [], next: null }
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

test('the search is made once the stream is open, so that nothing falls between', async () => {
  const told = await follow([
    async function* () {
      yield open
      yield activity('1')
    },
  ])
  assert.deepEqual(told.slice(0, 5), ['search', 'page', 'live', '1', 'lost'])
})

test('a stream that breaks off is opened again, and searched again', async () => {
  const told = await follow([
    async function* () {
      yield open
      throw new TypeError('network error')
    },
    async function* () {
      yield open
    },
  ])
  assert.deepEqual(told.slice(0, 8), ['search', 'page', 'live', 'lost', 'pause', 'search', 'page', 'live'])
})

test('a refusal is told and not asked for again', async () => {
  const told = await follow([
    // biome-ignore lint/correctness/useYield: it is refused before it begins
    async function* () {
      throw new Problem('permission_missing', 403, 'no')
    },
  ])
  assert.deepEqual(told, ['permission_missing'])
})
