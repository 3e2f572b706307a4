import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openTestApp, type TestApp } from '../../test/app.ts'

let latchkey: TestApp
before(async () => {
  latchkey = await openTestApp()
})
after(() => latchkey.close())

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('a browser at the root is led to the console, a program is told where things are', async () => {
  const led = await latchkey.call('GET', '/', { headers: browser })
  assert.equal(led.status, 302)
  assert.equal(led.headers.get('location'), '/console')
  for (const accept of ['application/json', '*/*']) {
    const told = await latchkey.call('GET', '/', { headers: { accept } })
    assert.equal(told.status, 200)
    assert.equal(told.headers.get('vary'), 'Accept')
    for (const path of Object.values(told.body)) {
      assert.ok(typeof path === 'string')
      assert.equal((await latchkey.call('GET', path)).status, 200, path)
    }
  }
})

test('the policy of the console allows no origin but our own, and nothing inline', async () => {
  const { headers, text } = await latchkey.call('GET', '/console')
  const policy = headers.get('content-security-policy') ?? ''
  assert.deepEqual([...text.matchAll(/<script[^>]*>([^<]+)<\/script>/g)], [])
  assert.deepEqual(policy.split('; '), [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:/)
})

test('the page is in the language that the browser prefers', async () => {
  for (const [accepted, lang] of [
    ['zh-TW,zh;q=0.9', 'zh-Hant'],
    ['de', 'en'],
  ] as const) {
    const { headers, text } = await latchkey.call('GET', '/console', {
      headers: { 'accept-language': accepted },
    })
    assert.match(text, new RegExp(`<html lang="${lang}">`))
    assert.equal(headers.get('vary'), 'Accept-Encoding, Accept-Language')
  }
})

test('every file that the page and the script name is there, with its type and without types of its own', async () => {
  const { text } = await latchkey.call('GET', '/console')
  const wanted = new Set([...text.matchAll(/"(\/console\/[^"]+)"/g)].map(([, path = '']) => path))
  for (const path of wanted) {
    const { status, headers, text } = await latchkey.call('GET', path)
    assert.equal(status, 200, path)
    const type = path.endsWith('.css')
      ? 'text/css'
      : path.endsWith('.svg')
        ? 'image/svg+xml'
        : 'text/javascript'
    assert.equal(headers.get('content-type')?.split(';')[0], type, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    // All that the script needs is in it.
    if (path.endsWith('.js')) {
      assert.doesNotMatch(text, /\bimport\b\s*["'({*]|\bfrom\s*["']/)
      assert.doesNotMatch(text, /^(export )?interface /m)
      const [, map = ''] = /^\/\/# sourceMappingURL=(.+)$/m.exec(text) ?? []
      const { status, text: mapped } = await latchkey.call('GET', `/console/${map}`)
      assert.equal(status, 200)
      const { sources } = JSON.parse(mapped) as { sources: string[] }
      assert.ok(sources.some((source) => source.endsWith('console/src/main.ts')))
      // Nobody learns where it was built.
      for (const source of sources) assert.match(source, /^\.\.\//)
    }
  }
})

test('what the browser has is not sent again', async () => {
  for (const path of ['/console', '/console/main.js', '/console/console.css']) {
    const first = await latchkey.call('GET', path)
    const tag = first.headers.get('etag') ?? ''
    assert.match(tag, /^"[\w-]{22}"$/)
    assert.equal(first.headers.get('cache-control'), 'no-cache')
    for (const held of [tag, `"other", ${tag}`, `W/${tag}`, '*']) {
      const again = await latchkey.call('GET', path, { headers: { 'if-none-match': held } })
      assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', tag], held)
    }
    const other = await latchkey.call('GET', path, { headers: { 'if-none-match': '"other"' } })
    assert.equal(other.status, 200)
  }
})

test('it is sent compressed to those who take that, and to nobody else', async () => {
  const plain = await latchkey.call('GET', '/console/console.css')
  for (const [accepted, coding] of [
    ['gzip, deflate, br', 'gzip'],
    ['br, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', null],
    ['br, gzip; q=0.000, deflate', null],
    ['identity', null],
  ] as const) {
    const { app } = latchkey
    const headers = { 'accept-encoding': accepted }
    const response = await app.edge.request('/console/console.css', { headers })
    assert.equal(response.headers.get('content-encoding'), coding, accepted)
    assert.equal(response.headers.get('vary'), 'Accept-Encoding')
    const bytes = Buffer.from(await response.arrayBuffer())
    assert.equal((coding ? gunzipSync(bytes) : bytes).toString(), plain.text)
    assert.equal(response.headers.get('etag') === plain.headers.get('etag'), coding === null)
  }
})

test('all that the first page loads is less than 40 kB', async () => {
  const { text } = await latchkey.call('GET', '/console')
  const paths = new Set([...text.matchAll(/"(\/console\/[^"]+)"/g)].map(([, path = '']) => path))
  let bytes = 0
  for (const path of ['/console', ...paths]) {
    const headers = { 'accept-encoding': 'gzip' }
    const response = await latchkey.app.edge.request(path, { headers })
    bytes += (await response.arrayBuffer()).byteLength
  }
  assert.ok(bytes < 40_000, `${bytes} bytes`)
})

test('HEAD is answered as GET, without the body', async () => {
  const got = await latchkey.call('GET', '/console/main.js')
  const asked = await latchkey.call('HEAD', '/console/main.js')
  assert.deepEqual([asked.status, asked.text], [200, ''])
  for (const name of ['etag', 'content-type', 'cache-control'])
    assert.equal(asked.headers.get(name), got.headers.get(name))
})

for (const path of [
  '/console/main.ts',
  '/console/format.test.ts',
  '/console/tsconfig.json',
  '/console/..%2fpackage.json',
  '/console/..%2f..%2fserver%2fpackage.json',
  '/console/%2e%2e%2fpackage.json',
  '/console/..%5cpackage.json',
  '/console/%2fetc%2fpasswd',
  '/console/main.js%00',
  '/console/main.js/',
  '/console/constructor',
  '/console/page%20en',
]) {
  test(`there is no file at ${path}`, async () => {
    assert.equal((await latchkey.call('GET', path)).status, 404)
  })
}

test('the pages are no part of the described interface', async () => {
  const { body } = await latchkey.call('GET', '/openapi.json')
  assert.deepEqual(
    Object.keys(body.paths).filter((path) => path === '/' || path.startsWith('/console')),
    [],
  )
})
