import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  authenticate,
  bearing,
  identity,
  now,
  seconds,
  start,
  tokenWith,
  without,
} from '../../../test/compat/flask-jwt/app.ts'
import { aSecret, type Sending, startNode } from '../../../test/compat/mount/http.ts'
import { withIdentity } from './current-identity.ts'
import { current_identity, get_current_identity, JWT, jwt_required } from './index.ts'

const header = 'Invalid JWT header'
const bad = 'Invalid token'
const refused: readonly { name: string; sending: Sending; error: string; description: string }[] = [
  {
    name: 'another scheme',
    sending: bearing(`Bearer ${tokenWith({})}`),
    error: header,
    description: 'Unsupported authorization type',
  },
  { name: 'a scheme alone', sending: bearing('JWT'), error: header, description: 'Token missing' },
  { name: 'two tokens', sending: bearing('JWT a b'), error: header, description: 'Token contains spaces' },
  {
    name: 'no token at all',
    sending: bearing('JWT garbage'),
    error: bad,
    description: 'Not enough segments',
  },
  {
    name: 'a foreign signature',
    sending: bearing(`JWT ${tokenWith({}, `${aSecret}!`)}`),
    error: bad,
    description: 'Signature verification failed',
  },
  {
    name: 'another algorithm',
    sending: bearing(`JWT ${tokenWith({}, aSecret, 'HS512')}`),
    error: bad,
    description: 'The specified alg value is not allowed',
  },
  {
    name: 'expired by more than the leeway',
    sending: bearing(`JWT ${tokenWith({ exp: seconds - 10 })}`),
    error: bad,
    description: 'Signature has expired',
  },
  {
    name: 'not yet valid',
    sending: bearing(`JWT ${tokenWith({ nbf: seconds + 11 })}`),
    error: bad,
    description: 'The token is not yet valid (nbf)',
  },
  {
    name: 'issued ahead',
    sending: bearing(`JWT ${tokenWith({ iat: seconds + 11 })}`),
    error: bad,
    description: 'The token is not yet valid (iat)',
  },
  {
    name: 'no exp',
    sending: bearing(`JWT ${without('exp')}`),
    error: bad,
    description: 'Token is missing the "exp" claim',
  },
  {
    name: 'no iat',
    sending: bearing(`JWT ${without('iat')}`),
    error: bad,
    description: 'Token is missing the "iat" claim',
  },
  {
    name: 'no nbf',
    sending: bearing(`JWT ${without('nbf')}`),
    error: bad,
    description: 'Token is missing the "nbf" claim',
  },
  {
    name: 'for somebody else',
    sending: bearing(`JWT ${tokenWith({ aud: 'other' })}`),
    error: bad,
    description: 'Invalid audience',
  },
  {
    name: 'a user who is gone',
    sending: bearing(`JWT ${tokenWith({ identity: 9 })}`),
    error: 'Invalid JWT',
    description: 'User does not exist',
  },
  {
    name: 'no user',
    sending: bearing(`JWT ${without('identity')}`),
    error: 'Invalid JWT',
    description: 'User does not exist',
  },
]
for (const { name, sending, error, description } of refused) {
  test(`a protected route refuses ${name}`, async (t) => {
    const { status, json, headers } = await (await start(t))('/protected', sending)
    assert.deepEqual([status, json], [401, { status_code: 401, error, description }])
    // Only the answer to a request without a token has it, as in Flask-JWT.
    assert.equal(headers.get('www-authenticate'), null)
  })
}

test('a request without a token is challenged, and by no other answer', async (t) => {
  const description = 'Request does not contain an access token'
  for (const sending of [{}, bearing(' ')]) {
    const { status, json, headers, text } = await (await start(t))('/protected', sending)
    assert.deepEqual(
      [status, json],
      [401, { status_code: 401, error: 'Authorization Required', description }],
    )
    assert.equal(headers.get('www-authenticate'), 'JWT realm="Login Required"')
    assert.equal(
      text,
      `{"description":"${description}","error":"Authorization Required","status_code":401}\n`,
    )
  }
})

test('what is expired within the leeway, or ahead by no more, is taken', async (t) => {
  const send = await start(t)
  for (const claims of [{ exp: seconds - 9 }, { nbf: seconds + 10 }, { iat: seconds + 10 }]) {
    assert.equal((await send('/protected', bearing(`JWT ${tokenWith(claims)}`))).status, 200)
  }
})

test('a realm can be given to one route', async (t) => {
  const guarded = jwt_required('Vault')
  const send = await startNode(
    t,
    (request, response) => guarded(request, response, () => response.end('in')),
    (server) => new JWT(server, authenticate, identity, { SECRET_KEY: aSecret }, { now }),
  )
  assert.equal((await send('/')).headers.get('www-authenticate'), 'JWT realm="Vault"')
})

test('the identity is that of the request, however many are answered at once', async (t) => {
  const guarded = jwt_required()
  const waiting: (() => void)[] = []
  const send = await startNode(
    t,
    (request, response) =>
      guarded(request, response, async () => {
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === 2) for (const go of waiting) go()
        })
        response.end(JSON.stringify({ name: current_identity.username, has: 'id' in current_identity }))
      }),
    (server) => new JWT(server, authenticate, identity, { SECRET_KEY: aSecret }, { now }),
  )
  const both = await Promise.all([1, 2].map((id) => send('/', bearing(`JWT ${tokenWith({ identity: id })}`))))
  assert.deepEqual(
    both.map(({ json }) => json),
    [
      { name: 'user1', has: true },
      { name: 'user2', has: true },
    ],
  )
})

test('the current identity cannot be changed through its proxy', () => {
  assert.throws(() => Object.assign(current_identity, { id: 2 }), TypeError)
  assert.equal(current_identity.id, undefined)
})

test('the proxy has what the identity has: members, getters, methods and its class', () => {
  class Person {
    readonly id = 7
    readonly #name = 'jo'
    greet() {
      return `hello ${this.#name}`
    }
  }
  const person = Object.defineProperty(new Person(), 'upper', { enumerable: true, get: () => 'JO' })
  withIdentity(person, () => {
    assert.deepEqual({ ...current_identity }, { id: 7, upper: 'JO' })
    assert.deepEqual(Object.keys(current_identity), ['id', 'upper'])
    assert.equal((current_identity.greet as () => string)(), 'hello jo')
    assert.ok(current_identity instanceof Person)
    assert.equal(get_current_identity(), person)
    assert.throws(() => Object.defineProperty(current_identity, 'id', { value: 8 }), TypeError)
    assert.equal(Reflect.deleteProperty(current_identity, 'id'), false)
    assert.equal(person.id, 7)
  })
  withIdentity('a text', () => assert.equal(current_identity.length, 6))
  assert.deepEqual(Object.keys(current_identity), [])
})
