import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchJson, isTimeout } from './fetch-json.ts'

const url = new URL('https://keys.example/jwks.json')
const limits = (answer: () => Promise<Response>, maxBytes = 1000) => ({ timeout: 5, maxBytes, fetch: answer })
const asItIs = <Document>(document: Document): Document => document

const body = '{"a":"\u20ac"}'
const { length } = Buffer.from(body)

test('a document that is as long as the limit is read', async () => {
  const fetched = await fetchJson(
    url,
    limits(async () => new Response(body), length),
    asItIs,
  )
  assert.deepEqual(fetched.kind === 'document' && fetched.document, { a: '\u20ac' })
})

test('a document that is one byte longer than the limit is not', async () => {
  await assert.rejects(
    fetchJson(
      url,
      limits(async () => new Response(body), length - 1),
      asItIs,
    ),
    {
      message: `${url}: the answer is longer than ${length - 1} bytes`,
    },
  )
})

for (const { name, status, etag, message } of [
  {
    name: 'whose status is an error',
    status: 500,
    etag: undefined,
    message: /expected status 200, and 500 came/,
  },
  {
    name: 'that says nothing is there',
    status: 404,
    etag: '"1"',
    message: /expected status 200, and 404 came/,
  },
  { name: 'that is too long', status: 200, etag: undefined, message: /longer than 1000 bytes/ },
]) {
  test(`an answer ${name} is not received to its end`, async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel() {
        cancelled = true
      },
    })
    const answer = limits(async () => new Response(endless, { status }))
    await assert.rejects(fetchJson(url, answer, asItIs, etag), { message })
    assert.equal(cancelled, true)
  })
}

test('an answer that nothing changed counts only where an ETag was sent', async () => {
  const answer = limits(async () => new Response(null, { status: 304 }))
  assert.equal((await fetchJson(url, answer, asItIs, '"1"')).kind, 'unchanged')
  await assert.rejects(fetchJson(url, answer, asItIs), {
    message: `${url}: expected status 200, and 304 came`,
  })
})

test('what is asked for follows no redirect, is kept by no cache, and names the ETag if there is one', async () => {
  const asked: RequestInit[] = []
  const answer = {
    ...limits(async () => new Response(body)),
    fetch: async (_: unknown, init: RequestInit = {}) => {
      asked.push(init)
      return new Response(body)
    },
  }
  await fetchJson(url, answer, asItIs)
  await fetchJson(url, answer, asItIs, '"1"')
  assert.deepEqual(
    asked.map(({ headers, redirect, cache }) => ({ headers, redirect, cache })),
    [
      { headers: { accept: 'application/json' }, redirect: 'manual', cache: 'no-store' },
      {
        headers: { accept: 'application/json', 'if-none-match': '"1"' },
        redirect: 'manual',
        cache: 'no-store',
      },
    ],
  )
})

const failures: readonly { name: string; thrown: Error; message: string; timedOut: boolean }[] = [
  {
    name: 'no answer in time',
    thrown: new DOMException('x', 'TimeoutError'),
    message: `${url}: no answer within 5 s`,
    timedOut: true,
  },
  {
    name: 'a connection that is refused',
    thrown: new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }),
    message: `${url}: fetch failed: ECONNREFUSED`,
    timedOut: false,
  },
  {
    name: 'a failure without a cause',
    thrown: new TypeError('fetch failed'),
    message: `${url}: fetch failed`,
    timedOut: false,
  },
]
for (const { name, thrown, message, timedOut } of failures) {
  test(`the error of a fetch says what happened: ${name}`, async () => {
    await assert.rejects(
      fetchJson(
        url,
        limits(() => Promise.reject(thrown)),
        asItIs,
      ),
      (error: Error) => {
        assert.deepEqual([error.message, error.cause, isTimeout(error)], [message, thrown, timedOut])
        return true
      },
    )
  })
}

for (const text of ['', '[]', 'null', '{', '{"a":1,"a":1}']) {
  test(`an answer ${JSON.stringify(text)} is no JSON object`, async () => {
    await assert.rejects(
      fetchJson(
        url,
        limits(async () => new Response(text)),
        asItIs,
      ),
      {
        message: `${url}: the answer is not one JSON object`,
      },
    )
  })
}
