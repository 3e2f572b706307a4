import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { putConsent } from '../src/oauth/consents/store.ts'
import { openTestApp, type SignedIn, type TestApp } from './app.ts'
import { placeApplication } from './applications.ts'
import { engines } from './storages.ts'

for (const engine of engines) {
  describe(`lists page by page, on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('admin', 'administrator')
    })
    after(() => house.close())

    const post = async (path: string, body: object) => {
      const answer = await house.call('POST', path, { token: admin.token, body })
      assert.equal(answer.status, 201, answer.text)
    }
    /** Makes three of what is listed. Returns where they are listed. */
    const lists: [name: string, make: () => Promise<string>][] = [
      [
        'apps of other companies',
        async () => {
          for (const name of ['one', 'two', 'three']) await post('/v1/apps', { name })
          return '/v1/apps'
        },
      ],
      [
        'services',
        async () => {
          for (const name of ['one', 'two', 'three']) await post('/v1/services', { name, scopes: [] })
          return '/v1/services'
        },
      ],
      [
        'applications that registered themselves',
        async () => {
          for (const likeness of ['one', 'two', 'three'])
            await placeApplication(house, { made_by: 'registration', likeness })
          return '/v1/registered-applications'
        },
      ],
      [
        'people who let an application in',
        async () => {
          const { id: application } = await placeApplication(house)
          for (const name of ['ada', 'ben', 'cyd']) {
            const { id: user_id } = await house.signedIn(name)
            await house.app.db.transaction((tx) =>
              putConsent(tx, {
                user_id,
                application,
                resource: '',
                scopes: ['openid'],
                details: null,
                given_at: 1,
              }),
            )
          }
          return `/v1/applications/${application}/people`
        },
      ],
    ]
    for (const [name, make] of lists) {
      test(`${name}: each is on one page, in the order of the whole list`, async () => {
        const path = await make()
        const list = async (more: Record<string, string>) => {
          const answer = await house.call('GET', `${path}?${new URLSearchParams(more)}`, {
            token: admin.token,
          })
          assert.equal(answer.status, 200, answer.text)
          return answer.body
        }
        const whole = await list({})
        assert.deepEqual([whole.items.length, whole.next], [3, null])
        const found: unknown[] = []
        let next: string | null = ''
        for (let page = 0; page < 3 && next !== null; page += 1) {
          const shown: Awaited<ReturnType<typeof list>> = await list({
            limit: '1',
            ...(next && { after: next }),
          })
          assert.equal(shown.items.length, 1)
          found.push(...shown.items)
          next = shown.next
        }
        assert.deepEqual([found, next], [whole.items, null])
      })
    }
  })
}
