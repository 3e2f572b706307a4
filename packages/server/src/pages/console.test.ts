import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openConsoleFiles } from './console-files.ts'

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

test('every file that the page and the scripts name is there, with its type and its source map', async () => {
  const paths = await everyFile()
  for (const path of paths) {
    const { status, headers, text } = await latchkey.call('GET', path)
    assert.equal(status, 200, path)
    assert.equal(headers.get('content-type')?.split(';')[0], typeOf(path), path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    if (!path.endsWith('.js')) continue
    assert.doesNotMatch(text, /^(export )?interface /m)
    const map = headers.get('sourcemap') ?? assert.fail(`${path} names no map`)
    const mapped = await latchkey.call('GET', `/console/${map}`)
    assert.deepEqual([mapped.status, mapped.headers.get('content-type')], [200, 'application/json'], map)
    const { sources } = JSON.parse(mapped.text) as { sources: string[] }
    // No source is named by its place on the machine that built it.
    for (const source of sources) assert.match(source, /^\.\.\//)
    if (path === '/console/main.js') assert.ok(sources.some((source) => source.endsWith('app/main.tsx')))
  }
  // The frame and what it shares with the pages, and the pages.
  assert.ok(paths.filter((path) => path.endsWith('.js')).length > 4)
})

test('the page preloads all scripts that main.js imports before it runs, and no page of the console', async () => {
  const { text } = await latchkey.call('GET', '/console')
  const preloaded = [...text.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, path]) => path)
  const wanted = new Set<string>()
  const follow = async (path: string) => {
    for (const next of importsOf((await latchkey.call('GET', path)).text).now) {
      if (wanted.has(next)) continue
      wanted.add(next)
      await follow(next)
    }
  }
  await follow('/console/main.js')
  assert.deepEqual(preloaded.sort(), [...wanted].sort())
  const { later } = importsOf((await latchkey.call('GET', '/console/main.js')).text)
  assert.ok(later.length > 2)
  for (const path of later) assert.ok(!wanted.has(path))
})

test('a script whose name holds its hash is kept for good, everything else is checked each time', async () => {
  const paths = await everyFile()
  for (const path of [
    ...paths,
    ...paths.filter((name) => name.endsWith('.js')).map((name) => `${name}.map`),
  ]) {
    const caching = (await latchkey.call('GET', path)).headers.get('cache-control')
    const isHashed = /^\/console\/[\w-]+-\w{8}\.js$/.test(path)
    assert.equal(caching, isHashed ? 'public, max-age=31536000, immutable' : 'no-cache', path)
  }
})

test('a file of unknown type is an error when the console is opened', async () => {
  const files = new Map([['main.wasm', '']])
  await assert.rejects(
    openConsoleFiles(() => ({ files, preload: [], debuggerPreload: { en: [], 'zh-Hant': [] } })),
    /main\.wasm/,
  )
})

test('what the browser has is not sent again', async () => {
  const [chunk = assert.fail()] = (await everyFile()).filter((path) => /-\w{8}\.js$/.test(path))
  for (const path of ['/console', '/console/main.js', '/console/console.css', chunk]) {
    const first = await latchkey.call('GET', path)
    const tag = first.headers.get('etag') ?? ''
    assert.match(tag, /^"[\w-]{22}"$/)
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

test('all that the sign-in page loads is less than 35 kB, and each page adds less than 15 kB', async () => {
  const { text } = await latchkey.call('GET', '/console')
  const first = ['/console', ...namedIn(text)]
  assert.ok((await bytesOf(first)) < 35_000, `${await bytesOf(first)} bytes`)
  const { later } = importsOf((await latchkey.call('GET', '/console/main.js')).text)
  for (const path of later) {
    const { now } = importsOf((await latchkey.call('GET', path)).text)
    const added = [path, ...now].filter((one) => !first.includes(one))
    assert.ok((await bytesOf(added)) < 15_000, path)
  }
})

async function bytesOf(paths: readonly string[]): Promise<number> {
  let bytes = 0
  for (const path of paths) {
    const headers = { 'accept-encoding': 'gzip' }
    const response = await latchkey.app.edge.request(path, { headers })
    bytes += (await response.arrayBuffer()).byteLength
  }
  return bytes
}

test('HEAD is answered as GET, without the body', async () => {
  for (const path of await everyFile()) {
    const got = await latchkey.call('GET', path)
    const asked = await latchkey.call('HEAD', path)
    assert.deepEqual([asked.status, asked.text], [200, ''], path)
    for (const name of ['etag', 'content-type', 'cache-control', 'vary'])
      assert.equal(asked.headers.get(name), got.headers.get(name), path)
  }
})

for (const path of [
  '/console/main.ts',
  '/console/main.tsx',
  '/console/page-AAAAAAAA.js',
  '/console/page-AAAAAAAA.js.map',
  '/console/chunk.js',
  '/console/files.json',
  '/console/preact-LICENSE',
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

/** The paths of the console that the page names. */
function namedIn(page: string): string[] {
  return [...page.matchAll(/"(\/console\/[^"]+)"/g)].map(([, path = '']) => path)
}

/** The scripts that a script imports: before it runs, and later. */
function importsOf(script: string): { now: string[]; later: string[] } {
  const pathsBy = (pattern: RegExp) => [...script.matchAll(pattern)].map(([, name]) => `/console/${name}`)
  return {
    now: pathsBy(/(?:\bfrom|\bimport)"\.\/([^"]+)"/g),
    later: pathsBy(/\bimport\("\.\/([^"]+)"\)/g),
  }
}

/** Every file that the page names, directly or through scripts. */
async function everyFile(): Promise<string[]> {
  const found = new Set(namedIn((await latchkey.call('GET', '/console')).text))
  // The iteration of a set includes the members that are added during it.
  for (const path of found) {
    if (!path.endsWith('.js')) continue
    const { now, later } = importsOf((await latchkey.call('GET', path)).text)
    for (const next of [...now, ...later]) found.add(next)
  }
  return [...found]
}

function typeOf(path: string): string {
  if (path.endsWith('.css')) return 'text/css'
  return path.endsWith('.svg') ? 'image/svg+xml' : 'text/javascript'
}
