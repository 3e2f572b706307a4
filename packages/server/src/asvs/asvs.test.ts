import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { proofFault } from '../../test/proof-fault.ts'
import { countRequirements, requirements } from './requirements.ts'

const root = join(import.meta.dirname, '../../../..')

/** How many requirements the standard has of each chapter and level. */
const known: Readonly<Record<string, number>> = {
  'V6 1': 13,
  'V6 2': 22,
  'V6 3': 12,
  'V7 1': 6,
  'V7 2': 12,
  'V7 3': 1,
  'V8 1': 4,
  'V8 2': 3,
  'V8 3': 6,
  'V9 1': 4,
  'V9 2': 3,
  'V10 1': 5,
  'V10 2': 24,
  'V10 3': 7,
}
test('each requirement of V6 to V10 is there once, with its level', () => {
  const counts = countRequirements().map(({ chapter, level, all }) => [`${chapter} ${level}`, all])
  assert.deepEqual(Object.fromEntries(counts), known)
  const ids = requirements.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
})

// The standard's own list is not part of the repository: where it lies beside, ids and levels are held against it.
const list = join(root, '../shared/vectors/asvs/asvs-5.0.0-en.flat.json')
test('ids and levels are those of the standard', {
  skip: !existsSync(list) && 'the list is not here',
}, () => {
  interface Listed {
    readonly requirements: readonly { chapter_id: string; req_id: string; L: string }[]
  }
  const listed = (JSON.parse(readFileSync(list, 'utf8')) as Listed).requirements
    .filter(({ chapter_id: chapter }) => ['V6', 'V7', 'V8', 'V9', 'V10'].includes(chapter))
    .map(({ req_id: id, L: level }) => [id, Number(level)])
  assert.deepEqual(
    requirements.map(({ id, level }) => [id, level]),
    listed,
  )
})

for (const { id, position, proofs, reason } of requirements) {
  test(`what is said of ${id} is there`, () => {
    assert.ok(reason.length > 5)
    if (position === 'met') assert.ok(proofs.length > 0, 'a test proves it')
    for (const proof of proofs) assert.equal(proofFault(proof), undefined)
  })
}
