import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../src/client/index.ts'
import { topicsOf } from '../src/device/index.ts'
import { comparableUrl } from '../src/dpop/proof.ts'
import { createGuard } from '../src/guard/adapters/node.ts'
import { credentialCookie } from '../src/guard/authenticators/cookie.ts'
import { apiKey } from '../src/guard/index.ts'
import { quotable } from '../src/guard/refusal.ts'

/** What takes a text by a pattern: `good`, and no text that only has a good one in it. */
interface Row {
  readonly name: string
  /** Gives undefined, or throws a TypeError, where it does not take the text. */
  readonly read: (text: string) => unknown
  readonly good: string
  readonly strange?: readonly string[]
}

const strange = ['\n', '\0', 'é', '"', ' ']
const issuer = 'https://id.example.com'
const guarded = (more: object) => createGuard({ issuer, audience: 'a', ...more })
const secret = { secret: new Uint8Array(32).fill(7), audience: 'https://api.example.com' }

const rows: readonly Row[] = [
  {
    name: 'the id of a client',
    read: (clientId) => createClient({ issuer, clientId }).close() ?? true,
    good: 'shop',
  },
  { name: 'a uid in a topic', read: topicsOf, good: 'lamp1', strange: [...strange, '/', '+', '#'] },
  {
    name: 'a stream in a topic',
    read: (text) => topicsOf('lamp1').telemetryOf(text),
    good: 'power',
    strange: [...strange, '/', '+', '#'],
  },
  {
    name: 'a URL that is compared',
    read: comparableUrl,
    good: 'https://a.example/b',
    strange: ['\n', ' ', '\\', '\0'],
  },
  {
    name: 'what stands between quotes',
    read: (text) => quotable('realm', text),
    good: 'api',
    strange: ['\n', '\0', 'é', '"', '\\'],
  },
  { name: 'the header of a key', read: (header) => apiKey({ find: () => undefined, header }), good: 'x-key' },
  {
    name: 'the name of a cookie',
    read: (name) => credentialCookie(name, false),
    good: '__Host-at',
    strange: [...strange, ';', '='],
  },
  {
    name: 'the name of a service',
    read: (ownKeys) => guarded({ ownKeys }).close() ?? true,
    good: 'shop',
    strange: ['\n', '\0', 'é', ' '],
  },
  {
    name: 'a scope of a policy',
    read: (scope) => createGuard(secret).required({ scope }),
    good: 'devices:view',
  },
  {
    name: 'a scope of the metadata',
    read: (scope) => createGuard(secret).metadata({ scopesSupported: [scope] }),
    good: 'devices:view',
  },
]

for (const { name, read, good, strange: around = strange } of rows) {
  const isTaken = (text: string) => {
    try {
      return read(text) !== undefined
    } catch (error) {
      assert.ok(error instanceof TypeError, String(error))
      return false
    }
  }
  test(`${name} is read whole: nothing stands before it or behind it`, () => {
    assert.equal(isTaken(good), true, good)
    for (const one of around) {
      assert.equal(isTaken(one + good), false, JSON.stringify(one + good))
      assert.equal(isTaken(good + one), false, JSON.stringify(good + one))
    }
  })
}
