import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { startAuthorizationServer } from '../../test/client/application.ts'
import { signInByLoopback } from './loopback.ts'

test('a program is signed in by the browser of its machine', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const { promise: opened, resolve: open } = Promise.withResolvers<string>()
  const signingIn = signInByLoopback(client, { open, prompt: 'login', maxAge: 60 })
  const request = new URL(await opened)
  const address = request.searchParams.get('redirect_uri') ?? ''
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  assert.partialDeepStrictEqual(Object.fromEntries(request.searchParams), { prompt: 'login', max_age: '60' })

  // Whatever else is asked of it, the sign-in goes on.
  const back = server.letIn(request)
  const strangers: readonly [string, RequestInit?][] = [
    [new URL('/', address).href],
    [new URL('/favicon.ico', address).href],
    [address],
    [server.letIn(request, { state: 'x' })],
    [server.letIn(request, { state: undefined, error: 'access_denied' })],
    [back, { method: 'POST' }],
    [back, { method: 'HEAD' }],
  ]
  for (const [url, init] of strangers) assert.equal((await fetch(url, init)).status, 404, url)
  assert.deepEqual(server.paths(), [])

  const page = await fetch(back)
  assert.deepEqual(
    [
      page.status,
      await page.text(),
      page.headers.get('content-type'),
      page.headers.get('cache-control'),
      page.headers.get('referrer-policy'),
    ],
    [
      200,
      'You are signed in. You can close this window.',
      'text/plain; charset=utf-8',
      'no-store',
      'no-referrer',
    ],
  )
  const session = await signingIn
  assert.deepEqual([session.username, client.session], ['ada', session])
  await assert.rejects(fetch(address), 'nobody listens any more')
  assert.partialDeepStrictEqual(server.forms()[0], { redirect_uri: address })
})

const ends = [
  {
    name: 'the person does not want to',
    answer: { code: undefined, error: 'access_denied' },
    code: 'access_denied',
  },
  {
    name: 'the answer is of another issuer',
    answer: { iss: 'https://evil.example' },
    code: 'issuer_mismatch',
  },
  { name: 'the code is not right', answer: { code: 'x' }, code: 'issuer_refused' },
]
for (const { name, answer, code } of ends) {
  test(`a sign-in by the browser of the machine ends when ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const { promise: opened, resolve: open } = Promise.withResolvers<string>()
    const signingIn = signInByLoopback(server.open(), {
      open,
      path: '/back',
      say: (outcome) => `so: ${outcome}`,
    })
    signingIn.catch(() => {})
    const page = await fetch(server.letIn(new URL(await opened), answer))
    assert.deepEqual([page.status, await page.text()], [400, 'so: refused'])
    await assert.rejects(signingIn, { code })
  })
}

test('nobody comes back in time', async (t) => {
  const server = await startAuthorizationServer(t)
  const { setTimeout } = globalThis
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0) =>
    setTimeout(run, ms === 600_000 ? 0 : ms),
  )
  let address = ''
  const open = (url: string) => {
    address = new URL(url).searchParams.get('redirect_uri') ?? ''
    // As a command that ends with the browser.
    return new Promise(() => {})
  }
  await assert.rejects(signInByLoopback(server.open(), { open }), { code: 'flow_expired' })
  await assert.rejects(fetch(address))
})

test('a signal ends it, beforehand and while it waits', async (t) => {
  const server = await startAuthorizationServer(t)
  const reason = new Error('no longer')
  const signal = AbortSignal.abort(reason)
  await assert.rejects(signInByLoopback(server.open(), { open: () => assert.fail(), signal }), reason)
  const stopping = new AbortController()
  const open = () => stopping.abort(reason)
  await assert.rejects(signInByLoopback(server.open(), { open, signal: stopping.signal }), reason)
})

test('a browser that cannot be opened, and a port that is taken, are told', async (t) => {
  const server = await startAuthorizationServer(t)
  const open = () => {
    throw new Error('no browser')
  }
  await assert.rejects(signInByLoopback(server.open(), { open }), { message: 'no browser' })
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await assert.rejects(signInByLoopback(server.open(), { open: () => assert.fail(), port }), {
    code: 'EADDRINUSE',
  })
})
