import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepareOutgoing } from './outgoing.ts'

const url = 'https://api.example.com/me'
const noFetch = async () => assert.fail('nothing is sent')

const methods: readonly (readonly [given: string, sent: string])[] = [
  ['get', 'GET'],
  ['Put', 'PUT'],
  ['delete', 'DELETE'],
  ['patch', 'patch'],
  ['getter', 'getter'],
  ['forget', 'forget'],
]
for (const [given, sent] of methods) {
  test(`the method ${given} is sent as ${sent}, and proven as such`, () => {
    assert.equal(prepareOutgoing(noFetch, url, { method: given }).method, sent)
    assert.equal(new Request(url, { method: given }).method, sent)
  })
}

const form = new FormData()
const repeatable: readonly { name: string; of: Parameters<typeof fetch>; is: boolean }[] = [
  { name: 'nothing but a URL', of: [url], is: true },
  { name: 'a URL that is an object', of: [new URL(url)], is: true },
  { name: 'a text', of: [url, { method: 'PUT', body: '' }], is: true },
  { name: 'an ArrayBuffer', of: [url, { method: 'PUT', body: new ArrayBuffer(1) }], is: true },
  { name: 'a view of bytes', of: [url, { method: 'PUT', body: new DataView(new ArrayBuffer(1)) }], is: true },
  { name: 'parameters', of: [url, { method: 'PUT', body: new URLSearchParams() }], is: true },
  { name: 'a Blob', of: [url, { method: 'PUT', body: new Blob() }], is: true },
  { name: 'a form', of: [url, { method: 'PUT', body: form }], is: true },
  { name: 'a Request without a body', of: [new Request(url, { method: 'DELETE' })], is: true },
  {
    name: 'a Request whose body is replaced by a text',
    of: [new Request(url, { method: 'PUT', body: 'a' }), { body: 'b' }],
    is: true,
  },
  { name: 'a Request with a body', of: [new Request(url, { method: 'PUT', body: 'a' })], is: false },
  { name: 'a stream', of: [url, { method: 'PUT', body: new ReadableStream() }], is: false },
  {
    name: 'a Request whose body is replaced by a stream',
    of: [new Request(url), { method: 'PUT', body: new ReadableStream() }],
    is: false,
  },
]
for (const { name, of, is } of repeatable) {
  test(`${is ? 'can' : 'cannot'} be sent twice: ${name}`, () =>
    assert.equal(prepareOutgoing(noFetch, of[0], of[1]).isRepeatable, is))
}

// React Native has no streams: of a Request there, the method says whether it has a body.
for (const [method, is] of [
  ['GET', true],
  ['HEAD', true],
  ['POST', false],
] as const) {
  test(`where bodies are no streams, a Request by ${method} ${is ? 'can' : 'cannot'} be sent twice`, () => {
    const request = Object.defineProperty(new Request(url, { method }), 'body', { value: undefined })
    assert.equal(prepareOutgoing(noFetch, request, undefined).isRepeatable, is)
  })
}
