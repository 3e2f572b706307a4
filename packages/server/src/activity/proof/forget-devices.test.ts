import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { operator } from '../../identity.ts'
import { archiveUntil } from '../archive/archive.ts'
import { findPlaced } from '../archive/reading.ts'
import { dayMs } from '../archive/retention.ts'
import { device, type Who } from '../events.ts'
import { parseVerifierKey } from './notes.ts'
import { verifyLog } from './verify.ts'

const earlier = '198.51.100.9'
const archived = '198.51.100.1'
const inTable = '198.51.100.3'
const afterwards = '198.51.100.2'
const others = '198.51.100.4'
const boundAtOnce = '198.51.100.5'
const boundTwice = '198.51.100.6'

for (const engine of engines) {
  describe(`from where the devices of somebody connected on ${engine}`, () => {
    let house: TestApp
    let ada: SignedIn
    let bob: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      ada = await house.signedIn('ada')
      bob = await house.signedIn('bob')
      await bind(bob)
      await connect(earlier)
      await bind(ada)
      await connect(archived)
      await connect(archived, 'refused')
      await connect(others, 'success', 'dev_other')
      await settle()
      house.world.advance(2 * dayMs)
      await archiveUntil(house.app, house.world.now())
      await connect(inTable)
      await bind(ada)
      await connect(boundTwice)
      for (const who of [ada, bob]) await bindNow(who, 'dev_clock')
      await connect(boundAtOnce, 'success', 'dev_clock')
      await house.app.activity.recordAlone(of('dev_lamp'), 'device.disconnect')
      await bind(bob)
      await connect(afterwards)
      await settle()
      await house.app.jobs.runNow(5_000)
      assert.ok((await refusedAddresses()).includes(archived))
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runNow(60_000)
      await settle()
    })
    after(() => house.close())

    const settle = () => house.app.proof.ground.sequencer.settle()
    const of = (uid: string, address?: string): Who => ({
      ...{ subject: uid, subjectKind: 'device' },
      ...(address !== undefined && { client: { address } }),
    })
    const bind = async (who: SignedIn) => {
      house.world.advance(1_000)
      await bindNow(who, 'dev_lamp')
      house.world.advance(1_000)
    }
    const bindNow = (who: SignedIn, uid: string) =>
      house.app.activity.recordAlone({ subject: who.id, subjectKind: 'user' }, 'device.bind', device(uid))
    const connect = (address: string, outcome: 'success' | 'refused' = 'success', uid = 'dev_lamp') =>
      house.app.activity.recordAlone(of(uid, address), 'device.connect', undefined, { outcome })
    const refusedAddresses = async () =>
      (await house.app.db.query<{ address: string }>('SELECT address FROM activity_refusal_addresses')).map(
        ({ address }) => address,
      )
    const all = async () => findPlaced(house.app.db, 0, 10_000)
    const verified = async (sql?: string) => {
      const { subjects, signers } = house.app.proof.ground
      const keys = (await signers.vkeys()).map(parseVerifierKey)
      const undo = new Error('undone')
      let findings: Awaited<ReturnType<typeof verifyLog>>['findings'] = []
      await house.app.db
        .transaction(async (tx) => {
          if (sql !== undefined) await tx.query(sql)
          findings = (await verifyLog({ db: tx, subjects, keys, kept: [] })).findings
          throw undo
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error
        })
      return findings.map(({ kind }) => kind)
    }

    test('is forgotten with them, in the table and in the archive, of their time alone', async () => {
      const addresses = new Set((await all()).map(({ address }) => address))
      for (const address of [archived, inTable, boundTwice, boundAtOnce])
        assert.ok(!addresses.has(address), address)
      for (const address of [earlier, afterwards, others]) assert.ok(addresses.has(address), address)
    })

    test('what else the device did stays, and a region goes with its address', async () => {
      const connects = (await all()).filter(
        ({ event, subject }) => event === 'device.connect' && subject === 'dev_lamp',
      )
      assert.equal(connects.length, 6)
      const forgotten = connects.filter(({ place_proof: proof }) => proof !== null)
      assert.equal(forgotten.length, 4)
      for (const { region, address, who_proof: who } of forgotten)
        assert.deepEqual([region, address, who], [null, null, null])
    })

    test('the log verifies, and says which keys lost places', async () => {
      assert.deepEqual(await verified(), [])
      const records = (await all()).filter(({ event }) => event === 'log.forget')
      assert.equal(records.filter(({ details }) => details?.includes('places_of')).length, 1)
    })

    test('a refused one is in no statistics', async () => {
      assert.ok(!(await refusedAddresses()).includes(archived))
    })

    test('a place that was taken out of the events of another device is found', async () => {
      const found = await verified(
        `UPDATE activity SET address = NULL, region = NULL, place_proof = '999:${'a'.repeat(43)}'
          WHERE subject = 'dev_lamp' AND address = '${afterwards}'`,
      )
      assert.ok(found.includes('forgotten_without_record') || found.includes('event_changed'), found.join())
      assert.ok(found.includes('forgotten_without_record'))
    })

    test('a second run forgets and records nothing more', async () => {
      const count = (await all()).length
      await house.app.jobs.runNow(60_000)
      await settle()
      const more = (await all()).slice(count).filter(({ event }) => event === 'log.forget')
      assert.deepEqual(more, [])
    })
  })
}
