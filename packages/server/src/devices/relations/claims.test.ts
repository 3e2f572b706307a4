import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'
import { createApp } from '../../app.ts'
import { readConfig } from '../../config/config.ts'

for (const engine of engines) {
  describe(`claiming a device on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ben: SignedIn
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      ben = await house.signedIn('ben')
    })
    after(() => house.close())

    const claim = (person: { token: string }, body: object) =>
      house.call('POST', '/v1/devices/claims', { token: person.token, body })
    const shownCode = async ({ uid, token }: Lamp): Promise<string> =>
      (await house.call('POST', `/v1/devices/${uid}/claim`, { token: token() })).body.code
    const printedCode = async ({ uid }: Lamp): Promise<string> =>
      (await house.call('POST', `/v1/devices/${uid}/claim`, { token: house.admin.token })).body.code
    /** A person whose token is not over, after the clock was moved. */
    const again = async ({ username, password }: SignedIn) => {
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      return { token: body.access_token as string }
    }

    test('the code that a device shows makes somebody its owner', async () => {
      const lamp = await house.lamp()
      const answer = await claim(ada, { uid: lamp.uid, code: await shownCode(lamp) })
      assert.equal(answer.status, 201)
      assert.equal(answer.body.relation, 'owner')
      assert.equal(answer.body.state, 'bound')
      await house.written({ event: 'device.bind', outcome: 'success', target: lamp.uid })
    })

    test('the uid may be typed in capitals, with O for 0', async () => {
      const lamp = await house.lamp()
      const typed = lamp.uid.toUpperCase().replaceAll('0', 'O')
      const answer = await claim(ada, { uid: typed, code: await shownCode(lamp) })
      assert.equal(answer.status, 201)
      assert.equal(answer.body.uid, lamp.uid)
    })

    const refused: readonly {
      name: string
      attempt: (lamp: Lamp) => Promise<{ uid: string; code: string }>
    }[] = [
      { name: 'no code', attempt: async ({ uid }) => ({ uid, code: '-' }) },
      {
        name: 'a code that nobody was given',
        attempt: async (lamp) => {
          await shownCode(lamp)
          return { uid: lamp.uid, code: `lk_claim_${'A'.repeat(49)}` }
        },
      },
      {
        name: 'a code with one wrong character',
        attempt: async (lamp) => ({
          uid: lamp.uid,
          code: (await shownCode(lamp)).replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
        }),
      },
      {
        name: 'the code of another device',
        attempt: async (lamp) => ({ uid: lamp.uid, code: await shownCode(await house.lamp()) }),
      },
      {
        name: 'the code of the device, for another uid',
        attempt: async (lamp) => ({ uid: (await house.lamp()).uid, code: await shownCode(lamp) }),
      },
      {
        name: 'a code that was replaced by a newer one',
        attempt: async (lamp) => {
          const code = await shownCode(lamp)
          await shownCode(lamp)
          return { uid: lamp.uid, code }
        },
      },
      {
        name: 'a code that was used',
        attempt: async (lamp) => {
          const code = await shownCode(lamp)
          await claim(ben, { uid: lamp.uid, code })
          return { uid: lamp.uid, code }
        },
      },
      {
        name: 'a code that was used, after the device was given up',
        attempt: async (lamp) => {
          const code = await shownCode(lamp)
          await claim(ben, { uid: lamp.uid, code })
          await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ben.token })
          return { uid: lamp.uid, code }
        },
      },
      {
        name: 'a code that was replaced by a newer one, after that was used and the device given up',
        attempt: async (lamp) => {
          const code = await shownCode(lamp)
          await claim(ben, { uid: lamp.uid, code: await shownCode(lamp) })
          await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ben.token })
          return { uid: lamp.uid, code }
        },
      },
      {
        name: 'of codes that were asked for at once, all but one',
        attempt: async (lamp) => {
          const codes = await Promise.all(Array.from({ length: 8 }, () => shownCode(lamp)))
          const answers = await Promise.all(codes.map((code) => claim(ben, { uid: lamp.uid, code })))
          assert.equal(answers.filter(({ status }) => status === 201).length, 1)
          await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ben.token })
          const left = codes.find((_, at) => answers[at]?.status !== 201)
          return { uid: lamp.uid, code: left ?? '' }
        },
      },
      { name: 'a uid that is none', attempt: async (lamp) => ({ uid: 'x', code: await shownCode(lamp) }) },
    ]
    for (const { name, attempt } of refused) {
      test(`a claim is refused, in the same words: ${name}`, async () => {
        const answer = await claim(ada, await attempt(await house.lamp()))
        assert.equal(answer.status, 400)
        assert.equal(answer.body.code, 'claim_invalid')
        assert.equal(answer.body.detail, 'this code does not fit this device, was used, or is over')
      })
    }

    test('a device that has an owner gives no code, to itself or to its maker', async () => {
      const lamp = await house.lampOf(ada)
      for (const token of [lamp.token(), house.admin.token]) {
        const answer = await house.call('POST', `/v1/devices/${lamp.uid}/claim`, { token })
        assert.equal(answer.body.code, 'device_bound')
      }
      await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ada.token })
    })

    test('a person gets no code for a device by themselves', async () => {
      const lamp = await house.lamp()
      const answer = await house.call('POST', `/v1/devices/${lamp.uid}/claim`, { token: ada.token })
      assert.equal(answer.body.code, 'permission_missing')
    })

    test('a device does not claim another', async () => {
      const lamp = await house.lamp()
      const other = await house.lamp()
      const answer = await claim({ token: other.token() }, { uid: lamp.uid, code: await shownCode(lamp) })
      assert.ok(['kind_not_allowed', 'permission_missing'].includes(answer.body.code))
    })

    test('a printed code waits until the device is connected', async () => {
      const lamp = await house.lamp()
      const code = await printedCode(lamp)
      assert.equal((await claim(ada, { uid: lamp.uid, code })).body.code, 'device_unconfirmed')
      const client = await lamp.connect()
      assert.equal((await claim(ada, { uid: lamp.uid, code })).status, 201)
      await client.end()
    })

    test('a person with the uid as client id does not make a device count as connected', async () => {
      const lamp = await house.lamp()
      const code = await printedCode(lamp)
      await assert.rejects(house.app5(ada, { clientId: lamp.uid }))
      assert.equal((await claim(ada, { uid: lamp.uid, code })).body.code, 'device_unconfirmed')
    })

    test('the code that a device shows is over after ten minutes; a printed one is not', async () => {
      const lamp = await house.lamp()
      const code = await shownCode(lamp)
      const printed = await house.lamp()
      const printedEarlier = await printedCode(printed)
      house.world.advance(10 * 60_000)
      const late = await again(ada)
      assert.equal((await claim(late, { uid: lamp.uid, code })).body.code, 'claim_invalid')
      const client = await printed.connect()
      assert.equal((await claim(late, { uid: printed.uid, code: printedEarlier })).status, 201)
      await client.end()
    })
  })

  describe(`a device that changes hands on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ben: SignedIn
    let cleo: SignedIn
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      ben = await house.signedIn('ben')
      cleo = await house.signedIn('cleo')
    })
    after(() => house.close())

    test('of 64 claims at once, by two servers on one database, one succeeds', async () => {
      const db = await house.storage.open()
      const config = readConfig({ LATCHKEY_DATA: house.storage.at.directory }, 'development')
      const second = await createApp({ config, db, log: house.log, world: house.world })
      const claimAt = async (app: typeof second, token: string, body: object) => {
        const request = new Request(`${config.issuer}/v1/devices/claims`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        return (await app.edge.fetch(request)).status
      }
      for (let round = 0; round < 5; round += 1) {
        const lamp = await house.lamp()
        const { body } = await house.call('POST', `/v1/devices/${lamp.uid}/claim`, { token: lamp.token() })
        const statuses = await Promise.all(
          Array.from({ length: 64 }, (_, index) =>
            claimAt(index % 2 ? second : house.app, (index % 3 ? ada : ben).token, {
              uid: lamp.uid,
              code: body.code,
            }),
          ),
        )
        assert.equal(statuses.filter((status) => status === 201).length, 1)
        assert.equal(statuses.filter((status) => status === 400).length, 63)
        const owners = await house.app.db.query('SELECT subject FROM relations WHERE uid = $1', lamp.uid)
        assert.equal(owners.length, 1)
      }
      assert.deepEqual(house.log.errors, [])
      await second.stop()
    })

    // Identifiers run ahead of a clock that was set back by less than a second.
    for (const { name, move } of [
      { name: 'while the clock goes on', move: 1 },
      { name: 'while the clock stands', move: 0 },
      { name: 'though the clock is set back', move: -400 },
    ])
      test(`the next owner sees nothing of the one before, and no share goes on, ${name}`, async () => {
        const lamp = await house.lampOf(ada)
        const path = `/v1/devices/${lamp.uid}`
        await house.call('POST', `${path}/shares`, {
          token: ada.token,
          body: { username: 'cleo', relation: 'controller' },
        })
        await house.call('POST', `${path}/telemetry`, { token: lamp.token(), body: { room: 'of ada' } })
        await house.call('POST', `${path}/logs`, { token: lamp.token(), body: { message: 'of ada' } })
        await house.call('PATCH', `${path}/state`, {
          token: ada.token,
          body: { desired: { scene: 'of ada' } },
        })
        await house.call('PATCH', `${path}/state`, {
          token: lamp.token(),
          body: { reported: { scene: 'of ada' } },
        })
        house.world.advance(move)
        assert.equal((await house.call('DELETE', `${path}/claim`, { token: ada.token })).status, 204)
        await house.call('POST', `${path}/telemetry`, { token: lamp.token(), body: { room: 'of nobody' } })
        house.world.advance(move)
        for (const { token } of [ada, cleo]) {
          assert.equal(
            (await house.call('GET', `${path}/telemetry`, { token })).body.code,
            'device_not_found',
          )
        }
        await house.claim(ben, lamp)
        for (const list of ['telemetry', 'logs', 'shares']) {
          const { body } = await house.call('GET', `${path}/${list}`, { token: ben.token })
          assert.deepEqual(body, { items: [], next: null }, list)
        }
        const { body } = await house.call('GET', `${path}/state`, { token: ben.token })
        assert.deepEqual([body.reported, body.desired], [{}, {}])
        for (const { token } of [ada, cleo]) {
          assert.equal(
            (await house.call('GET', `${path}/telemetry`, { token })).body.code,
            'device_not_found',
          )
          assert.ok(!(await house.call('GET', '/v1/devices?limit=200', { token })).text.includes(lamp.uid))
        }
        assert.doesNotMatch(JSON.stringify(body), /of ada/)
      })

    test('a device is given up once, and by its owner alone', async () => {
      const lamp = await house.lampOf(ada)
      const path = `/v1/devices/${lamp.uid}/claim`
      assert.equal((await house.call('DELETE', path, { token: ben.token })).body.code, 'device_not_found')
      assert.equal(
        (await house.call('DELETE', path, { token: house.admin.token })).body.code,
        'device_not_found',
      )
      const twice = await Promise.all([1, 2].map(() => house.call('DELETE', path, { token: ada.token })))
      assert.deepEqual(twice.map(({ status }) => status).sort(), [204, 404])
    })

    test('whatever is asked at the moment of giving up, no relation outlives it', async () => {
      for (let round = 0; round < 8; round += 1) {
        const lamp = await house.lampOf(ada)
        const path = `/v1/devices/${lamp.uid}`
        const share = (username: string) =>
          house.call('POST', `${path}/shares`, { token: ada.token, body: { username, relation: 'viewer' } })
        await Promise.all([
          share('ben'),
          house.call('PATCH', `${path}/state`, { token: ada.token, body: { desired: { a: 1 } } }),
          house.call('DELETE', `${path}/claim`, { token: ada.token }),
          share('cleo'),
          house.call('PATCH', `${path}/state`, { token: ada.token, body: { desired: { b: 2 } } }),
        ])
        assert.deepEqual(
          await house.app.db.query('SELECT subject FROM relations WHERE uid = $1', lamp.uid),
          [],
        )
        assert.deepEqual(
          await house.app.db.query('SELECT desired FROM device_states WHERE uid = $1', lamp.uid),
          [],
        )
      }
      assert.deepEqual(house.log.errors, [])
    })
  })
}
