import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { placeApplication } from '../../test/applications.ts'
import { findApplication, findSecrets } from './store.ts'

test('a use that could not be written is written the next time, and the later one counts', async (t) => {
  const house = await openTestApp('sqlite')
  t.after(() => house.close())
  const { db, applications } = house.app
  const [one, other] = [await placeApplication(house), await placeApplication(house)]
  const begun = house.world.now()
  applications.uses.note(one.id, one.secretId)
  applications.uses.note(other.id, other.secretId)
  house.world.advance(1_000)
  const failing = t.mock.method(db, 'transaction', async () => {
    applications.uses.note(one.id)
    throw new Error('the disk is full')
  })
  await assert.rejects(applications.uses.flush(), /the disk is full/)
  failing.mock.restore()
  await applications.uses.flush()
  const usedAt = async (id: string) => [
    (await findApplication(db, id))?.last_used_at,
    (await findSecrets(db, id))[0]?.last_used_at,
  ]
  assert.deepEqual(await usedAt(one.id), [begun + 1_000, begun])
  assert.deepEqual(await usedAt(other.id), [begun, begun])
})
