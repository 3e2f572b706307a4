import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { answer, challenged, type Enrolled, enrol, signInTwice } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'

for (const engine of engines) {
  describe(`what people are told of their credentials on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
    })
    after(() => app.close())

    async function reachable(username: string, userType?: string): Promise<SignedIn & { address: string }> {
      const person = await app.signedIn(username, userType)
      const address = `${username}@example.com`
      const body = { address, current_password: person.password }
      await takeLetters(app.app)
      await app.call('POST', '/v1/me/addresses', { token: person.token, body })
      const [letter] = await takeLetters(app.app)
      const proven = await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      assert.equal(proven.status, 200)
      return { ...person, address }
    }
    const told = async () => (await takeLetters(app.app)).map(({ to, subject }) => [to, subject])

    test('each change of second factors is told to the person, and to nobody else', async () => {
      const ada = await reachable('ada')
      const admin = await app.signedIn('admin', 'administrator')
      const address = ada.address
      const enrolled: Enrolled = { ...ada, ...(await enrol(app, ada.token)) }
      assert.deepEqual(await told(), [[address, 'An authenticator was added']])

      const { access_token: token } = await signInTwice(app, enrolled)
      assert.equal((await app.call('POST', '/v1/me/factors/recovery-codes', { token })).status, 200)
      assert.deepEqual(await told(), [[address, 'There are new recovery codes']])

      Object.assign(enrolled, await enrol(app, token))
      assert.deepEqual(await told(), [[address, 'Your authenticator was replaced']])

      const again = (await signInTwice(app, enrolled)).access_token
      assert.equal((await app.call('DELETE', '/v1/me/factors/authenticator', { token: again })).status, 204)
      assert.deepEqual(await told(), [[address, 'Your authenticator was removed']])

      await enrol(app, again)
      await told()
      const { body } = await app.call('POST', '/v1/login', {
        body: { username: admin.username, password: admin.password },
      })
      const path = `/v1/users/${ada.id}/factors/reset`
      assert.equal((await app.call('POST', path, { token: body.access_token })).status, 204)
      assert.deepEqual(await told(), [[address, 'Your second factors were removed by an administrator']])
    })

    test('a forgotten password is replaced beside a second factor, which the next sign-in asks for', async () => {
      const ben = await reachable('ben')
      const enrolled: Enrolled = { ...ben, ...(await enrol(app, ben.token)) }
      await takeLetters(app.app)
      await app.call('POST', '/v1/recover', { body: { login: 'ben' } })
      await app.app.jobs.runNow(1_000)
      const [letter] = await takeLetters(app.app)
      const set = (password: string) =>
        app.call('POST', '/v1/recover/complete', { body: { recovery: letter!.secret, password } })
      assert.equal((await set('seven 7')).body.code, 'password_unacceptable')
      // Short enough to need the factor, and long enough beside it.
      assert.equal((await set('zwölf umbr')).status, 200)
      const { challenge } = await challenged(app, { username: 'ben', password: 'zwölf umbr' })
      assert.equal((await answer(app, challenge, '000000')).body.code, 'code_wrong')
      assert.equal((await answer(app, challenge, enrolled.authenticator.code())).status, 200)
    })

    test('a short password is set by no link where there is no factor, and the one before stays', async () => {
      const cleo = await reachable('cleo')
      const asked = await app.call('POST', '/v1/recover', { body: { login: 'cleo' } })
      assert.equal(asked.status, 202, asked.text)
      await app.app.jobs.runNow(1_000)
      const [letter] = await takeLetters(app.app)
      const body = { recovery: letter!.secret, password: 'zwölf umbr' }
      assert.equal(
        (await app.call('POST', '/v1/recover/complete', { body })).body.code,
        'password_unacceptable',
      )
      assert.equal(
        (await app.call('POST', '/v1/login', { body: { ...cleo, address: undefined } })).status,
        400,
      )
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
