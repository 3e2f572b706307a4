import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { proofDescriptions } from 'latchkey/dpop'
import { problems } from '../../http/problems.ts'
import { reasonCodes } from '../../mqtt/codec/reasons.ts'
import { ownReasons } from './own-reasons.ts'
import { isEventReason, reasons } from './reasons.ts'

const packages = join(import.meta.dirname, '../../../..')
const sources = ['server/src/**/*.ts', 'latchkey/src/token/**/*.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: packages }))
  .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('schema/own-reasons.ts'))
  .map((file) => readFileSync(join(packages, file), 'utf8'))
  .join('\n')
/** Beginnings of reasons that are made of two words. */
const madeOf = [...sources.matchAll(/(?<=[\s(:])`([a-z_]+_)\$\{/g)].map(([, start]) => start!)

for (const [reason, about] of Object.entries(ownReasons)) {
  const stands = sources.includes(`'${reason}'`) || madeOf.some((start) => reason.startsWith(start))
  test(`${reason} is a reason that something gives`, () => assert.ok(stands))
  test(`${reason} is said in a sentence`, () => assert.match(about, /^[A-Z`].*[^.]\.$/))
}

test('one reason is said twice, since it means a claim of a token and one of a device', () => {
  const tables = [ownReasons, problems, proofDescriptions, reasonCodes].map((table) => Object.keys(table))
  assert.deepEqual([...Object.keys(reasons), 'claim_invalid'].sort(), tables.flat().sort())
})

test('a reason says what it means, wherever its words are from', () => {
  assert.deepEqual(
    [reasons.not_related, reasons.account_disabled, reasons.proof_replayed, reasons.disconnect_with_will],
    [
      'The caller has nothing to do with the device.',
      'This account is disabled.',
      'The DPoP proof was used before.',
      'Reason code 0x04 of MQTT 5.',
    ],
  )
})

for (const text of ['', 'pasword_wrong', 'password_wrong ', 'devices:write', 'toString', '__proto__']) {
  test(`${JSON.stringify(text)} is no reason`, () => assert.equal(isEventReason(text), false))
}
