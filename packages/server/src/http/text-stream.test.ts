import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { textStream } from './text-stream.ts'

/** A source of endless text that tells how much was asked of it, and whether it has ended. */
function endless(fails?: Error) {
  const seen = { asked: 0, ended: 0 }
  async function* chunks() {
    try {
      for (;;) {
        seen.asked += 1
        if (fails && seen.asked === 3) throw fails
        yield 'x'
      }
    } finally {
      seen.ended += 1
    }
  }
  return { chunks: chunks(), seen }
}

const until = (signal: AbortSignal, isGone = false) => ({ signal, isAbandoned: () => isGone })

const ends = () => {
  const told: unknown[] = []
  return { told, onEnd: (error?: unknown) => void told.push(error) }
}

test('a text is sent as it is made, and its end is told once', async () => {
  async function* chunks() {
    yield 'one, '
    yield '二'
  }
  const { told, onEnd } = ends()
  const { signal } = new AbortController()
  const text = await new Response(textStream(chunks(), until(signal), onEnd)).text()
  assert.equal(text, 'one, 二')
  assert.deepEqual(told, [undefined])
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('no more is made than the reader has room for', async () => {
  const { chunks, seen } = endless()
  const reader = textStream(chunks, until(new AbortController().signal), () => {}).getReader()
  for (let count = 0; count < 5; count += 1) await reader.read()
  await new Promise(setImmediate)
  assert.ok(seen.asked <= 6, String(seen.asked))
  await reader.cancel()
  assert.equal(seen.ended, 1)
})

test('what is cut off ends with an error, and lets its source go', async () => {
  const { chunks, seen } = endless()
  const { told, onEnd } = ends()
  const ending = new AbortController()
  const reader = textStream(chunks, until(ending.signal), onEnd).getReader()
  await reader.read()
  ending.abort()
  await assert.rejects(reader.read(), /before it was whole/)
  await new Promise(setImmediate)
  assert.deepEqual([seen.ended, told], [1, [undefined]])
})

test('what nobody reads any more ends without an error, and lets its source go', async () => {
  const { chunks, seen } = endless()
  const { told, onEnd } = ends()
  const ending = new AbortController()
  const reader = textStream(chunks, until(ending.signal, true), onEnd).getReader()
  await reader.read()
  ending.abort()
  await reader.closed
  await new Promise(setImmediate)
  assert.deepEqual([seen.ended, told], [1, [undefined]])
})

test('what is cut off before it begins is an error too', async () => {
  const { chunks } = endless()
  const reader = textStream(chunks, until(AbortSignal.abort()), () => {}).getReader()
  await assert.rejects(reader.read(), /before it was whole/)
})

test('a source that fails is told, and nobody takes a part for the whole', async () => {
  const failure = new Error('the database is gone')
  const { chunks } = endless(failure)
  const { told, onEnd } = ends()
  const text = new Response(textStream(chunks, until(new AbortController().signal), onEnd)).text()
  await assert.rejects(text, failure)
  assert.deepEqual(told, [failure])
})

test('the end of a text is told once, also where its source does not end well', async () => {
  async function* chunks() {}
  const source: AsyncGenerator<string> = chunks()
  source.return = () => Promise.reject(new Error('the source does not end'))
  const { told, onEnd } = ends()
  const reader = textStream(source, until(new AbortController().signal), onEnd).getReader()
  assert.equal((await reader.read()).done, true)
  await new Promise(setImmediate)
  assert.deepEqual(told, [undefined])
})
