import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { mock, test } from 'node:test'
import { eventStream } from './events.ts'
import type { ServerSentEvent } from './route.ts'

const decoder = new TextDecoder()

/** A source that gives what it is told to, when it is told to. */
function source() {
  const waiting: PromiseWithResolvers<IteratorResult<ServerSentEvent>>[] = []
  let ended = 0
  const iterator: AsyncIterableIterator<ServerSentEvent> = {
    next() {
      const asked = Promise.withResolvers<IteratorResult<ServerSentEvent>>()
      waiting.push(asked)
      return asked.promise
    },
    async return() {
      ended += 1
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return {
    iterator,
    asked: () => waiting.length,
    finish: () => waiting.at(-1)?.resolve({ done: true, value: undefined }),
    fail: (error: Error) => waiting.at(-1)?.reject(error),
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
  assert.equal(ended(), 1)
})

test('a stream that is told to end does so in an orderly way, though its source does nothing about it', async () => {
  const { iterator, ended, give } = source()
  const ending = new AbortController()
  const told: string[] = []
  const reader = eventStream(iterator, ending.signal, () => told.push('end')).getReader()
  const first = reader.read()
  await Promise.resolve()
  give({ data: 1 })
  assert.equal(decoder.decode((await first).value), 'data: 1\n\n')
  const read = reader.read()
  ending.abort()
  assert.deepEqual(await read, { done: true, value: undefined })
  // What the source says afterwards is told to nobody, and disturbs nobody.
  give({ data: 2 })
  await reader.closed
  assert.deepEqual([ended(), told], [1, ['end']])
})

test('a stream that is told to end at any moment after an event came ends once', async () => {
  for (let moments = 0; moments < 10; moments++) {
    const { iterator, ended, give } = source()
    const ending = new AbortController()
    const told: string[] = []
    const reader = eventStream(iterator, ending.signal, () => told.push('end')).getReader()
    const read = reader.read()
    await Promise.resolve()
    give({ data: 1 })
    for (let moment = 0; moment < moments; moment++) await Promise.resolve()
    ending.abort()
    if (!(await read).done) assert.equal((await reader.read()).done, true)
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([ended(), told], [1, ['end']])
  }
})

test('a reader who is slow still gets what was written before the end, and nothing after it', async () => {
  const { iterator, give } = source()
  const ending = new AbortController()
  const stream = eventStream(iterator, ending.signal)
  await Promise.resolve()
  give({ data: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  ending.abort()
  const text: string[] = []
  for await (const chunk of stream) text.push(decoder.decode(chunk))
  assert.deepEqual(text, ['data: 1\n\n'])
})

test('a stream whose time was over before it began has no event', async () => {
  const { iterator, asked, ended } = source()
  const reader = eventStream(iterator, AbortSignal.abort()).getReader()
  assert.equal((await reader.read()).done, true)
  assert.deepEqual([asked(), ended()], [0, 1])
})

const endings = [
  { name: 'its reader leaves', end: ({ reader }: Ending) => reader.cancel() },
  { name: 'it is told to end', end: ({ abort }: Ending) => abort() },
  { name: 'its source ends', end: ({ finish }: Ending) => finish() },
  { name: 'its source fails', end: ({ fail }: Ending) => fail(new Error('broken')) },
]
interface Ending {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  abort(): void
  finish(): void
  fail(error: Error): void
}
for (const { name, end } of endings) {
  test(`a stream leaves no timer and no listener behind when ${name}`, async (t) => {
    const timers = new Set<unknown>()
    const { setTimeout: set, clearTimeout: clear } = globalThis
    t.mock.method(globalThis, 'setTimeout', (...args: Parameters<typeof set>) => {
      const timer = set(...args)
      timers.add(timer)
      return timer
    })
    t.mock.method(globalThis, 'clearTimeout', (timer: Parameters<typeof clear>[0]) => {
      timers.delete(timer)
      clear(timer)
    })
    const { iterator, finish, fail } = source()
    const ending = new AbortController()
    let ended = 0
    const reader = eventStream(iterator, ending.signal, () => (ended += 1)).getReader()
    const read = reader.read().catch((error: Error) => error.message)
    await Promise.resolve()
    assert.equal(timers.size, 1)
    await end({ reader, abort: () => ending.abort(), finish, fail })
    await read
    assert.deepEqual([timers.size, ended], [0, 1])
    assert.equal(getEventListeners(ending.signal, 'abort').length, 0)
  })
}

test('the end of a stream is told once, also where its source does not end well', async () => {
  const { iterator, finish } = source()
  iterator.return = () => Promise.reject(new Error('the source does not end'))
  const told: string[] = []
  const reader = eventStream(iterator, new AbortController().signal, () => told.push('end')).getReader()
  const read = reader.read()
  await Promise.resolve()
  finish()
  assert.equal((await read).done, true)
  await new Promise(setImmediate)
  assert.deepEqual(told, ['end'])
})
