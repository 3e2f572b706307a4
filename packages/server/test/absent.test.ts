import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from './app.ts'
import { newKey, publicJwk } from './home.ts'
import { engines } from './storages.ts'

// Whoever changes something that belongs to a service, an app, an application or a provider is told that there is none of this
// name, before anything else is said or done; and of those that can be disabled for good, that one has been. One row for each
// operation, and a new one fails until it has its row.

const issuer = 'https://builds.example'
const workload = { issuer, subject: 'repo:octo/lamp' }
const key = { kid: 'two', algorithm: 'ES256', key: publicJwk(newKey()) }

interface Collection {
  readonly code: string
  /** One of these, where to disable one is for good: nothing of it changes any more. */
  readonly make?: object
  /** What says only how things are, of one that was disabled as well. */
  readonly tells?: string
  /** What can be asked of each of them, and with what. */
  readonly operations: Readonly<Record<string, object | undefined>>
}

const collections: Readonly<Record<string, Collection>> = {
  '/v1/services/{id}': {
    code: 'service_not_found',
    operations: {
      'PATCH ': { name: 'other' },
      'POST /disable': undefined,
      'POST /keys/rotate': undefined,
      'POST /keys/{kid}/revoke': undefined,
      'POST /scopes': { scope: 'pages:read', holder_kind: 'devices' },
      'DELETE /scopes?scope=pages:read&holder_kind=devices': undefined,
      'POST /shared-keys': {},
      'DELETE /shared-keys/{kid}': undefined,
      'POST /workloads': workload,
      'DELETE /workloads/{workload}': undefined,
    },
  },
  '/v1/apps/{id}': {
    code: 'app_not_found',
    make: { name: 'partner', user_type: 'customer' },
    tells: 'POST /check-assertion',
    operations: {
      'PATCH ': { name: 'other' },
      'POST /disable': undefined,
      'POST /check-assertion': { assertion: 'a.b.c' },
      'POST /keys': key,
      'POST /keys/{kid}/revoke': undefined,
      'POST /people': { sub: 'ben', user_id: 'usr_1' },
      'DELETE /people/{user}': undefined,
      'POST /refresh-keys': undefined,
    },
  },
  '/v1/applications/{id}': {
    code: 'application_not_found',
    operations: {
      'PATCH ': { name: 'other' },
      'DELETE ': undefined,
      'POST /disable': undefined,
      'POST /enable': undefined,
      'POST /secrets': {},
      'DELETE /secrets/{secret}': undefined,
      'DELETE /streams/{stream}': undefined,
      'POST /streams/{stream}/pause': undefined,
      'POST /streams/{stream}/resume': undefined,
      'POST /workloads': workload,
      'DELETE /workloads/{workload}': undefined,
    },
  },
  '/v1/providers/{key}': {
    code: 'provider_not_found',
    operations: {
      'PATCH ': { name: 'other' },
      'DELETE ': undefined,
      'POST /disable': undefined,
      'POST /enable': undefined,
    },
  },
}

for (const engine of engines) {
  describe(`what is not there, on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    before(async () => {
      app = await openTestApp(engine)
      admin = await app.signedIn('admin', 'administrator')
    })
    after(() => app.close())

    const ask = (collection: string, operation: string, id: string, body: object | undefined) => {
      const [method = '', below = ''] = operation.split(' ')
      const path = collection.replace(/\{\w+\}/, id) + below.replace(/\{\w+\}/, 'nobody')
      return app.call(method, path, { token: admin.token, ...(body && { body }) })
    }

    for (const [collection, { code, make, tells, operations }] of Object.entries(collections)) {
      test(`has a row for each operation below ${collection}`, () => {
        const served = app.app.routes
          .filter(({ method, path }) => method !== 'GET' && path.startsWith(collection))
          .map(({ method, path }) => `${method} ${path.slice(collection.length)}`)
        const listed = Object.keys(operations).map((operation) => operation.split('?')[0])
        assert.deepEqual(listed.sort(), served.sort())
      })

      for (const [operation, body] of Object.entries(operations)) {
        const [method, below] = operation.split(' ')
        const name = `${method} ${collection}${below}`

        test(`${name}: of one that nobody has made`, async () => {
          const { status, body: said, text } = await ask(collection, operation, 'nobody', body)
          assert.deepEqual([status, said.code], [404, code], text)
        })

        if (!make || operation === tells) continue
        test(`${name}: of one that was disabled`, async () => {
          const list = collection.slice(0, collection.lastIndexOf('/'))
          const sent = { ...make, name: `${operation} ${crypto.randomUUID()}` }
          const made = await app.call('POST', list, { token: admin.token, body: sent })
          assert.equal(made.status, 201, made.text)
          const { id } = made.body
          const disabled = await app.call('POST', `${list}/${id}/disable`, { token: admin.token })
          assert.ok(disabled.status < 300, disabled.text)
          const { status, body: said, text } = await ask(collection, operation, id, body)
          assert.deepEqual([status, said.code], [404, code], text)
        })
      }
    }

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
