import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteClock } from './remote-clock.ts'

const serverMs = Date.UTC(2026, 0, 15, 12, 0, 0)
const date = new Date(serverMs).toUTCString()

const rows: readonly {
  name: string
  asked: number
  received: number
  date: string | null
  correction: number
}[] = [
  { name: 'a clock that agrees', asked: serverMs, received: serverMs + 50, date, correction: 0 },
  {
    name: 'the last millisecond of the second',
    asked: serverMs + 999,
    received: serverMs + 999,
    date,
    correction: 0,
  },
  { name: 'one more', asked: serverMs + 1000, received: serverMs + 1000, date, correction: -500 },
  {
    name: 'an answer that took so long that it explains the difference',
    asked: serverMs - 9000,
    received: serverMs,
    date,
    correction: 0,
  },
  {
    name: 'a clock an hour behind',
    asked: serverMs - 3_600_000,
    received: serverMs - 3_600_000,
    date,
    correction: 3_600_500,
  },
  { name: 'a clock at the beginning of time', asked: 0, received: 100, date, correction: serverMs + 450 },
  { name: 'no Date', asked: 0, received: 0, date: null, correction: 0 },
  { name: 'a Date that is none', asked: 0, received: 0, date: 'yesterday', correction: 0 },
  { name: 'a clock that went backwards meanwhile', asked: 100, received: 0, date, correction: 0 },
]

for (const { name, asked, received, date, correction } of rows) {
  test(`what a Date says of our clock: ${name}`, () => {
    const clock = createRemoteClock(() => received)
    clock.observe(date, asked, received)
    assert.equal(clock.correctionMs, correction)
    assert.equal(clock.now(), received + correction)
  })
}

test('a correction that explains the next answer as well stays as it is', () => {
  const clock = createRemoteClock(() => 0)
  clock.observe(date, 0, 0)
  const measured = clock.correctionMs
  clock.observe(date, 400, 400)
  assert.equal(clock.correctionMs, measured)
  clock.adopt(7)
  assert.equal(clock.now(), 7)
})
