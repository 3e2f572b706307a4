import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchRequest, NodeRequest } from './index.ts'
import type { RawRequest } from './request.ts'

/** What a request of node:http has of its connection. */
const nodeRequest = (socket: object | undefined, headers: readonly string[] = []) =>
  new NodeRequest({ rawHeaders: headers, socket } as unknown as RawRequest) // nothing else is asked for

const forwarded = (protocol: string) => ['X-Forwarded-Proto', protocol]

const connections: readonly { name: string; request: FetchRequest | NodeRequest; isPrivate: boolean }[] = [
  { name: 'TLS', request: nodeRequest({ encrypted: true, remoteAddress: '192.0.2.1' }), isPrivate: true },
  { name: '127.0.0.1', request: nodeRequest({ remoteAddress: '127.0.0.1' }), isPrivate: true },
  { name: '::1', request: nodeRequest({ remoteAddress: '::1' }), isPrivate: true },
  { name: '::ffff:127.0.0.1', request: nodeRequest({ remoteAddress: '::ffff:127.0.0.1' }), isPrivate: true },
  {
    name: 'a proxy on this machine that ends TLS',
    request: nodeRequest({ remoteAddress: '127.0.0.1' }, forwarded('https')),
    isPrivate: true,
  },
  {
    name: 'https in a Request',
    request: new FetchRequest(new Request('https://a.example/')),
    isPrivate: true,
  },
  {
    name: 'localhost in a Request',
    request: new FetchRequest(new Request('http://localhost:3000/')),
    isPrivate: true,
  },
  {
    name: '[::1] in a Request',
    request: new FetchRequest(new Request('http://[::1]:3000/')),
    isPrivate: true,
  },
  {
    name: 'a proxy on this machine whose client came in clear',
    request: nodeRequest({ remoteAddress: '127.0.0.1' }, forwarded('http')),
    isPrivate: false,
  },
  { name: 'plain http', request: nodeRequest({ remoteAddress: '192.0.2.1' }), isPrivate: false },
  {
    name: 'plain http that claims to be https',
    request: nodeRequest({ remoteAddress: '192.0.2.1' }, forwarded('https')),
    isPrivate: false,
  },
  {
    name: 'an address that begins alike',
    request: nodeRequest({ remoteAddress: '::1:2' }),
    isPrivate: false,
  },
  { name: 'a socket that is gone', request: nodeRequest(undefined), isPrivate: false },
  ...[false, undefined, null, 1, 'true', {}].map((encrypted) => ({
    name: `a socket that says ${JSON.stringify(encrypted)} of its encryption`,
    request: nodeRequest({ encrypted, remoteAddress: '192.0.2.1' }),
    isPrivate: false,
  })),
  {
    name: 'http in a Request',
    request: new FetchRequest(new Request('http://a.example/')),
    isPrivate: false,
  },
  {
    name: 'a name in a Request that begins alike',
    request: new FetchRequest(new Request('http://127.0.0.1.evil.example/')),
    isPrivate: false,
  },
  {
    name: 'a name in a Request that ends alike',
    request: new FetchRequest(new Request('http://notlocalhost/')),
    isPrivate: false,
  },
  {
    name: 'https in the path of a Request over http',
    request: new FetchRequest(new Request('http://a.example/https://b.example/')),
    isPrivate: false,
  },
  {
    name: 'localhost in the path of a Request of another scheme',
    request: new FetchRequest(new Request('ftp://a.example/http://localhost/')),
    isPrivate: false,
  },
]
for (const { name, request, isPrivate } of connections) {
  test(`a connection is ${isPrivate ? '' : 'not '}private: ${name}`, () =>
    assert.equal(request.isPrivate, isPrivate))
}

test('the host of a Request is that of its URL', () => {
  const request = new FetchRequest(new Request('https://api.example.com:8443/me?a'))
  assert.deepEqual(request.header(':authority'), ['api.example.com:8443'])
})
