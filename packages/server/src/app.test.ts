import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../test/app.ts'
import { placeApplication } from '../test/applications.ts'
import { openBeside, post } from '../test/second-app.ts'
import { engines } from '../test/storages.ts'
import type { App } from './app.ts'

/** What a process keeps in memory and writes from time to time, so that it has to be written when the process ends. */
interface Kept {
  readonly what: string
  readonly prepare?: (scene: Scene) => Promise<string>
  readonly act: (process: App, prepared: string, scene: Scene) => Promise<unknown>
  /** What others read of it. */
  readonly read: (scene: Scene, prepared: string) => Promise<unknown>
  readonly gives: readonly [before: unknown, after: unknown]
}
interface Scene {
  readonly house: TestApp
  readonly admin: SignedIn
}

const startedAt = Date.UTC(2026, 0, 15, 12)
const address = '203.0.113.9'

const valueIn = async ({ house }: Scene, sql: string, id?: string) => {
  const [row] = await house.app.db.query<{ value: number | null }>(sql, ...(id === undefined ? [] : [id]))
  return row && row.value !== null ? Number(row.value) : null
}

const all: readonly Kept[] = [
  {
    what: 'how often somebody was refused',
    async act({ activity }) {
      const who = { client: { address } }
      const refusal = () => activity.recordRefusal(who, 'access.refuse', undefined, { reason: 'api_key' })
      for (let count = 0; count < 3; count += 1) await refusal()
    },
    read: (scene) => valueIn(scene, "SELECT COUNT(*) AS value FROM activity WHERE reason = 'api_key'"),
    gives: [1, 2],
  },
  {
    what: 'who has fetched the key set',
    act: async ({ keys }) => keys.ground.fetches.note('main', { address }, ['a']),
    read: (scene) => valueIn(scene, 'SELECT COUNT(*) AS value FROM key_set_fetches'),
    gives: [0, 1],
  },
  {
    what: 'when an API key was used',
    async prepare({ house, admin: { token } }) {
      const body = { name: 'a script', scopes: ['users:read'] }
      const made = await house.call('POST', '/v1/api-keys', { token, body })
      assert.equal(made.status, 201, made.text)
      return made.body.key as string
    },
    async act({ edge }, key) {
      const { status } = await edge.request('/v1/users', { headers: { authorization: `Bearer ${key}` } })
      assert.equal(status, 200)
    },
    read: (scene) => valueIn(scene, 'SELECT last_used_at AS value FROM api_keys'),
    gives: [null, startedAt],
  },
  {
    what: 'when an application was used',
    prepare: async ({ house }) => (await placeApplication(house)).id,
    act: async ({ applications }, id) => applications.uses.note(id),
    read: (scene, id) => valueIn(scene, 'SELECT last_used_at AS value FROM applications WHERE id = $1', id),
    gives: [null, startedAt],
  },
  {
    what: 'when the key of a service has signed',
    async prepare({ house, admin: { token } }) {
      const body = { name: 'chat', audience: 'chat', profile: { name: 'ejabberd' } }
      const made = await house.call('POST', '/v1/services', { token, body })
      assert.equal(made.status, 201, made.text)
      return made.body.id as string
    },
    async act(process, _, { admin: { username, password } }) {
      const { status } = await post(process, '/v1/login', { username, password, resource: 'chat' })
      assert.equal(status, 200)
    },
    read: (scene, id) =>
      valueIn(scene, 'SELECT MAX(last_used_at) AS value FROM service_keys WHERE service = $1', id),
    gives: [null, startedAt],
  },
  {
    what: 'that nobody is connected to it any more',
    act: ({ statistics }) => statistics.ground.online.tell(3),
    read: ({ house }) => house.app.statistics.ground.online.now(),
    gives: [3, 0],
  },
  {
    what: 'a checkpoint of what was recorded',
    async act({ proof, activity }) {
      proof.start()
      await activity.recordAlone({ client: { address } }, 'user.sign_in')
    },
    read: (scene) => valueIn(scene, 'SELECT COUNT(*) AS value FROM activity_checkpoints'),
    gives: [0, 1],
  },
]

for (const engine of engines) {
  for (const { what, prepare, act, read, gives } of all) {
    describe(`a process on ${engine}`, () => {
      let scene: Scene
      before(async () => {
        const house = await openTestApp(engine)
        scene = { house, admin: await house.signedIn('root', 'administrator') }
      })
      after(() => scene.house.close())

      test(`that stops leaves ${what}`, async () => {
        const prepared = (await prepare?.(scene)) ?? ''
        const process = await openBeside(scene.house)
        await act(process, prepared, scene)
        const beforeStop = await read(scene, prepared)
        await process.stop()
        assert.deepEqual([beforeStop, await read(scene, prepared)], gives)
        assert.deepEqual(scene.house.log.errors, [])
      })
    })
  }
}
