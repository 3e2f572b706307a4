import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, unlessRefused } from './errors.ts'

const refused = new Refusal('link_invalid', 'this link is over')
const failing = (error: unknown) => async (): Promise<string> => {
  throw error
}

test('what is not refused is given', async () => {
  assert.equal(await unlessRefused(async () => 'given', { link_invalid: () => 'over' }), 'given')
  assert.equal(await unlessRefused(async () => undefined, { link_invalid: () => 'over' }), undefined)
})

test('what is refused with the code has its answer, which is told the refusal', async () => {
  assert.equal(
    await unlessRefused(failing(refused), { link_invalid: ({ message }) => message }),
    refused.message,
  )
  assert.equal(await unlessRefused(failing(refused), { link_invalid: () => undefined }), undefined)
  assert.equal(await unlessRefused(failing(refused), { link_invalid: async () => 'later' }), 'later')
})

for (const [name, error] of [
  ['a refusal with another code', new Refusal('user_exists', 'a user of this name exists')],
  ['a storage that fails', Object.assign(new Error('disk'), { code: 'EIO' })],
  ['an error that looks like a refusal', Object.assign(new Error('x'), { code: 'link_invalid' })],
  ['nothing at all', undefined],
] as const) {
  test(`${name} stays a failure`, async () => {
    const asking = unlessRefused(failing(error), { link_invalid: () => 'over' })
    await assert.rejects(asking, (thrown) => thrown === error)
  })
}

test('an answer that fails is a failure', async () => {
  const other = new Error('in the answer')
  const asking = unlessRefused(failing(refused), { link_invalid: failing(other) })
  await assert.rejects(asking, other)
})
