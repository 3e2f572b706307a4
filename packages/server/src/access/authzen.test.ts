import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Answered, CallOptions } from '../../test/app.ts'
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

// The structural cases of the certification scenario of the Authorization API 1.0 (levels Basic, Batch and Discovery), over kinds of our own: the owner of a
// lamp for the one who may read and write, a viewer of it for the one who may read alone.

for (const engine of engines) {
  describe(`the Authorization API, on ${engine}`, () => {
    let house: Questions
    before(async () => {
      house = await openQuestions(engine)
    })
    after(() => house.close())

    const decisions: readonly [name: string, body: Entity, decision: boolean, reason: string][] = [
      ['the owner views', asked('owner', 'view'), true, 'allowed'],
      ['the owner controls', asked('owner', 'control'), true, 'allowed'],
      ['a viewer views', asked('viewer', 'view'), true, 'allowed'],
      ['a viewer controls', asked('viewer', 'control'), false, 'not_allowed_by_relation'],
      ['a viewer of one lamp views another', asked('viewer', 'view', lamp('lamp-2')), false, 'not_related'],
      ['who is denied views', asked('denied', 'view'), false, 'permission_denied'],
      ['who is disabled views', asked('gone', 'view'), false, 'account_disabled'],
      ['with a context', { ...asked('owner', 'view'), context }, true, 'allowed'],
      [
        'properties prove nothing',
        {
          subject: user('viewer', { properties: { role: 'admin' } }),
          action: action('control', { properties: { soft: true } }),
          resource: lamp('lamp-1', { properties: { owner: 'viewer' } }),
        },
        false,
        'not_allowed_by_relation',
      ],
      [
        'unknown members',
        { ...asked('owner', 'view'), foo: 'bar', future: { nested: true } },
        true,
        'allowed',
      ],
      ['somebody unknown', asked('nobody', 'view'), false, 'subject_unknown'],
      [
        'an unknown kind of subject',
        { ...asked('owner', 'view'), subject: { type: 'spaceship', id: 'x' } },
        false,
        'subject_unknown',
      ],
      [
        'a kind that every object has',
        { ...asked('owner', 'view'), subject: { type: 'constructor', id: 'x' } },
        false,
        'subject_unknown',
      ],
      ['an unknown device', asked('owner', 'view', lamp('d_nowhere')), false, 'resource_unknown'],
      [
        'an unknown kind of resource',
        asked('owner', 'view', { type: 'spaceship', id: 'x' }),
        false,
        'resource_unknown',
      ],
      ['an unknown action', asked('owner', 'eat'), false, 'action_unknown'],
      ['an action of another kind', asked('admin', 'keys:read'), false, 'action_unknown'],
      ['an administrator has a permission', asked('admin', 'keys:write', server), true, 'allowed'],
      ['a customer has it not', asked('owner', 'keys:write', server), false, 'permission_missing'],
      [
        'the server by another name',
        asked('admin', 'keys:write', { type: 'server', id: 'other' }),
        false,
        'resource_unknown',
      ],
      [
        'an administrator rotates a key',
        asked('admin', 'keys:write', { type: 'signing_key', id: 'key' }),
        true,
        'allowed',
      ],
      [
        'an administrator reads the log',
        asked('admin', 'activity:read', { type: 'activity_log', id: 'latchkey' }),
        true,
        'allowed',
      ],
      ['an administrator sees every device', asked('admin', 'devices:read'), true, 'allowed'],
      ['and views none', asked('admin', 'view'), false, 'not_related'],
      ['a clerk sees an administrator', asked('clerk', 'users:read', user('admin')), true, 'allowed'],
      ['a clerk changes a clerk', asked('clerk', 'users:write', user('clerk')), true, 'allowed'],
      [
        'a clerk changes an administrator',
        asked('clerk', 'users:write', user('admin')),
        false,
        'authority_missing',
      ],
      [
        'an administrator changes a type',
        asked('admin', 'user-types:write', { type: 'user_type', id: 'office' }),
        true,
        'allowed',
      ],
      [
        'a clerk sees a type',
        asked('clerk', 'users:read', { type: 'user_type', id: 'administrator' }),
        true,
        'allowed',
      ],
      [
        'an administrator changes a service',
        asked('admin', 'services:write', { type: 'service', id: 'checker' }),
        true,
        'allowed',
      ],
      [
        'a service has what it was created with',
        {
          ...asked('', 'permissions:check', server),
          subject: { type: 'service', id: 'checker' },
        },
        true,
        'allowed',
      ],
      [
        'a service changes somebody who holds more',
        { ...asked('', 'users:write', user('clerk')), subject: { type: 'service', id: 'checker' } },
        false,
        'authority_missing',
      ],
      ['a device holds nothing', { ...asked('', 'view'), subject: lamp() }, false, 'not_related'],
    ]
    for (const [name, body, decision, reason] of decisions) {
      test(`evaluation: ${name}`, async () => {
        const answer = await house.ask('evaluation', body)
        assert.deepEqual(
          [answer.status, answer.body.decision, reasonOf(answer.body)],
          [200, decision, reason],
        )
        assert.equal(answer.headers.get('content-type'), 'application/json')
        assert.deepEqual((await house.ask('evaluation', body)).body, answer.body)
      })
    }

    test('what the decision says of a change of an account is what the server does', async () => {
      for (const [target, decision, status] of [
        ['admin', false, 403],
        ['viewer', false, 403],
        ['clerk', true, 200],
      ] as const) {
        const { body } = await house.ask('evaluation', asked('clerk', 'users:write', user(target)))
        const tried = await house.call('PATCH', `/v1/users/${house.ids[target]}`, {
          ...{ token: house.clerk.token, body: { display_name: 'A name' } },
        })
        assert.deepEqual([body.decision, tried.status], [decision, status], target)
      }
    })

    const whole = asked('owner', 'view')
    const without = (name: string): Entity =>
      Object.fromEntries(Object.entries(whole).filter(([one]) => one !== name))
    const malformed: readonly [name: string, path: string, body: unknown, options?: CallOptions][] = [
      ...['subject', 'action', 'resource'].flatMap((name): [string, string, unknown][] => [
        [`no ${name}`, 'evaluation', without(name)],
        [`no ${name} and no list`, 'evaluations', without(name)],
        [`no ${name} and an empty list`, 'evaluations', { ...without(name), evaluations: [] }],
      ]),
      ['a subject without a type', 'evaluation', { ...whole, subject: { id: 'owner' } }],
      ['a subject without an id', 'evaluation', { ...whole, subject: { type: 'user' } }],
      ['an action without a name', 'evaluation', { ...whole, action: {} }],
      ['a resource without a type', 'evaluation', { ...whole, resource: { id: 'lamp-1' } }],
      ['a resource without an id', 'evaluation', { ...whole, resource: { type: 'device' } }],
      ['a subject that is text', 'evaluation', { ...whole, subject: 'owner' }],
      ['a name that is a number', 'evaluation', { ...whole, action: { name: 123 } }],
      ['an id with a control character', 'evaluation', { ...whole, subject: user('\u0000') }],
      ['an id that is too long', 'evaluation', { ...whole, subject: user('x'.repeat(257)) }],
      ['another media type', 'evaluation', '{}', { headers: { 'content-type': 'text/plain' } }],
      ['what is no JSON', 'evaluation', '{"subject":'],
      ['nothing', 'evaluation', ''],
      ['a list', 'evaluation', '[]'],
      [
        'an unknown semantic',
        'evaluations',
        { ...whole, evaluations: [{}], options: { evaluations_semantic: 'any' } },
      ],
      ['evaluations that are no list', 'evaluations', { ...whole, evaluations: {} }],
      ['an evaluation that is text', 'evaluations', { ...whole, evaluations: ['x'] }],
      ['101 evaluations', 'evaluations', { ...whole, evaluations: Array(101).fill({}) }],
      ['a search for subjects without an action', 'search/subject', without('action')],
      ['a search for resources without a subject', 'search/resource', without('subject')],
      ['a search for actions without a resource', 'search/action', without('resource')],
      ['a search for subjects at no resource', 'search/subject', { ...whole, resource: { type: 'device' } }],
      ['a search for resources of nobody', 'search/resource', { ...whole, subject: { type: 'user' } }],
      ['a search for actions of nobody', 'search/action', { ...whole, subject: { type: 'user' } }],
      ['a limit below nothing', 'search/subject', { ...whole, page: { limit: -1 } }],
      ['half a result', 'search/subject', { ...whole, page: { limit: 0.5 } }],
      ['a token that is none', 'search/subject', { ...whole, page: { token: 'x' } }],
    ]
    for (const [name, path, body, options] of malformed) {
      test(`400 for ${path}: ${name}`, async () => {
        const answer = await house.ask(path, body, options)
        assert.deepEqual(
          [answer.status, answer.headers.get('content-type')],
          [400, 'text/plain; charset=utf-8'],
        )
        assert.match(answer.text, /^(request_invalid|media_type_unsupported): \S/)
      })
    }

    const batches: readonly [name: string, body: Entity, decisions: readonly boolean[]][] = [
      [
        'defaults of subject and action',
        {
          subject: user('owner'),
          action: action('view'),
          evaluations: [{ resource: lamp() }, { resource: lamp('lamp-2') }],
        },
        [true, true],
      ],
      [
        'the order is that of the questions',
        {
          subject: user('viewer'),
          resource: lamp(),
          evaluations: [{ action: action('view') }, { action: action('control') }],
        },
        [true, false],
      ],
      ['no defaults', { evaluations: [asked('owner', 'view'), asked('viewer', 'control')] }, [true, false]],
      [
        'a context of one',
        {
          ...without('resource'),
          context,
          evaluations: [{ resource: lamp() }, { resource: lamp('lamp-2'), context: { source: 'x' } }],
        },
        [true, true],
      ],
      [
        'an empty question is that of the defaults',
        { ...asked('viewer', 'view'), evaluations: [{}, { resource: lamp('lamp-2') }] },
        [true, false],
      ],
      [
        'a member replaces a default whole',
        { ...whole, evaluations: [{ resource: { type: 'device' } }, {}] },
        [false, true],
      ],
      [
        'one without a resource',
        {
          ...without('resource'),
          options: { evaluations_semantic: 'execute_all', other: 1 },
          evaluations: [{ resource: lamp() }, {}],
        },
        [true, false],
      ],
      [
        'the first denial ends it',
        {
          ...without('action'),
          options: { evaluations_semantic: 'deny_on_first_deny' },
          evaluations: ['view', 'eat', 'view'].map((name) => ({ action: action(name) })),
        },
        [true, false],
      ],
      [
        'a malformed one is a denial',
        {
          ...without('action'),
          options: { evaluations_semantic: 'deny_on_first_deny' },
          evaluations: [{}, { action: action('view') }],
        },
        [false],
      ],
      [
        'the first permit ends it',
        {
          ...without('action'),
          options: { evaluations_semantic: 'permit_on_first_permit' },
          evaluations: ['eat', 'view', 'eat'].map((name) => ({ action: action(name) })),
        },
        [false, true],
      ],
      [
        'no permit at all',
        {
          ...without('action'),
          options: { evaluations_semantic: 'permit_on_first_permit' },
          evaluations: [{ action: action('eat') }, {}],
        },
        [false, false],
      ],
      ['a hundred', { ...whole, evaluations: Array(100).fill({}) }, Array(100).fill(true)],
    ]
    for (const [name, body, expected] of batches) {
      test(`evaluations: ${name}`, async () => {
        const answer = await house.ask('evaluations', body)
        const { decision, evaluations } = answer.body
        assert.deepEqual([answer.status, decision], [200, undefined])
        assert.deepEqual(
          evaluations.map((one) => one.decision),
          expected,
        )
      })
    }

    test('a question of several that is malformed says what is missing', async () => {
      const { body } = await house.ask('evaluations', { ...without('resource'), evaluations: [{}] })
      const [first] = body.evaluations
      assert.deepEqual(first?.context, { error: { status: 400, message: '/resource is required' } })
    })

    for (const evaluations of [undefined, []]) {
      test(`evaluations without any are one evaluation: ${JSON.stringify(evaluations)}`, async () => {
        const { status, body } = await house.ask('evaluations', { ...whole, evaluations })
        assert.deepEqual([status, body.decision, body.evaluations], [200, true, undefined])
      })
    }

    test('the identifier of the request comes back, also with an error', async () => {
      const headers = { 'x-request-id': 'bfe9eb29-ab87-4ca3' }
      for (const body of [whole, {}])
        assert.equal(
          (await house.ask('evaluation', body, { headers })).headers.get('x-request-id'),
          headers['x-request-id'],
        )
      assert.match((await house.ask('evaluation', whole)).headers.get('x-request-id') ?? '', /^req_/)
    })

    for (const sent of ['x'.repeat(129), 'two words', 'caf\u00e9', '\u00e9a', '']) {
      test(`an identifier that is too long or no word is not sent back: ${sent.slice(0, 10)}`, async () => {
        const { headers } = await house.ask('evaluation', whole, { headers: { 'x-request-id': sent } })
        assert.match(headers.get('x-request-id') ?? '', /^req_/)
      })
    }

    const paths = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action']
    for (const path of paths) {
      test(`${path} is for callers with permissions:check alone`, async () => {
        const strange = await house.ask(path, whole, { token: 'x' })
        assert.deepEqual([strange.status, strange.headers.has('www-authenticate')], [401, true])
        const refused = await house.ask(path, whole, { token: house.clerk.token })
        assert.deepEqual(
          [refused.status, refused.text],
          [403, 'permission_missing: this needs the permission permissions:check'],
        )
      })
    }

    test('the metadata names the server and each path', async () => {
      const { status, body, headers } = await house.call('GET', '/.well-known/authzen-configuration')
      const { issuer } = house.app.config
      assert.deepEqual([status, headers.get('content-type')], [200, 'application/json'])
      assert.deepEqual(body, {
        policy_decision_point: issuer,
        access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
        access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
        search_subject_endpoint: `${issuer}/access/v1/search/subject`,
        search_resource_endpoint: `${issuer}/access/v1/search/resource`,
        search_action_endpoint: `${issuer}/access/v1/search/action`,
      })
    })
  })
}

const reasonOf = (body: Answered['body']) => (body.context as { reason: string }).reason
