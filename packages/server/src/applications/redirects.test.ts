import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRedirectOf, redirectFault } from './redirects.ts'
import type { ApplicationType } from './store.ts'

const refused: { address: string; types: readonly ApplicationType[]; why?: string }[] = [
  ...[
    '',
    'callback',
    '/callback',
    '//app.example/callback',
    'https:',
    'https://',
    'https:/app.example/callback',
    'https:app.example/callback',
    'https://app.example/callback#',
    'https://app.example/callback#part',
    'https://app.example/*',
    'https://*.app.example/callback',
    'https://user@app.example/callback',
    'https://user:word@app.example/callback',
    'https://@app.example/callback',
    'https://app.example\\@other.example/callback',
    'https://app.example/call back',
    'https://app.example/callback\n',
    '\thttps://app.example/callback',
    'https://app.example/\u202ecallback',
    'https://App.example/callback',
    'HTTPS://app.example/callback',
    'https://app.example:443/callback',
    'https://app.example/x/../callback',
    'https://app.example/./callback',
    'https://bücher.example/callback',
    'https://app.example/<script>',
    'https://app.example/"',
    'https://app.example/'.padEnd(501, 'x'),
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://app.example/',
    'blob:https://app.example/x',
    'about:blank',
    'view-source:https://app.example/',
    'http://app.example/callback',
    'http://192.0.2.7/callback',
    'http://127.0.0.1.app.example/callback',
    'http://0x7f.1/callback',
    'ws://app.example/',
    'myapp:/callback',
    'my_com.example.app:/callback',
    'com.example.app',
    '.com.example:/callback',
    'com..example:/callback',
    '1com.example:/callback',
  ].map((address) => ({ address, types: ['web', 'browser', 'native'] as const })),
  ...[
    'com.example.app:/callback',
    'com.example.app://callback',
    'http://127.0.0.1/callback',
    'http://[::1]:3000/callback',
    'http://localhost:3000/callback',
  ].map((address) => ({ address, types: ['web', 'browser'] as const })),
]

describe('an address to which people are sent back', () => {
  for (const { address, types } of refused) {
    test(`is refused: ${JSON.stringify(address.slice(0, 60))} of ${types.join(', ')}`, () => {
      for (const type of types) {
        assert.equal(typeof redirectFault(address, { type, isDevelopment: false }), 'string', type)
      }
    })
  }

  const taken: { address: string; types: readonly ApplicationType[]; isDevelopment?: true }[] = [
    ...[
      'https://app.example',
      'https://app.example/',
      'https://app.example/callback',
      'https://app.example:8443/callback?from=here&x=%2F',
      'https://app.example/callback?from=mailto://ada@example',
      'https://xn--bcher-kva.example/callback',
      'https://192.0.2.7/callback',
      'https://localhost/callback',
      'https://app.example/'.padEnd(500, 'x'),
    ].map((address) => ({ address, types: ['web', 'browser', 'native'] as const })),
    ...[
      'http://127.0.0.1/callback',
      'http://127.0.0.1:3000/callback',
      'http://[::1]/callback',
      'http://localhost:3000/callback',
      'com.example.app:/callback',
      'com.example.app://callback',
    ].map((address) => ({ address, types: ['native'] as const })),
    ...['http://127.0.0.1:3000/callback', 'http://localhost:3000/callback'].map((address) => ({
      ...{ address, types: ['web', 'browser'] as const },
      isDevelopment: true as const,
    })),
  ]
  for (const { address, types, isDevelopment = false } of taken) {
    test(`is taken: ${address.slice(0, 60)} of ${types.join(', ')}${isDevelopment ? ' in development' : ''}`, () => {
      for (const type of types) assert.equal(redirectFault(address, { type, isDevelopment }), undefined, type)
    })
  }

  test('is https in development too, unless it is on this machine', () => {
    assert.equal(redirectFault('http://app.example/', { type: 'web', isDevelopment: true }), 'is https')
  })
})

describe('whether an address is one of an application', () => {
  const web = {
    type: 'web',
    redirect_uris: ['https://app.example/callback', 'http://127.0.0.1:3000/cb'],
  } as const
  const native = {
    type: 'native',
    redirect_uris: [
      ...['http://127.0.0.1/cb', 'http://[::1]:1234/cb?x=1', 'http://localhost:3000/cb'],
      ...['com.example.app:/cb', 'https://app.example/cb'],
    ],
  } as const
  const others: readonly (readonly [typeof web | typeof native, string])[] = [
    ...[
      'https://app.example/callback/',
      'https://app.example/callback?x',
      'https://app.example/callback#',
      'https://app.example/Callback',
      'https://APP.example/callback',
      'https://app.example:443/callback',
      'https://app.example.other.example/callback',
      'https://app.example/callback%20',
      'https://app.example/call%62ack',
      'http://app.example/callback',
      'http://127.0.0.1:3001/cb',
      'http://127.0.0.1/cb',
      '',
    ].map((address) => [web, address] as const),
    ...[
      'http://127.0.0.1/other',
      'http://127.0.0.1',
      'http://127.0.0.1:/cb',
      'http://127.0.0.1:0/cb',
      'http://127.0.0.1:080/cb',
      'http://127.0.0.1:65536/cb',
      'http://127.0.0.1:99999/cb',
      'http://127.0.0.1:8080/cb#x',
      'http://127.0.0.1:8080/cb?x=1',
      'http://127.0.0.1:8080@other.example/cb',
      'http://127.0.0.1.other.example/cb',
      'http://127.0.0.2:8080/cb',
      'https://127.0.0.1:8080/cb',
      'http://[::1]:8080/cb',
      'http://[::2]:8080/cb?x=1',
      'http://localhost:3001/cb',
      'http://user@127.0.0.1:8080/cb',
      'com.example.app:/cb/',
      'com.example.app2:/cb',
      'https://app.example:8443/cb',
      'http://127.0.0.1:80\n80/cb',
    ].map((address) => [native, address] as const),
  ]
  for (const [application, address] of others) {
    test(`${JSON.stringify(address)} is none of a ${application.type} one`, () =>
      assert.equal(isRedirectOf(application, address), false))
  }

  const own: readonly (readonly [typeof web | typeof native, string])[] = [
    ...web.redirect_uris.map((address) => [web, address] as const),
    ...native.redirect_uris.map((address) => [native, address] as const),
    [native, 'http://127.0.0.1:1/cb'],
    [native, 'http://127.0.0.1:51004/cb'],
    [native, 'http://127.0.0.1:65535/cb'],
    [native, 'http://[::1]/cb?x=1'],
    [native, 'http://[::1]:51004/cb?x=1'],
  ]
  for (const [application, address] of own) {
    test(`${address} is one of a ${application.type} one`, () =>
      assert.equal(isRedirectOf(application, address), true))
  }
})
