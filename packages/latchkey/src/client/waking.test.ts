import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { lifeMs, simulate } from '../../test/client/simulation.ts'

// A page tells that the network came back and that it is seen again. Node has no such events: here they are given to it.

function pageEvents(t: TestContext) {
  const scope = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const listening = new Map<string, number>()
  const place = (name: string, value: unknown) => {
    Object.defineProperty(globalThis, name, { value, configurable: true })
    t.after(() => Reflect.deleteProperty(globalThis, name))
  }
  const counted = (target: EventTarget) => ({
    addEventListener(type: string, listener: () => void) {
      listening.set(type, (listening.get(type) ?? 0) + 1)
      target.addEventListener(type, listener)
    },
    removeEventListener(type: string, listener: () => void) {
      listening.set(type, (listening.get(type) ?? 0) - 1)
      target.removeEventListener(type, listener)
    },
  })
  const window = counted(scope)
  place('addEventListener', window.addEventListener)
  place('removeEventListener', window.removeEventListener)
  place('document', {
    ...counted(document),
    get visibilityState() {
      return document.visibilityState
    },
  })
  return {
    listening,
    online: () => void scope.dispatchEvent(new Event('online')),
    becomes(visibilityState: 'visible' | 'hidden') {
      document.visibilityState = visibilityState
      document.dispatchEvent(new Event('visibilitychange'))
    },
  }
}

type Page = ReturnType<typeof pageEvents>
const wakings: readonly { name: string; happen: (page: Page) => void; isTried: boolean }[] = [
  { name: 'the network comes back', happen: (page) => page.online(), isTried: true },
  { name: 'the page becomes visible', happen: (page) => page.becomes('visible'), isTried: true },
  { name: 'the page becomes hidden', happen: (page) => page.becomes('hidden'), isTried: false },
  { name: 'nothing is told', happen: () => {}, isTried: false },
]

for (const { name, happen, isTried } of wakings) {
  test(`after an hour offline, if ${name}, the next request ${isTried ? 'is answered at once' : 'has to wait'}`, async (t) => {
    const page = pageEvents(t)
    const simulation = simulate(t)
    const [tab] = await simulation.twoTabs()
    await simulation.advance(lifeMs)
    simulation.issuer.faults.push(...new Array(100).fill('is down'))
    for (let turn = 0; turn < 12; turn++) {
      void tab.ask()
      await simulation.advance(60_000)
    }
    void tab.ask()
    await simulation.advance(2_000)
    simulation.issuer.faults.length = 0
    const before = simulation.issuer.arrivals.length
    happen(page)
    // Without being asked, the client has a new token by then.
    await simulation.advance(400)
    assert.equal(simulation.issuer.arrivals.length - before, isTried ? 1 : 0)
    const asking = tab.ask()
    await simulation.advance(400)
    assert.match(await asking, isTried ? /^e30/ : /issuer_unavailable/)
  })
}

test('the second request of a refresh goes out when the network comes back, and not before it', async (t) => {
  const page = pageEvents(t)
  const simulation = simulate(t)
  const [tab] = await simulation.twoTabs()
  await simulation.advance(lifeMs)
  simulation.issuer.faults.push('breaks')
  const asking = tab.ask()
  await simulation.advance(300)
  page.online()
  await simulation.advance(300)
  assert.match(await asking, /^e30/)
})

test('an issuer that said when to come back is not asked earlier, whatever the page tells', async (t) => {
  const page = pageEvents(t)
  const simulation = simulate(t)
  const [tab, other] = await simulation.twoTabs()
  other.client.close()
  await simulation.advance(lifeMs)
  simulation.issuer.retryAfter = '60'
  simulation.issuer.faults.push('503 comes back')
  assert.equal(await Promise.race([tab.ask(), simulation.advance(1_000)]), 'issuer_unavailable')
  page.online()
  page.becomes('visible')
  await simulation.advance(30_000)
  assert.equal(simulation.issuer.arrivals.length, 0)
  await simulation.advance(30_000)
  const asking = tab.ask()
  await simulation.settle()
  assert.match(await asking, /^e30/)
})

test('nothing is asked for a token that is not due, and nothing for nobody', async (t) => {
  const page = pageEvents(t)
  const simulation = simulate(t)
  const nobody = simulation.openTab()
  page.online()
  const [tab] = await simulation.twoTabs()
  page.online()
  page.becomes('visible')
  await simulation.settle()
  assert.equal(simulation.issuer.arrivals.length, 0)
  tab.client.close()
  nobody.client.close()
})

test('a closed client listens to nothing any more', async (t) => {
  const page = pageEvents(t)
  const simulation = simulate(t)
  const tabs = await simulation.twoTabs()
  assert.deepEqual([page.listening.get('online'), page.listening.get('visibilitychange')], [2, 2])
  await simulation.advance(lifeMs)
  for (const { client } of tabs) client.close()
  assert.deepEqual([page.listening.get('online'), page.listening.get('visibilitychange')], [0, 0])
  page.online()
  await simulation.settle()
  assert.equal(simulation.issuer.arrivals.length, 0)
})
