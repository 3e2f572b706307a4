import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../../tools/app.ts'
import { engines } from '../../../../tools/storages.ts'

for (const engine of engines) {
  describe(`signing in on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await app.signedIn('ada')
    })
    after(() => app.close())

    test('a right password gives a token that says who it is', async () => {
      const { status, body } = await app.call('POST', '/v1/login', {
        body: { username: 'ADA', password: 'the password of ada' },
      })
      assert.equal(status, 200)
      const me = await app.call('GET', '/v1/me', { token: body.access_token })
      assert.equal(me.body.username, 'ada')
    })

    const refused = [
      { name: 'a wrong password', body: { username: 'ada', password: 'the password of ben' } },
      { name: 'an unknown name', body: { username: 'nobody', password: 'the password of ada' } },
    ]
    for (const { name, body } of refused) {
      test(`${name} is refused in the same words`, async () => {
        const answer = await app.call('POST', '/v1/login', { body })
        assert.equal(answer.status, 401)
        assert.equal(answer.body.code, 'credentials_invalid')
        assert.equal(answer.body.detail, 'the user name or the password is not right')
      })
    }
  })
}
