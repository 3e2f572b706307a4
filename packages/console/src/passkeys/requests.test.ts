import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Registration, RequestOptions } from './json.ts'
import type { PasskeyPlatform } from './platform.ts'
import { createPasskeyRequests } from './requests.ts'

/** A request that the browser was given, which a test ends. */
interface Asked {
  readonly challenge: string
  readonly mediation: string | undefined
  readonly signal: AbortSignal
  choose(id: string): void
  fail(name: string): void
}

/** A browser, whose person and whose clock are the test. */
function testBrowser(more: Partial<PasskeyPlatform> = {}) {
  let nowMs = 0
  const timers: { readonly dueMs: number; readonly act: () => void }[] = []
  const asked: Asked[] = []
  /** As in a browser, a second request while one is pending is an error, and an aborted one ends a little later. */
  let isPending = false
  const request = (given: CredentialRequestOptions | CredentialCreationOptions = {}) => {
    if (isPending) throw new DOMException('A request is already pending.', 'OperationError')
    isPending = true
    const { promise, resolve, reject } = Promise.withResolvers<Credential | null>()
    const { publicKey, signal, mediation } = given as CredentialRequestOptions
    assert.ok(publicKey && signal)
    const end = (act: () => void) =>
      queueMicrotask(() => {
        isPending = false
        act()
      })
    const fail = (name: string) => end(() => reject(new DOMException('No.', name)))
    signal.addEventListener('abort', () => fail('AbortError'))
    if (signal.aborted) fail('AbortError')
    const choose = (id: string) => end(() => resolve({ id, toJSON: () => ({ id }) } as unknown as Credential))
    const challenge = Buffer.from(publicKey.challenge as Uint8Array).toString()
    asked.push({ challenge, mediation, signal, choose, fail })
    return promise
  }
  const platform: PasskeyPlatform = {
    isSecureContext: true,
    hostname: 'id.example.com',
    credentials: { get: request, create: request },
    type: {
      isConditionalMediationAvailable: async () => true,
      getClientCapabilities: async () => ({ conditionalCreate: true }),
    },
    locks: undefined,
    now: () => nowMs,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        const dueMs = nowMs + ms
        timers.push({ dueMs, act: () => signal.aborted || nowMs < dueMs || resolve() })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    ...more,
  }
  /** Everything that can happen now. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    platform,
    asked,
    settle,
    async advance(ms: number) {
      nowMs += ms
      for (const { act } of timers) act()
      await settle()
    },
    /** The request that was made last. */
    get last(): Asked {
      return asked.at(-1) ?? assert.fail('nothing was asked')
    },
  }
}

/** Options with one challenge after the other; it can be told to fail. */
function testServer(timeout: number | undefined = 300_000) {
  let given = 0
  const server = {
    isAway: false,
    get given() {
      return given
    },
    async load(): Promise<RequestOptions> {
      if (server.isAway) throw new Error('the server cannot be reached')
      given += 1
      const challenge = Buffer.from(`challenge ${given}`).toString('base64url')
      return { challenge, ...(timeout !== undefined && { timeout }) }
    },
  }
  return server
}

const creation = {
  challenge: 'bWFrZQ',
  user: { id: 'dTE', name: 'ada', displayName: 'Ada' },
}
/** The server keeps what was made. */
const kept = async ({ id }: Registration) => ({ id })
const forever = new AbortController().signal

for (const { name, platform, obstacle } of [
  { name: 'at a name, over https or on localhost', platform: {}, obstacle: undefined },
  { name: 'that is no secure context', platform: { isSecureContext: false }, obstacle: 'insecure' },
  {
    name: 'that is no secure context, where browsers take the interfaces away as well',
    platform: { isSecureContext: false, credentials: undefined, type: undefined },
    obstacle: 'insecure',
  },
  { name: 'in a browser without passkeys', platform: { type: undefined }, obstacle: 'unsupported' },
  {
    name: 'in a browser without credentials',
    platform: { credentials: undefined },
    obstacle: 'unsupported',
  },
  { name: 'at an address of IPv4', platform: { hostname: '192.168.1.20' }, obstacle: 'numeric' },
  { name: 'at an address of IPv6', platform: { hostname: '[::1]' }, obstacle: 'numeric' },
  { name: 'at a name that begins with digits', platform: { hostname: '192.example' }, obstacle: undefined },
] as const) {
  test(`a page ${name} ${obstacle ? `cannot use passkeys: ${obstacle}` : 'can use passkeys'}`, () =>
    assert.equal(createPasskeyRequests(testBrowser(platform).platform).obstacle, obstacle))
}

for (const { error, kind } of [
  { error: 'AbortError', kind: 'none' },
  { error: 'NotAllowedError', kind: 'none' },
  { error: 'InvalidStateError', kind: 'held' },
  { error: 'SecurityError', kind: 'foreign' },
] as const) {
  test(`${error} of a browser is no fault, but the outcome '${kind}'`, async () => {
    const browser = testBrowser()
    const requests = createPasskeyRequests(browser.platform)
    const made = requests.make(creation, kept)
    await browser.settle()
    browser.last.fail(error)
    assert.deepEqual(await made, { kind })
  })
}

test('any other error of a browser is a fault, and so is a server that cannot be reached', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const asked = requests.ask(testServer().load)
  await browser.settle()
  browser.last.fail('UnknownError')
  await assert.rejects(asked, { name: 'UnknownError' })
  const server = testServer()
  server.isAway = true
  await assert.rejects(requests.ask(server.load), /cannot be reached/)
})

test('what is chosen is given in its JSON form; what is made, too', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer()
  const asked = requests.ask(server.load)
  await browser.settle()
  assert.equal(browser.last.mediation, undefined)
  browser.last.choose('one')
  assert.deepEqual(await asked, { kind: 'given', value: { id: 'one' } })
  const made = requests.makeSilently(creation, kept)
  await browser.settle()
  assert.equal(browser.last.mediation, 'conditional')
  browser.last.choose('two')
  assert.deepEqual(await made, { kind: 'given', value: { id: 'two' } })
})

test('a passkey that is not made without a dialog within ten seconds is not made', async () => {
  const browser = testBrowser()
  const made = createPasskeyRequests(browser.platform).makeSilently(creation, kept)
  await browser.settle()
  await browser.advance(9_999)
  assert.equal(browser.last.signal.aborted, false)
  await browser.advance(1)
  assert.deepEqual(await made, { kind: 'none' })
})

test('a passkey that the server does not keep is a fault', async () => {
  const browser = testBrowser()
  const refusing = () => Promise.reject(new Error('the server cannot be reached'))
  const made = createPasskeyRequests(browser.platform).make(creation, refusing)
  await browser.settle()
  browser.last.choose('one')
  await assert.rejects(made, /cannot be reached/)
})

test('a button that is pressed while an offer stands ends the offer first, and neither fails', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer()
  const offered = requests.offer(server.load, forever)
  await browser.settle()
  const offer = browser.last
  assert.equal(offer.mediation, 'conditional')
  const asked = requests.ask(server.load)
  await browser.settle()
  assert.equal(offer.signal.aborted, true)
  assert.deepEqual(await offered, { kind: 'none' })
  browser.last.choose('by the button')
  assert.deepEqual(await asked, { kind: 'given', value: { id: 'by the button' } })
  assert.equal(browser.asked.length, 2)
})

test('of three buttons pressed at once the last has its way, and the browser is asked once', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer()
  const all = [requests.ask(server.load), requests.ask(server.load), requests.ask(server.load)]
  await browser.settle()
  assert.equal(browser.asked.length, 1)
  browser.last.choose('last')
  const kinds = (await Promise.all(all)).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['none', 'none', 'given'])
})

test('a page that stands open has an offer with a challenge that lives, at every time', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer(300_000)
  const offered = requests.offer(server.load, forever)
  await browser.settle()
  for (let minute = 0; minute < 60; minute += 1) await browser.advance(60_000)
  assert.equal(server.given, 16)
  assert.equal(browser.last.challenge, 'challenge 16')
  assert.equal(browser.last.signal.aborted, false)
  assert.ok(browser.asked.slice(0, -1).every(({ signal }) => signal.aborted))
  browser.last.choose('late')
  assert.deepEqual(await offered, { kind: 'given', value: { id: 'late' } })
})

test('options that do not say how long they live are renewed after four minutes', async () => {
  const browser = testBrowser()
  const server = testServer()
  const load = async () => {
    const { challenge } = await server.load()
    return { challenge }
  }
  void createPasskeyRequests(browser.platform).offer(load, forever)
  await browser.settle()
  await browser.advance(239_999)
  assert.equal(server.given, 1)
  await browser.advance(1)
  assert.equal(server.given, 2)
})

test('an offer outlives a server that is away, at the beginning as later, and stands meanwhile', async () => {
  const browser = testBrowser()
  const server = testServer()
  server.isAway = true
  void createPasskeyRequests(browser.platform).offer(server.load, forever)
  await browser.settle()
  assert.equal(browser.asked.length, 0)
  server.isAway = false
  await browser.advance(30_000)
  assert.equal(browser.asked.length, 1)
  server.isAway = true
  await browser.advance(240_000)
  assert.equal(browser.last.signal.aborted, false)
  server.isAway = false
  await browser.advance(30_000)
  assert.equal(browser.last.challenge, 'challenge 2')
})

test('a button is not held up by an offer that waits for a server that is away', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer()
  server.isAway = true
  const offered = requests.offer(server.load, forever)
  await browser.settle()
  server.isAway = false
  const asked = requests.ask(server.load)
  await browser.settle()
  browser.last.choose('by the button')
  assert.deepEqual(await asked, { kind: 'given', value: { id: 'by the button' } })
  assert.deepEqual(await offered, { kind: 'none' })
})

test('an offer that the person declined is made again, but not one that the browser ends at once', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const server = testServer()
  const offered = requests.offer(server.load, forever)
  await browser.settle()
  await browser.advance(5_000)
  browser.last.fail('NotAllowedError')
  await browser.settle()
  assert.equal(browser.asked.length, 2)
  assert.equal(browser.last.challenge, 'challenge 2')
  browser.last.fail('NotAllowedError')
  assert.deepEqual(await offered, { kind: 'none' })
  assert.equal(browser.asked.length, 2)
})

test('an offer ends with its signal: before it began, while the server is asked, and while it stands', async () => {
  const browser = testBrowser()
  const requests = createPasskeyRequests(browser.platform)
  const { load } = testServer()
  assert.deepEqual(await requests.offer(load, AbortSignal.abort()), { kind: 'none' })
  const asking = new AbortController()
  const unanswered = requests.offer(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    asking.signal,
  )
  await browser.settle()
  asking.abort()
  assert.deepEqual(await unanswered, { kind: 'none' })
  assert.equal(browser.asked.length, 0)
  const standing = new AbortController()
  const offered = requests.offer(load, standing.signal)
  await browser.settle()
  standing.abort()
  assert.deepEqual(await offered, { kind: 'none' })
  assert.equal(browser.asked.length, 1)
})

for (const { name, type, can } of [
  { name: 'a browser that says so', type: { conditionalCreate: true }, can: true },
  { name: 'a browser that says that it cannot', type: { conditionalCreate: false }, can: false },
  { name: 'a browser that says nothing of it', type: {}, can: false },
  { name: 'a browser that cannot be asked', type: undefined, can: false },
] as const) {
  test(`a passkey is made without a dialog by ${name}: ${can}`, async () => {
    const getClientCapabilities = async () => ({ ...type })
    const { platform } = testBrowser({ type: type === undefined ? {} : { getClientCapabilities } })
    assert.equal(await createPasskeyRequests(platform).canMakeSilently(), can)
  })
}

test('a browser without suggestions of passkeys is not asked for them', async () => {
  for (const type of [
    {},
    { isConditionalMediationAvailable: async () => false },
    { isConditionalMediationAvailable: () => Promise.reject(new Error('no')) },
  ]) {
    const browser = testBrowser({ type })
    const server = testServer()
    const outcome = await createPasskeyRequests(browser.platform).offer(server.load, forever)
    assert.deepEqual(outcome, { kind: 'none' })
    assert.equal(server.given, 0)
  }
})
