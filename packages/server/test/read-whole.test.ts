import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readValue } from '../src/accounts/attributes/attribute-value.ts'
import { attributeKey } from '../src/accounts/attributes/attributes.ts'
import { readCode } from '../src/accounts/factors/codes.ts'
import { userTypeName } from '../src/accounts/user-types/user-types.ts'
import { sizeIn } from '../src/activity/proof/checkpoint.ts'
import { parseNote, parseVerifierKey } from '../src/activity/proof/notes.ts'
import { isLoopback } from '../src/addresses/loopback.ts'
import { parseNetwork } from '../src/addresses/networks.ts'
import { keyIdText } from '../src/apps/key-form.ts'
import { readConfig } from '../src/config/config.ts'
import { serverOf } from '../src/database/postgres-url.ts'
import { streamName } from '../src/devices/telemetry/telemetry.ts'
import { newUid, parseUid } from '../src/devices/uid.ts'
import { applicationName } from '../src/http/cookies.ts'
import { ifVersions } from '../src/http/if-match.ts'
import { mailAddress } from '../src/mail-address.ts'
import { audienceText } from '../src/services/registered.ts'
import { keyForm } from '../src/upstream/providers/providers.ts'
import { realWorld } from '../src/world.ts'

/** What reads texts of strangers by a pattern. It takes `good`, and no text that only has a good one in it. */
interface Row {
  readonly name: string
  /** Gives undefined or false, or throws, where it does not take the text. */
  readonly read: (text: string) => unknown
  readonly good: string
  /** What makes it another text wherever it stands. */
  readonly strange?: readonly string[]
  /** The longest that it takes, where its length is a part of the pattern. */
  readonly longest?: string
}

const strange = ['\n', '\0', 'é', '"', ' ']
/** Blanks around the items of a list are left out. */
const strangeInLists = ['\0', 'é', '"']

const setting =
  (name: string, mode: 'development' | 'production' = 'development') =>
  (text: string) =>
    readConfig({ [name]: text }, mode)

const key32 = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64url')
const verifier = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const noteOf = (line: string) => `a text\n\n${line}\n`

const rows: readonly Row[] = [
  {
    name: 'a key of an attribute',
    read: (text) => attributeKey.test(text),
    good: 'floor',
    longest: 'a'.repeat(40),
  },
  {
    name: 'a name of a user type',
    read: (text) => userTypeName.test(text),
    good: 'clerk',
    longest: 'a'.repeat(40),
  },
  {
    name: 'a key of a provider',
    read: (text) => keyForm.test(text),
    good: 'office',
    longest: 'a'.repeat(32),
  },
  { name: 'a kid of an app', read: (text) => keyIdText.test(text), good: 'one', longest: 'a'.repeat(100) },
  {
    name: 'an application',
    read: (text) => applicationName.test(text),
    good: 'shop',
    longest: 'a'.repeat(64),
  },
  {
    name: 'an audience',
    read: (text) => audienceText.test(text),
    good: 'shop',
    strange: strange.filter((one) => one !== '"'),
    longest: 'a'.repeat(200),
  },
  {
    name: 'a stream of telemetry',
    read: (text) => streamName.test(text),
    good: 'power',
    longest: 'a'.repeat(64),
  },
  {
    name: 'a number as text',
    read: (text) => 'stored' in readValue({ kind: 'number', bounds: {}, key: 'a' }, text, true),
    good: '-1.5e3',
    strange: [...strange, 'x', '-'],
  },
  {
    name: 'a day',
    read: (text) => 'stored' in readValue({ kind: 'date', bounds: {}, key: 'a' }, text),
    good: '2026-12-31',
    strange: [...strange, '0'],
  },
  {
    name: 'yes or no as text',
    read: (text) => 'stored' in readValue({ kind: 'yes_no', bounds: {}, key: 'a' }, text, true),
    good: 'false',
  },
  { name: 'a code of an authenticator', read: readCode, good: '123456', strange: ['\0', 'é', '"', '1', 'x'] },
  {
    name: 'the size of a log',
    read: (text) => sizeIn(text) !== undefined,
    good: '10',
    strange: [...strange, 'x'],
  },
  { name: 'a verifier key', read: parseVerifierKey, good: verifier },
  {
    name: 'a line of a signature',
    read: (line) => parseNote(noteOf(line)),
    good: `— a ${Buffer.alloc(68, 1).toString('base64')}`,
    strange: ['\0', 'é', '"', ' ', '— '],
  },
  { name: 'a network', read: parseNetwork, good: '10.0.0.0/8', strange: [...strange, '/'] },
  { name: 'an address of this machine', read: isLoopback, good: '127.0.0.1', strange: [...strange, '.'] },
  { name: 'a uid', read: parseUid, good: newUid('lamp', realWorld) },
  {
    name: 'an address of mail',
    read: mailAddress,
    good: 'ada@example.com',
    strange: ['\n', '\0', '"', ' ', '.', '>'],
  },
  {
    name: 'an entity tag',
    read: (text) => ifVersions(text)?.length !== 0,
    good: '"5"',
    strange: ['\0', 'é', '"', 'x'],
  },
  {
    name: 'the scheme of a database',
    read: (scheme) => serverOf(`${scheme}://a:b@c:1/d`),
    good: 'postgresql',
    strange: ['x', '+'],
  },
  { name: 'a port', read: setting('LATCHKEY_PORT'), good: '8484', strange: ['\0', 'é', '"', 'x', '-'] },
  {
    name: 'a number of seconds',
    read: setting('LATCHKEY_ACCESS_TOKEN_SECONDS'),
    good: '300',
    strange: ['\0', 'é', '"', 'x', '.'],
  },
  { name: 'a master key', read: setting('LATCHKEY_MASTER_KEY'), good: key32, strange: ['\0', 'é', '"', 'A'] },
  {
    name: 'a pepper',
    read: setting('LATCHKEY_PASSWORD_PEPPERS'),
    good: `a=${key32}`,
    strange: strangeInLists,
  },
]

for (const { name, read, good, strange: around = strange, longest } of rows) {
  const isTaken = (text: string) => {
    try {
      const outcome = read(text)
      return outcome !== undefined && outcome !== false
    } catch {
      return false
    }
  }
  test(`${name} is read whole: nothing stands before it or behind it`, () => {
    assert.equal(isTaken(good), true, good)
    for (const one of around) {
      assert.equal(isTaken(one + good), false, JSON.stringify(one + good))
      assert.equal(isTaken(good + one), false, JSON.stringify(good + one))
    }
    if (longest === undefined) return
    assert.deepEqual([isTaken(longest), isTaken(`${longest}a`)], [true, false])
  })
}
