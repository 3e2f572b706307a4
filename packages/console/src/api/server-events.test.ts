import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ServerEvent, serverEvents } from './server-events.ts'

const whole = 'event: open\ndata: {}\n\n: a comment\n\nevent: activity\nid: 1\ndata: {"name":"燈"}\n\n'
const events = [
  { event: 'open', data: {} },
  { event: 'activity', data: { name: '燈' } },
]

async function read(pieces: Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const told: ServerEvent[] = []
  for await (const event of serverEvents(body)) told.push(event)
  return told
}

for (const size of [1, 2, 3, 7, 1000]) {
  test(`events are the same in pieces of ${size} bytes`, async () => {
    const bytes = new TextEncoder().encode(whole)
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
    assert.deepEqual(await read(pieces), events)
  })
}

test('an event that was cut off is not told', async () => {
  assert.deepEqual(await read([new TextEncoder().encode(`${whole}event: activity\ndata: {"na`)]), events)
})

test('an event without a name is a message', async () => {
  assert.deepEqual(await read([new TextEncoder().encode('data: 1\n\n')]), [{ event: 'message', data: 1 }])
})
