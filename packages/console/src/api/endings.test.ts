import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { endings } from './endings.ts'

// No act that ends something goes without saying what it does: such an operation takes a `Confirmed`, which elements/confirm.tsx
// alone makes. These tests hold what the types cannot: that somebody decided of each operation whether it ends something.

/** What pages call beside reading, and what ends nothing. A form that takes something away says so in its fields. */
const endsNothing = [
  'PATCH /v1/activity/searches/{id}',
  'PATCH /v1/alarm-rules/{name}',
  'PATCH /v1/applications/{id}',
  'PATCH /v1/apps/{id}',
  'PATCH /v1/attributes/{key}',
  'PATCH /v1/me/attributes',
  'PATCH /v1/me/passkeys/{id}',
  'PATCH /v1/providers/{key}',
  'PATCH /v1/services/{id}',
  'PATCH /v1/user-types/{name}',
  'PATCH /v1/user-types/{name}/sign-in',
  'PATCH /v1/users/{id}',
  'PATCH /v1/users/{id}/attributes',
  'POST /v1/activity/backups',
  'POST /v1/activity/searches',
  'PATCH /v1/webhooks/{id}',
  'POST /v1/alarm-rules',
  'POST /v1/alarm-silences',
  // What it told of goes on, and opens another one.
  'POST /v1/alarms/{id}/acknowledge',
  'POST /v1/alarms/{id}/close',
  'POST /v1/api-keys',
  'POST /v1/applications',
  'POST /v1/applications/{id}/enable',
  // What it would be told of waits.
  'POST /v1/applications/{id}/streams/{stream}/pause',
  'POST /v1/applications/{id}/streams/{stream}/resume',
  'POST /v1/applications/{id}/workloads',
  'POST /v1/apps',
  'POST /v1/apps/{id}/check-assertion',
  'POST /v1/apps/{id}/keys',
  'POST /v1/apps/{id}/people',
  // What its partner has ended, it has ended.
  'POST /v1/apps/{id}/refresh-keys',
  'POST /v1/attributes',
  'POST /v1/devices/claims',
  'POST /v1/devices/{uid}/commands/{method}',
  'POST /v1/devices/{uid}/shares',
  'POST /v1/jobs/{name}/run',
  // The bar that says as whom one acts, and ends that alone.
  'POST /v1/logout',
  'POST /v1/me/addresses',
  'POST /v1/me/addresses/{address}/make-primary',
  'POST /v1/me/addresses/{address}/send-proof',
  'POST /v1/me/approvals/{id}/allow',
  'POST /v1/me/approvals/{id}/deny',
  'POST /v1/me/approvals/{id}/options',
  'POST /v1/me/data',
  'POST /v1/me/factors/authenticator',
  'POST /v1/me/factors/authenticator/confirm',
  'POST /v1/me/identities',
  'POST /v1/me/passkeys',
  'POST /v1/me/passkeys/options',
  'POST /v1/me/password',
  'POST /v1/providers',
  'POST /v1/providers/{key}/enable',
  'POST /v1/services',
  'POST /v1/services/{id}/scopes',
  'POST /v1/services/{id}/workloads',
  'POST /v1/user-types',
  'POST /v1/users',
  'POST /v1/users/{id}/act-as',
  'POST /v1/users/{id}/addresses',
  'POST /v1/users/{id}/addresses/{address}/make-primary',
  'POST /v1/users/{id}/addresses/{address}/send-proof',
  'POST /v1/users/{id}/data',
  'POST /v1/users/{id}/enable',
  'POST /v1/users/{id}/grants',
  'POST /v1/users/{id}/recover',
  'POST /v1/users/{id}/undelete',
  'POST /v1/users/{id}/unlock',
  'POST /v1/webhooks',
  'POST /v1/webhooks/{id}/deliveries/{delivery}/replay',
  'POST /v1/webhooks/{id}/replay',
  'POST /v1/webhooks/{id}/test',
  'PUT /v1/user-types/{name}/second-factor',
]

const folder = resolve(import.meta.dirname, '..')
const sources = globSync('**/*.{ts,tsx}', { cwd: folder })
  .filter((file) => !file.endsWith('.test.ts') && file !== 'api/operations.ts')
  .map((file) => ({ file, text: readFileSync(resolve(folder, file), 'utf8') }))

test('of every operation that a page calls, it is known whether it ends something', () => {
  const called = new Set<string>()
  for (const { text } of sources) {
    for (const [, name = ''] of text.matchAll(/api\s*\.(?:call|file|follow)\(\s*['`](\w+ [^'`]+)['`]/g)) {
      if (!name.startsWith('GET ')) called.add(name)
    }
  }
  assert.deepEqual([...called].sort(), endsNothing.toSorted())
})

test('nothing both ends something and ends nothing', () => {
  const both = endings.filter((name) => endsNothing.includes(name))
  assert.deepEqual(both, [])
  assert.deepEqual(
    endsNothing.filter((name) => name.startsWith('DELETE ')),
    [],
  )
})

for (const { what, pattern, files } of [
  { what: 'makes the proof', pattern: /as (unknown as )?Confirmed\b/, files: ['elements/confirm.tsx'] },
  {
    what: 'asks for a form that takes something away',
    pattern: /isDangerous(?!\?|\s=|,|\s\?)/,
    files: ['elements/confirm.tsx'],
  },
  {
    what: 'draws a button that takes something away',
    pattern: /class=["{][^>]*danger/,
    files: ['elements/confirm.tsx', 'elements/form.tsx'],
  },
]) {
  test(`only the element that says what an act means ${what}`, () => {
    const found = sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)
    assert.deepEqual(found.sort(), files)
  })
}
