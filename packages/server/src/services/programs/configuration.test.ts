import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { findServiceKeys } from '../own-keys/store.ts'
import { programs } from './programs.ts'

describe('the configuration of another program', () => {
  let app: TestApp
  let admin: string
  before(async () => {
    app = await openTestApp('sqlite')
    admin = (await app.signedIn('root', 'administrator')).token
  })
  after(() => app.close())

  const made = async (name: string, body: object): Promise<string> => {
    const answer = await app.call('POST', '/v1/services', { token: admin, body: { name, ...body } })
    assert.equal(answer.status, 201, answer.text)
    return answer.body.id
  }
  type Files = readonly { readonly path: string; readonly text: string }[]
  const asked = (id: string, token = admin) => app.call('GET', `/v1/services/${id}/configuration`, { token })

  for (const { profile, title, directory, takes } of programs)
    test(`${title}: every file is filled in, and holds nothing that is secret`, async () => {
      const id = await made(profile, { audience: `${profile}-audience`, profile: { name: profile } })
      const { status, body, text } = await asked(id)
      assert.equal(status, 200, text)
      assert.deepEqual([body.program, body.takes], [title, takes])
      const files = body.files as unknown as Files
      assert.ok(files.length > 0 && files.every(({ path }) => path.startsWith(`${directory}/`)))
      assert.doesNotMatch(text, /undefined|PRIVATE|"d":/)
      for (const { private_sealed } of await findServiceKeys(app.app.db, id, 0, 0))
        assert.ok(!text.includes(private_sealed))
    })

  test('names the key that signs first, and the next one after a rotation', async () => {
    const id = await made('rotating', { audience: 'rotating', profile: { name: 'ejabberd' } })
    const jwkOf = async () => {
      const files = (await asked(id)).body.files as unknown as Files
      const text = files.find(({ path }) => path.endsWith('.jwk'))?.text ?? ''
      return JSON.parse(text) as { kid: string }
    }
    const first = await jwkOf()
    const rotated = await app.call('POST', `/v1/services/${id}/keys/rotate`, { token: admin })
    assert.equal(rotated.status, 200)
    const second = await jwkOf()
    assert.notEqual(second.kid, first.kid)
    const active = rotated.body.items.find(({ status }) => status === 'active') as
      | { kid?: string }
      | undefined
    assert.equal(second.kid, active?.kid)
  })

  const refused: { name: string; body: object }[] = [
    { name: 'whose tokens our own guards read', body: { audience: 'plain' } },
    { name: 'without an audience', body: { profile: { name: 'haproxy' } } },
  ]
  for (const { name, body } of refused)
    test(`is not there for a service ${name}`, async () => {
      const answer = await asked(await made(name, body))
      assert.deepEqual([answer.status, answer.body.code], [404, 'configuration_not_found'])
    })

  test('is for whoever may see services, of services that there are', async () => {
    const id = await made('seen', { audience: 'seen', profile: { name: 'haproxy' } })
    const { token } = await app.signedIn('ada')
    assert.equal((await asked(id, token)).status, 403)
    assert.equal((await asked('svc_0')).body.code, 'service_not_found')
  })

  test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
})
