import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  changedIn,
  isContested,
  openFields,
  type ProfileChange,
  type ProfileFields,
} from './profile-change.ts'

const seen: ProfileFields = { display_name: 'Ada', user_type: 'customer' }

for (const [name, given, changed] of [
  ['nothing', {}, {}],
  ['a name', { display_name: 'Ada L.' }, { display_name: 'Ada L.' }],
  ['a name that was taken away', { display_name: null }, { display_name: null }],
  ['both', { display_name: null, user_type: 'guest' }, { display_name: null, user_type: 'guest' }],
] as const) {
  test(`what is sent is ${name}`, () => assert.deepEqual(changedIn(seen, { ...seen, ...given }), changed))
}

const conflicts: readonly [
  string,
  ProfileChange,
  Partial<ProfileFields>,
  readonly string[],
  readonly string[],
][] = [
  [
    'the field that both have changed',
    { display_name: 'A' },
    { display_name: 'B' },
    ['display_name'],
    ['display_name'],
  ],
  [
    'my field, where the other has changed another',
    { display_name: 'A' },
    { user_type: 'guest' },
    ['display_name'],
    [],
  ],
  ['nothing, where both want the same', { display_name: 'A' }, { display_name: 'A' }, [], []],
  [
    'each field by itself',
    { display_name: 'A', user_type: 'guest' },
    { user_type: 'clerk' },
    ['display_name', 'user_type'],
    ['user_type'],
  ],
]
for (const [name, mine, change, open, contested] of conflicts) {
  test(`somebody is asked about ${name}`, () => {
    const theirs = { ...seen, ...change }
    const asked = openFields(mine, theirs)
    assert.deepEqual(asked, open)
    assert.deepEqual(
      asked.filter((field) => isContested(seen, theirs, field)),
      contested,
    )
  })
}
