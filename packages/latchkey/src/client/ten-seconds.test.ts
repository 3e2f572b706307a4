import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fault, lifeMs, type SimulatedTab, type StopAt, simulate } from '../../test/client/simulation.ts'

// The issuer gives the successor of a refresh token again for ten seconds, and ends the session of one that is used
// later. Whatever is lost, stopped or late, a client that could be in time must not be signed out.

type Simulation = ReturnType<typeof simulate>

/** `tab` is still signed in, of the session whose newest token the storage has, and the issuer saw no copy. */
function assertWell(simulation: Simulation, tabs: readonly SimulatedTab[]): void {
  const { issuer, store } = simulation
  assert.deepEqual([issuer.reused, issuer.isOver], [0, false])
  for (const { endings, client } of tabs) assert.deepEqual([endings, client.session?.username], [[], 'ada'])
  const kept = JSON.parse([...store.values()][0] ?? '{}') as { refreshToken: string }
  assert.equal(kept.refreshToken, issuer.newest)
}

/** One more refresh, by each tab in turn, shows that what they and the storage have is good. */
async function assertGoesOn(simulation: Simulation, tabs: readonly SimulatedTab[]): Promise<void> {
  for (const tab of tabs) {
    await simulation.advance(lifeMs)
    const asking = tab.ask()
    await simulation.settle()
    assert.match(await asking, /^e30/)
  }
  assertWell(simulation, tabs)
}

const lost: readonly { name: string; faults: readonly Fault[]; isAnswered: boolean }[] = [
  { name: 'never comes', faults: ['hangs'], isAnswered: true },
  { name: 'breaks off', faults: ['breaks'], isAnswered: true },
  { name: 'is lost by a proxy that says 502', faults: ['502'], isAnswered: true },
  { name: 'is that the issuer is busy', faults: ['503 comes back'], isAnswered: true },
  { name: 'is none, for nobody is there', faults: ['is down'], isAnswered: true },
  // The session is not lost by that either: the token was never used.
  { name: 'is none, twice', faults: ['is down', 'is down'], isAnswered: false },
  {
    name: 'is twice that the issuer is busy',
    faults: ['503 comes back', '503 comes back'],
    isAnswered: false,
  },
]

for (const { name, faults, isAnswered } of lost) {
  for (const laterMs of [0, 2_000, 12_500, 600_000]) {
    test(`a session outlives a refresh whose answer ${name}, if the next request comes ${laterMs} ms later`, async (t) => {
      const simulation = simulate(t)
      const tabs = await simulation.twoTabs()
      await simulation.advance(lifeMs)
      simulation.issuer.faults.push(...faults)
      const asking = tabs[0].ask()
      await simulation.advance(10_000)
      const answer = await asking
      if (isAnswered) assert.match(answer, /^e30/)
      else assert.match(answer, /^issuer_un/)
      await simulation.advance(laterMs)
      const again = tabs[0].ask()
      await simulation.settle()
      assert.match(await again, /^e30/)
      await assertGoesOn(simulation, tabs)
    })
  }
}

test('the second request is sent in time for the ten seconds, and there is no third', async (t) => {
  const simulation = simulate(t)
  const [tab] = await simulation.twoTabs()
  await simulation.advance(lifeMs)
  simulation.issuer.faults.push('hangs', 'hangs')
  const asking = tab.ask()
  await simulation.settle()
  assert.equal(await asking, 'issuer_unreachable')
  const [first = 0, second = 0, ...more] = simulation.issuer.arrivals
  assert.deepEqual([second - first, more], [4_000, []])
})

test('a token that has not expired is used while its refresh hangs, and after it has failed', async (t) => {
  const simulation = simulate(t)
  const [tab] = await simulation.twoTabs()
  const before = tab.ask()
  await simulation.advance(1_000)
  await simulation.advance(lifeMs * 0.81)
  simulation.issuer.faults.push('is down', 'is down', 'is down', 'is down')
  for (const waitMs of [700, 200, 12_000, 700]) {
    const asking = tab.ask()
    const answered = new Promise((resolve) => asking.then(resolve))
    await simulation.advance(waitMs)
    assert.equal(await Promise.race([answered, 'still waiting']), await before)
  }
  await assertGoesOn(simulation, [tab])
})

const seconds: readonly { name: string; retryAfter?: string; setMs?: number; sentAfterMs: number }[] = [
  { name: 'a second after the first', sentAfterMs: 1_000 },
  { name: 'a second after the answer that asks for one', retryAfter: '1', sentAfterMs: 1_100 },
  { name: 'four seconds after the answer that asks for them', retryAfter: '4', sentAfterMs: 4_100 },
  { name: 'a second after the answer, if the clock was set back', setMs: -5_000, sentAfterMs: 1_100 },
  { name: 'at once, if the clock was set ahead', setMs: 5_000, sentAfterMs: 100 },
]
for (const { name, retryAfter, setMs, sentAfterMs } of seconds) {
  test(`the second request for a refresh is sent ${name}`, async (t) => {
    const simulation = simulate(t)
    const [tab] = await simulation.twoTabs()
    await simulation.advance(lifeMs)
    simulation.issuer.retryAfter = retryAfter
    simulation.issuer.faults.push('503 comes back')
    const beganAtMs = Date.now()
    const asking = tab.ask()
    await simulation.advance(50)
    if (setMs !== undefined) simulation.setClocks(setMs)
    await simulation.settle()
    assert.match(await asking, /^e30/)
    // Steps of 50 ms: one until the first is sent, and one in which the second travels.
    assert.deepEqual(
      simulation.issuer.arrivals.map((at) => at - 100 - beganAtMs),
      [sentAfterMs],
    )
  })
}

test('an issuer that asks for more than four seconds is not asked a second time', async (t) => {
  const simulation = simulate(t)
  const [tab] = await simulation.twoTabs()
  await simulation.advance(lifeMs)
  simulation.issuer.retryAfter = '5'
  simulation.issuer.faults.push('503 comes back')
  const asking = tab.ask()
  await simulation.settle()
  assert.equal(await asking, 'issuer_unavailable')
  assert.deepEqual(simulation.issuer.arrivals, [])
})

const stops: readonly StopAt[] = ['lock', 'read', 'answer', 'body']
/** How long the one tab is stopped, and how long after its beginning the other one asks. */
const times = [
  { stoppedMs: 1_000, otherMs: 50 },
  { stoppedMs: 3_000, otherMs: 1_000 },
  { stoppedMs: 5_000, otherMs: 200 },
  { stoppedMs: 9_500, otherMs: 50 },
  { stoppedMs: 9_500, otherMs: 3_000 },
  { stoppedMs: 15_000, otherMs: 1_000 },
  { stoppedMs: 40_000, otherMs: 3_000 },
  { stoppedMs: 900_000, otherMs: 50 },
]

for (const hasLocks of [true, false]) {
  for (const point of stops) {
    if (point === 'lock' && !hasLocks) continue
    for (const { stoppedMs, otherMs } of times) {
      for (const timersWin of [false, true]) {
        const first = timersWin ? 'its time-out' : 'its answer'
        test(`a tab that is stopped at the ${point} for ${stoppedMs} ms, ${hasLocks ? 'with' : 'without'} locks, the other asking after ${otherMs} ms, and ${first} first, signs out neither`, async (t) => {
          const simulation = simulate(t, { hasLocks })
          const tabs = await simulation.twoTabs()
          simulation.letTimersWin(timersWin)
          await simulation.advance(lifeMs)
          tabs[0].stopAt(point)
          const asking = tabs[0].ask()
          await simulation.advance(otherMs)
          const other = tabs[1].ask()
          await simulation.advance(Math.min(stoppedMs, 9_500) - otherMs)
          assert.equal(tabs[0].isStopped, true)
          // The other has its answer by then, unless the first goes on before that.
          if (stoppedMs > 9_000) assert.match(await other, /^e30/)
          if (stoppedMs > 2 * lifeMs) {
            // By then the answer of the first is two tokens old, and must replace nothing.
            await simulation.advance(lifeMs)
            const again = tabs[1].ask()
            await simulation.advance(stoppedMs - lifeMs - 9_500)
            assert.match(await again, /^e30/)
          } else if (stoppedMs > 9_500) await simulation.advance(stoppedMs - 9_500)
          tabs[0].goOn()
          await simulation.settle()
          assert.match(await other, /^e30/)
          assert.match(await asking, /^e30/)
          assertWell(simulation, tabs)
          await assertGoesOn(simulation, tabs)
        })
      }
    }
  }
}

test('a tab whose token has not expired is not held up by one that is stopped with the lock', async (t) => {
  const simulation = simulate(t)
  const tabs = await simulation.twoTabs()
  await simulation.advance(lifeMs * 0.81)
  tabs[0].stopAt('answer')
  void tabs[0].ask()
  await simulation.advance(200)
  const other = tabs[1].ask()
  await simulation.advance(700)
  assert.match(String(await Promise.race([other, 'still waiting'])), /^e30/)
  await simulation.advance(15_000)
  tabs[0].goOn()
  await simulation.settle()
  await assertGoesOn(simulation, tabs)
})

test('a tab that was stopped looks at the storage before it sends, and sends nothing that was replaced', async (t) => {
  const simulation = simulate(t)
  const tabs = await simulation.twoTabs()
  await simulation.advance(lifeMs)
  tabs[0].stopAt('read')
  const asking = tabs[0].ask()
  await simulation.advance(100)
  const other = tabs[1].ask()
  await simulation.advance(60_000)
  const arrived = simulation.issuer.arrivals.length
  tabs[0].goOn()
  await simulation.settle()
  assert.equal(simulation.issuer.arrivals.length, arrived)
  assert.equal(await asking, await other)
})

test('a storage that cannot be written fails no request, and is written when it can be', async (t) => {
  const simulation = simulate(t)
  const [tab] = await simulation.twoTabs()
  await simulation.advance(lifeMs)
  simulation.failWrites(true)
  for (let turn = 0; turn < 2; turn++) {
    const asking = tab.ask()
    await simulation.settle()
    assert.match(await asking, /^e30/)
  }
  assert.equal(simulation.issuer.arrivals.length, 1)
  simulation.failWrites(false)
  void tab.ask()
  await simulation.settle()
  assertWell(simulation, [tab])
  await assertGoesOn(simulation, [tab, simulation.openTab()].slice(0, 1))
})

for (const byMs of [-86_400_000, -5_000, -500, 500, 5_000, 86_400_000]) {
  for (const fault of ['hangs', 'breaks'] as const) {
    test(`clocks that are set by ${byMs} ms in the middle of a refresh whose answer ${fault} sign out nobody`, async (t) => {
      const simulation = simulate(t)
      const tabs = await simulation.twoTabs()
      await simulation.advance(lifeMs)
      simulation.issuer.faults.push(fault)
      const asking = tabs[0].ask()
      await simulation.advance(200)
      simulation.setClocks(byMs)
      await simulation.advance(7_000)
      await asking
      const again = tabs[0].ask()
      await simulation.advance(3_000)
      assert.match(await again, /^e30/)
      await assertGoesOn(simulation, tabs)
    })
  }
}
