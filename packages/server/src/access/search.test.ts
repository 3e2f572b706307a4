import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Answered } from '../../test/app.ts'
import {
  action,
  asked,
  context,
  type Entity,
  lamp,
  openQuestions,
  type Questions,
  server,
  user,
} from '../../test/questions.ts'
import { engines } from '../../test/storages.ts'

// The structural cases of the certification scenario of the Authorization API 1.0 (level Search), over kinds of our own: the owner of a
// lamp for the one who may read and write, a viewer of it for the one who may read alone.

for (const engine of engines) {
  describe(`searches of the Authorization API, on ${engine}`, () => {
    let house: Questions
    before(async () => {
      house = await openQuestions(engine)
    })
    after(() => house.close())

    const subjectSearch = (name: string, resource: Entity = lamp(), type = 'user') => ({
      ...{ subject: { type }, action: action(name), resource },
    })
    const searches: readonly [name: string, path: string, body: Entity, found: readonly string[]][] = [
      ['who may view', 'subject', subjectSearch('view'), ['owner', 'viewer']],
      ['who may control', 'subject', subjectSearch('control'), ['owner']],
      ['with a context', 'subject', { ...subjectSearch('view'), context }, ['owner', 'viewer']],
      [
        'an id counts for nothing',
        'subject',
        { ...subjectSearch('view'), subject: user('owner') },
        ['owner', 'viewer'],
      ],
      ['who has a permission', 'subject', subjectSearch('users:write', server), ['admin', 'clerk']],
      ['who may change an administrator', 'subject', subjectSearch('users:write', user('admin')), ['admin']],
      [
        'which services have a permission',
        'subject',
        subjectSearch('users:write', server, 'service'),
        ['checker'],
      ],
      ['which services lack it', 'subject', subjectSearch('keys:write', server, 'service'), []],
      ['devices hold nothing', 'subject', subjectSearch('view', lamp(), 'device'), []],
      ['an unknown kind', 'subject', subjectSearch('view', lamp(), 'spaceship'), []],
      ['an unknown resource', 'subject', subjectSearch('view', lamp('d_nowhere')), []],
      ['an unknown action', 'subject', subjectSearch('eat'), []],
      [
        'what the owner may view',
        'resource',
        asked('owner', 'view', { type: 'device' }),
        ['lamp-1', 'lamp-2'],
      ],
      ['what a viewer may view', 'resource', asked('viewer', 'view', { type: 'device' }), ['lamp-1']],
      ['what a viewer may control', 'resource', asked('viewer', 'control', { type: 'device' }), []],
      ['an id counts for nothing', 'resource', asked('owner', 'view', lamp()), ['lamp-1', 'lamp-2']],
      ['with a context', 'resource', { ...asked('viewer', 'view', { type: 'device' }), context }, ['lamp-1']],
      [
        'every device of an administrator',
        'resource',
        asked('admin', 'devices:read', { type: 'device' }),
        ['lamp-1', 'lamp-2'],
      ],
      ['whom a clerk may change', 'resource', asked('clerk', 'users:write', { type: 'user' }), ['clerk']],
      ['nobody for a customer', 'resource', asked('owner', 'users:read', { type: 'user' }), []],
      ['nothing for who is disabled', 'resource', asked('gone', 'view', { type: 'device' }), []],
      [
        'the types that a clerk sees',
        'resource',
        asked('clerk', 'users:read', { type: 'user_type' }),
        ['administrator', 'customer', 'office'],
      ],
      ['an unknown subject', 'resource', asked('nobody', 'view', { type: 'device' }), []],
      ['an unknown kind', 'resource', asked('owner', 'view', { type: 'spaceship' }), []],
      ['an action of another kind', 'resource', asked('admin', 'keys:read', { type: 'device' }), []],
      ['what the owner may do', 'action', asked('owner', ''), ['control', 'own', 'view']],
      ['what a viewer may do', 'action', asked('viewer', ''), ['view']],
      ['with a context', 'action', { ...asked('viewer', ''), context }, ['view']],
      [
        'what a clerk may do at the server',
        'action',
        asked('clerk', '', server),
        ['users:read', 'users:write'],
      ],
      ['an unknown subject', 'action', asked('nobody', ''), []],
      ['an unknown resource', 'action', asked('owner', '', lamp('d_nowhere')), []],
      ['an unknown kind', 'action', asked('owner', '', { type: 'spaceship', id: 'x' }), []],
    ]
    for (const [name, path, body, found] of searches) {
      test(`search/${path}: ${name}`, async () => {
        const sent = path === 'action' ? { ...body, action: undefined } : body
        const answer = await house.ask(`search/${path}`, sent)
        assert.deepEqual([answer.status, answer.body.page], [200, { next_token: '', count: found.length }])
        assert.deepEqual(namesOf(answer).sort(), found.map((word) => house.ids[word] ?? word).sort())
        for (const result of answer.body.results as readonly Entity[]) {
          if (path !== 'action') assert.equal(result.type, (body[path] as Entity).type)
          const evaluated = await house.ask('evaluation', {
            ...body,
            [path]: path === 'action' ? { name: result.name } : result,
          })
          assert.equal(evaluated.body.decision, true, JSON.stringify(result))
        }
      })
    }

    test('pages follow one another in the order of ids, each with its token alone', async () => {
      const body = asked('owner', 'view', { type: 'device' })
      const first = await house.ask('search/resource', { ...body, page: { limit: 1 } })
      const { next_token: token } = first.body.page
      assert.notEqual(token, '')
      const second = await house.ask('search/resource', { ...body, page: { token } })
      assert.deepEqual(second.body.page, { next_token: '', count: 1 })
      const both = [house.ids['lamp-1'], house.ids['lamp-2']].sort()
      assert.deepEqual([...namesOf(first), ...namesOf(second)], both)
      const again = await house.ask('search/resource', { ...body, page: { token, limit: 1 } })
      assert.deepEqual(again.body, second.body)
    })

    test('a token is refused with another search and with another limit', async () => {
      const body = asked('owner', 'view', { type: 'device' })
      const first = await house.ask('search/resource', { ...body, page: { limit: 1 } })
      const { next_token: token } = first.body.page
      for (const other of [
        { ...body, page: { token, limit: 2 } },
        { ...body, subject: user('viewer'), page: { token } },
        { ...body, action: action('control'), page: { token } },
      ])
        assert.equal((await house.ask('search/resource', other)).status, 400)
      assert.equal(
        (await house.ask('search/subject', { ...subjectSearch('view'), page: { token } })).status,
        400,
      )
    })

    test('a limit of nothing gives nothing and says that there is more', async () => {
      const answer = await house.ask('search/subject', { ...subjectSearch('view'), page: { limit: 0 } })
      assert.deepEqual(answer.body.results, [])
      assert.notEqual(answer.body.page.next_token, '')
    })
  })
}

const namesOf = ({ body }: Answered) =>
  (body.results as readonly { id?: string; name?: string }[]).map(({ id, name }) => id ?? name ?? '')
