import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import type { OpenApiDocument } from './openapi.ts'

describe('the description of the interface', () => {
  let app: TestApp
  let document: OpenApiDocument
  before(async () => {
    app = await openTestApp('sqlite')
    document = JSON.parse((await app.call('GET', '/openapi.json')).text)
  })
  after(() => app.close())

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        operation,
      })),
    )

  test('holds every route that the edge serves, once, and no other but the pages', () => {
    const described = operations().map(({ method, path }) => `${method} ${path}`)
    const served = app.app.routes
      .filter(({ tag }) => tag !== 'pages')
      .map(({ method, path }) => `${method} ${path}`)
    assert.deepEqual(described.sort(), served.sort())
    assert.equal(new Set(served).size, served.length)
  })

  test('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    assert.ok(references.length > 0)
    for (const reference of references) {
      const [root, ...steps] = reference.split('/')
      assert.equal(root, '#')
      const found = steps.reduce<unknown>(
        (place, step) => (place as Record<string, unknown>)?.[step],
        document,
      )
      assert.ok(found, reference)
    }
  })

  test('gives every parameter of a path as required, and says for whom a route is', () => {
    for (const { path, operation } of operations()) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const given = (operation.parameters ?? []) as {
        name: string
        in: string
        required: boolean
        schema: object
      }[]
      const inPath = given.filter((parameter) => parameter.in === 'path')
      assert.deepEqual(inPath.map(({ name }) => name).sort(), wanted.sort(), path)
      assert.ok(
        inPath.every(({ required }) => required),
        path,
      )
      for (const { schema, name } of given) assert.ok(Object.keys(schema).length > 0, `${path} ${name}`)
      assert.ok(operation.summary.endsWith('.') && operation.tags.length === 1, path)
    }
    const saidOf = (path: string, method: 'get' | 'post') => document.paths[path]?.[method]?.description
    assert.equal(saidOf('/healthz', 'get'), 'Open to anyone.')
    assert.equal(saidOf('/v1/me', 'get'), 'For a user or an API key.')
    assert.equal(
      saidOf('/v1/users', 'post'),
      'For anyone with a valid token, with the permission `users:write`.',
    )
    assert.equal(
      saidOf('/v1/services', 'post'),
      'For anyone with a valid token that is no API key, with the permission `services:write`.',
    )
    const { security } = document.paths['/v1/me']?.get ?? assert.fail()
    assert.deepEqual(security, [{ bearer: [] }, { dpop: [], proof: [] }])
    for (const scheme of security.flatMap(Object.keys))
      assert.ok((document.components.securitySchemes as Record<string, object>)[scheme], scheme)
    assert.deepEqual(document.paths['/healthz']?.get?.security, [])
  })

  test('describes what is sent, before it is transformed: numbers of a query are text, times have a form', () => {
    const query = document.paths['/v1/activity']?.get?.parameters ?? []
    const schemas = Object.fromEntries(
      query.map(({ name, schema }) => [name, schema as Record<string, unknown>]), // JSON Schema
    )
    assert.equal(schemas.limit?.type, 'string')
    assert.equal(schemas.from?.type, 'string')
    // Several values between commas.
    assert.equal(schemas.subject?.maxLength, 1_000)
    assert.deepEqual(schemas.order?.enum, ['newest', 'oldest'])
  })

  test('says what a body must hold, and that it may hold nothing else', () => {
    const body = document.paths['/v1/login']?.post?.requestBody
    const schema = (body?.content['application/json']?.schema ?? {}) as Record<string, unknown> // JSON Schema
    assert.deepEqual(schema.required, ['username', 'password'])
    assert.equal(schema.additionalProperties, false)
    const form = document.paths['/oauth/token']?.post?.requestBody
    assert.deepEqual(Object.keys(form?.content ?? {}), ['application/x-www-form-urlencoded'])
  })

  test('shows the proof of a key where tokens are given, and both types that they have', () => {
    const taking = operations().filter(({ operation }) =>
      (operation.parameters ?? []).some(
        (parameter) => parameter.in === 'header' && parameter.name === 'DPoP',
      ),
    )
    assert.deepEqual(
      taking.map(({ path }) => path),
      [
        ...['/v1/login', '/v1/login/factor', '/v1/login/passkey', '/v1/login/enrol', '/v1/refresh'],
        ...['/oauth/nonce', '/oauth/par', '/oauth/token'],
      ],
    )
    for (const { path, operation } of taking) {
      // These give no token yet, and have to be of whoever began.
      if (['/v1/login/enrol', '/oauth/nonce', '/oauth/par'].includes(path)) continue
      const { content } = operation.responses[200] as unknown as {
        content: { 'application/json': { schema: { properties: { token_type: { enum: string[] } } } } }
      }
      const { token_type } = content['application/json'].schema.properties
      assert.deepEqual(token_type.enum, ['Bearer', 'DPoP'], path)
    }
  })

  test('names each operation once, and each code for which it refuses', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    assert.equal(new Set(ids).size, ids.length)
    for (const { path, operation } of operations()) {
      assert.match(operation.operationId, /^[a-z]\w+$/, path)
      const statuses = Object.keys(operation.responses)
      assert.ok(statuses.some((status) => /^[45]/.test(status)) && statuses.includes('default'), path)
      if (operation.security.length > 0) assert.ok(statuses.includes('401'), path)
      const isText = path.startsWith('/access/')
      if (operation.requestBody)
        for (const status of ['400', '413', ...(isText ? [] : ['415'])])
          assert.ok(statuses.includes(status), path)
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        if (!/^[45]/.test(status) || path === '/readyz' || path.startsWith('/invitations')) continue
        // The standard says what a witness answers (C2SP tlog-witness).
        if (path === '/tlog/add-checkpoint' && content?.['text/plain']) continue
        assert.match(description, /^`\w+`: /, `${path} ${status}`)
        // Only of endpoints does OAuth fix the body of errors; a status list is a document, and userinfo takes a token.
        const isOther = path.startsWith('/oauth/status-lists/') || path === '/oauth/userinfo'
        const isEndpoint = path.startsWith('/oauth/') && !isOther
        // Where people are shown pages, one says why not.
        const isPage = path === '/docs'
        const fixed = isEndpoint ? 'application/json' : isText ? 'text/plain' : isPage && 'text/html'
        assert.deepEqual(
          Object.keys(content ?? {}),
          [fixed || 'application/problem+json'],
          `${path} ${status}`,
        )
      }
    }
  })

  test('is a page too, with every route on it, its body, an example, its answers and refusals', async () => {
    const { status, text } = await app.call('GET', '/docs')
    assert.equal(status, 200)
    for (const { method, path, operation } of operations()) {
      assert.ok(text.includes(`${method} ${path}`), path)
      assert.ok(text.includes(`<details id="${operation.operationId}">`), path)
    }
    const entry = text.slice(text.indexOf('<details id="shareDevice">')).split('</details>')[0] ?? ''
    for (const expected of [
      'username',
      'one of &#34;viewer&#34;, &#34;controller&#34;',
      'curl -X POST ',
      'Authorization: Bearer',
      'device_bound',
      '<code>404</code>',
    ])
      assert.ok(entry.includes(expected), `${expected} is not in ${entry}`)
  })

  test('what the routes answer is what it says', async () => {
    // A few without arguments; the tests of each part see to the rest.
    for (const path of ['/healthz', '/readyz', '/v1/time', '/v1/revocations', '/.well-known/jwks.json'])
      assert.equal((await app.call('GET', path)).status, 200)
  })
})
