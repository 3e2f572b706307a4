import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { eventStream } from './events.ts'
import type { ServerSentEvent } from './route.ts'

const decoder = new TextDecoder()

/** A source that gives what it is told to, when it is told to. */
function source() {
  const waiting: PromiseWithResolvers<IteratorResult<ServerSentEvent>>[] = []
  let ended = false
  const iterator: AsyncIterableIterator<ServerSentEvent> = {
    next() {
      const asked = Promise.withResolvers<IteratorResult<ServerSentEvent>>()
      waiting.push(asked)
      return asked.promise
    },
    async return() {
      ended = true
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return {
    iterator,
    asked: () => waiting.length,
    give: (event: ServerSentEvent) => waiting.at(-1)?.resolve({ done: false, value: event }),
    ended: () => ended,
  }
}

test('an event is written with its name, its id and its data on one line', async () => {
  const { iterator, give } = source()
  const reader = eventStream(iterator, new AbortController().signal).getReader()
  const read = reader.read()
  await Promise.resolve()
  give({ id: 'evt_1', event: 'activity', data: { text: 'two\nlines' } })
  const { value } = await read
  assert.equal(decoder.decode(value), 'event: activity\nid: evt_1\ndata: {"text":"two\\nlines"}\n\n')
})

test('a quiet stream says that it is still here, and loses no event by it', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const { iterator, asked, give } = source()
  const reader = eventStream(iterator, new AbortController().signal).getReader()
  const quiet = reader.read()
  await Promise.resolve()
  mock.timers.tick(15_000)
  assert.equal(decoder.decode((await quiet).value), ': still here\n\n')
  const read = reader.read()
  await Promise.resolve()
  give({ data: 1 })
  assert.equal(decoder.decode((await read).value), 'data: 1\n\n')
  assert.equal(asked() <= 2, true, 'the source was asked for each event once')
})

test('a reader who leaves ends the source', async () => {
  const { iterator, ended } = source()
  const stream = eventStream(iterator, new AbortController().signal)
  await stream.cancel()
  assert.equal(ended(), true)
})
