import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'
import { disableUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'

for (const engine of engines) {
  describe(`a share on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ben: SignedIn
    let gone: SignedIn
    let lamp: Lamp
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      ben = await house.signedIn('ben')
      gone = await house.signedIn('gone')
      await disableUser(house.app, operator, gone.id)
      lamp = await house.lampOf(ada)
    })
    after(() => house.close())

    const at = (ms: number) => new Date(house.world.now() + ms).toISOString()
    const share = (body: object) =>
      house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation: 'viewer', ...body },
      })
    const listed = async () => {
      const { body } = await house.call('GET', `/v1/devices/${lamp.uid}/shares`, { token: ada.token })
      return body.items
    }

    test('makes nobody the owner, who is so from the moment of the binding on', async () => {
      const boundAt = house.world.now()
      const { uid } = await house.lampOf(ada)
      const other = await house.lampOf(ada)
      await house.call('POST', `/v1/devices/${uid}/shares`, {
        ...{ token: ada.token, body: { username: 'ben', relation: 'controller' } },
      })
      const { ownsDevice } = house.app.proof.ground
      assert.equal(await ownsDevice(uid, ada.id, boundAt), true)
      assert.equal(await ownsDevice(uid, ada.id, boundAt - 1), false)
      assert.equal(await ownsDevice(uid, ben.id, boundAt), false)
      await house.call('DELETE', `/v1/devices/${uid}/claim`, { token: ada.token })
      assert.equal(await ownsDevice(uid, ada.id, boundAt), false)
      assert.equal(await ownsDevice(other.uid, ada.id, boundAt), true)
    })

    for (const { name, body, status, code } of [
      {
        name: 'until a moment that is past',
        body: () => ({ until: at(-1) }),
        status: 400,
        code: 'request_invalid',
      },
      { name: 'until now', body: () => ({ until: at(0) }), status: 400, code: 'request_invalid' },
      {
        name: 'with somebody who may not sign in',
        body: () => ({ username: 'gone' }),
        status: 404,
        code: 'user_not_found',
      },
      { name: 'with nobody', body: () => ({ username: 'nobody' }), status: 404, code: 'user_not_found' },
      { name: 'with the owner', body: () => ({ username: 'ada' }), status: 409, code: 'device_bound' },
    ]) {
      test(`is refused ${name}`, async () => {
        const answer = await share(body())
        assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text)
        assert.deepEqual(await listed(), [])
      })
    }

    test('is listed for as long as it lasts, and then no more', async () => {
      assert.equal((await share({ until: at(1_000) })).status, 201)
      assert.equal((await listed()).length, 1)
      house.world.advance(999)
      assert.equal((await listed()).length, 1)
      house.world.advance(1)
      assert.deepEqual(await listed(), [])
      assert.equal((await house.call('GET', `/v1/devices/${lamp.uid}`, { token: ben.token })).status, 404)
    })
  })
}
