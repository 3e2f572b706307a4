import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { openTestApp, type TestApp } from '../../test/app.ts'

/** More by hand: LATCHKEY_TEST_FUZZ=500000 */
const cases = Number(process.env.LATCHKEY_TEST_FUZZ ?? 10_000)

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW']
/** Text that programs trip over, beside what is random. */
const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '\u202e',
    '\ud800',
    'ﷺ',
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e999',
    "'; --",
    '<b>',
  ],
  ...[
    '%00',
    '../..',
    '9'.repeat(20),
    'x'.repeat(2000),
    'usr_',
    'rev_zzzzzzzzzzzzzzzzzzzzzzzzzz',
    '9999-12-31T23:59:59Z',
  ],
  ...[
    '2026-01-15T12:00:00Z',
    'ada',
    'customer',
    'lk_rt_',
    'a.b.c',
    'eyJhbGciOiJub25lIn0.e30.',
    '*',
    '+/#',
    '$share/a/b',
  ],
)
const text = fc.oneof(nasty, fc.string({ maxLength: 40 }))
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.array(text, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.constantFrom(null, true, -0, 1e308, 2 ** 53, [], {}, [[]], { a: { a: { a: 1 } } }),
)

/** What a field may well hold, so that some requests are right in every respect and get to the very end. */
const sensible: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  username: fc.uuid(),
  name: fc.stringMatching(/^[a-z][a-z0-9-]{3,20}$/),
  user_type: fc.constant('customer'),
  permissions: fc.constant([]),
  scopes: fc.constant([]),
  display_name: fc.constant('Ada'),
  description: fc.constant('for a test'),
  label: fc.constant('A label'),
  kind: fc.constant('text'),
  product: fc.constant('lamp'),
  // Of a device, or of an attribute.
  key: fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9_]{3,20}$/),
    fc.constant(0).map(() => ({ ...toJwk(publicKeyOf(generateKey('EdDSA'))) })),
  ),
}

describe('whatever is sent', () => {
  let app: TestApp
  let tokens: (string | undefined)[]
  before(async () => {
    app = await openTestApp('sqlite')
    const [admin, person] = [await app.signedIn('root', 'administrator'), await app.signedIn('ada')]
    tokens = [undefined, undefined, 'garbage', admin.token, admin.token, person.token]
  })
  after(() => app.close())

  /** Every route has the same chance, with the fields it knows among those it does not. */
  function anyRequest() {
    // What makes keys or pages is left to the tests that are about it; who signs out gets no further.
    const left = ['/v1/keys/rotate', '/openapi.json', '/docs', '/v1/logout']
    const routes = app.app.routes.filter(({ path }) => !left.includes(path))
    const requests = routes.map((route) => {
      const fieldsOf = (schema: unknown) =>
        Object.keys((schema as { entries?: object } | undefined)?.entries ?? {})
      const names = (schema: unknown) => fc.oneof(fc.constantFrom('x', ...fieldsOf(schema)), text)
      const fields = fc.dictionary(names(route.body), value, { maxKeys: 6 })
      const whole = fc.record(Object.fromEntries(fieldsOf(route.body).map((name) => [name, value])), {
        requiredKeys: [],
      })
      const right = fc.record(
        Object.fromEntries(
          fieldsOf(route.body).flatMap((name) => (sensible[name] ? [[name, sensible[name]] as const] : [])),
        ),
      )
      const mediaType = route.bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
      return fc.record({
        method: fc.oneof({ weight: 6, arbitrary: fc.constant(route.method) }, fc.constantFrom(...methods)),
        path: fc.oneof(
          {
            weight: 8,
            arbitrary: fc
              .array(text, { minLength: 3, maxLength: 3 })
              .map((values) => fill(route.path, values)),
          },
          fc.webPath(),
        ),
        query: fc.array(fc.tuple(names(route.query), text), { maxLength: 3 }),
        token: fc.nat(tokens.length - 1),
        scheme: fc.oneof({ weight: 9, arbitrary: fc.constant('Bearer') }, fc.constant('DPoP')),
        type: fc.oneof(
          { weight: 6, arbitrary: fc.constant(mediaType) },
          fc.constantFrom(
            'application/json; charset=x',
            'application/x-www-form-urlencoded',
            'text/html',
            '',
          ),
        ),
        body: fc.oneof(
          { weight: 9, arbitrary: whole.map((object) => JSON.stringify(object)) },
          { weight: 3, arbitrary: fields.map((object) => JSON.stringify(object)) },
          { weight: 5, arbitrary: right.map((object) => JSON.stringify(object)) },
          value.map((any) => JSON.stringify(any) ?? ''),
          fc.array(fc.tuple(names(route.body), text)).map((pairs) => new URLSearchParams(pairs).toString()),
          fc.uint8Array({ maxLength: 50 }),
        ),
        headers: fc.dictionary(
          fc.constantFrom(
            'accept-language',
            'origin',
            'last-event-id',
            'x-forwarded-for',
            'content-length',
            'if-match',
            'content-encoding',
            'dpop',
          ),
          fc.oneof(
            fc.string({ maxLength: 30 }),
            fc.constantFrom('*', '-1', 'rev_0000000000000000000000zzzz', 'zh;q=9, en;q='),
          ),
          { maxKeys: 2 },
        ),
        authorization: fc.oneof(
          { weight: 9, arbitrary: fc.constant(undefined) },
          fc.string({ maxLength: 30 }),
        ),
      })
    })
    return fc.oneof(...requests)
  }

  function fill(path: string, values: readonly string[]): string {
    let next = 0
    return path.replaceAll(/\{\w+\}/g, () => encodeURIComponent((values[next++] ?? '').toWellFormed()) || 'x')
  }

  test(`in ${cases} cases nothing is answered as a bug, and nothing is logged as one`, async () => {
    const seen = new Set<number>()
    const property = fc.asyncProperty(anyRequest(), async (sent) => {
      const headers = new Headers()
      for (const [name, content] of Object.entries(sent.headers))
        headers.set(name, content.replaceAll(/[^\x20-\x7e]/g, '').trim())
      if (sent.type !== '') headers.set('content-type', sent.type)
      const token = tokens[sent.token]
      if (sent.authorization !== undefined)
        headers.set('authorization', sent.authorization.replaceAll(/[^\x20-\x7e]/g, '').trim())
      else if (token !== undefined) headers.set('authorization', `${sent.scheme} ${token}`)
      const query = new URLSearchParams(sent.query)
      const url = URL.parse(`${sent.path}?${query}`, 'http://127.0.0.1:8484')
      fc.pre(url !== null)
      const leave = new AbortController()
      const takesBody = sent.method !== 'GET' && sent.method !== 'HEAD'
      const body = typeof sent.body === 'string' ? sent.body : new Uint8Array(sent.body)
      const request = new Request(url, {
        method: sent.method,
        headers,
        signal: leave.signal,
        ...(takesBody && { body }),
      })
      const answer = await app.app.edge.fetch(request)
      seen.add(answer.status)
      const inDiagnosis = () => `${sent.method} ${url} ${answer.status}: ${app.log.lines.join('\n')}`
      // 503 is told under load, 504 by a device that does not answer.
      assert.ok(answer.status < 500 || [501, 503, 504].includes(answer.status), inDiagnosis())
      assert.equal(app.log.errors.length, 0, inDiagnosis())
      if (answer.headers.get('content-type') === 'text/event-stream') leave.abort()
      await answer.body?.cancel()
    })
    await fc.assert(property, { numRuns: cases, endOnFailure: true })
    // It has got past the edge, too, rather than being refused at the door each time.
    for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 415])
      assert.ok(seen.has(status), `no ${status}`)
  })
})
