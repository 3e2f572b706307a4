import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { reflectMetadata } from '../../../test/guard/nest-metadata.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import {
  Auth,
  createGuard,
  LatchkeyModule,
  type NestContext,
  OptionalAuth,
  Principal,
  Public,
} from './nest.ts'

const guard = createGuard({ secret: secretBytes, audience: resource, issuer: 'I', now: () => nowMs })

/** Put decorators where `@` would put them; a decorator may replace the method that it stands on. */
function decorate(type: { prototype: object }, method: string, ...decorators: MethodDecorator[]): void {
  for (const decorator of decorators) {
    const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method)
    assert.ok(descriptor !== undefined)
    const changed = decorator(type.prototype, method, descriptor)
    if (changed !== undefined) Object.defineProperty(type.prototype, method, changed)
  }
}

/** A decorator that puts another function in the place of the method, as those that cache or trace do. */
const wrapped: MethodDecorator = (_type, _method, descriptor) => ({
  ...descriptor,
  value: (() => 'wrapped') as never,
})

class Devices {
  list() {}
  open() {}
  news() {}
  traced() {}
  tracedBelow() {}
}
Auth({ scope: 'devices:view' })(Devices)
decorate(Devices, 'open', Auth({ scope: 'devices:control' }))
decorate(Devices, 'news', Public())
decorate(Devices, 'traced', wrapped, Auth({ scope: 'devices:control' }))
decorate(Devices, 'tracedBelow', Auth({ scope: 'devices:control' }), wrapped)

class Cameras extends Devices {
  override news() {}
  zoom() {}
}
decorate(Cameras, 'zoom', OptionalAuth())

class Plain {
  anything() {}
}

/** `allowed`, or the status that a caller who may view, and nothing else, is answered with. */
async function outcome(
  type: { prototype: object },
  method: string,
  token: string | undefined,
): Promise<string> {
  let status = 0
  let owner: object = type.prototype
  while (!Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner)
  const rawHeaders = token === undefined ? [] : ['Authorization', `Bearer ${token}`]
  const response = {
    writeHead(code: number) {
      status = code
      return { end() {} }
    },
  }
  const context: NestContext = {
    getType: () => 'http',
    getClass: () => type,
    getHandler: () => Object.getOwnPropertyDescriptor(owner, method)?.value,
    switchToHttp: () => ({
      getRequest: () => ({ method: 'GET', url: '/', rawHeaders }),
      getResponse: () => response,
    }),
  }
  // A promise that does not settle says that the answer is sent.
  const answer = await Promise.race([guard.canActivate(context), Promise.resolve('answered')])
  return answer === true ? 'allowed' : String(status)
}

const token = signed()
const cases: readonly {
  name: string
  type: { prototype: object }
  method: string
  token?: string
  outcome: string
}[] = [
  { name: 'nothing said at all, no token', type: Plain, method: 'anything', outcome: '401' },
  { name: 'nothing said at all, a token', type: Plain, method: 'anything', token, outcome: 'allowed' },
  { name: 'the word on the controller', type: Devices, method: 'list', token, outcome: 'allowed' },
  { name: 'the word on the controller, no token', type: Devices, method: 'list', outcome: '401' },
  { name: 'the word on the method counts before it', type: Devices, method: 'open', token, outcome: '403' },
  { name: '@Public on the method', type: Devices, method: 'news', outcome: 'allowed' },
  {
    name: '@Public, and a token that nobody reads',
    type: Devices,
    method: 'news',
    token: 'abc',
    outcome: 'allowed',
  },
  { name: 'a method that was wrapped before', type: Devices, method: 'traced', token, outcome: '403' },
  { name: 'a method that was wrapped after', type: Devices, method: 'tracedBelow', token, outcome: '403' },
  { name: 'a controller that extends another', type: Cameras, method: 'open', token, outcome: '403' },
  {
    name: 'a controller that extends another, its own word',
    type: Cameras,
    method: 'zoom',
    outcome: 'allowed',
  },
  { name: '@OptionalAuth, a bad token', type: Cameras, method: 'zoom', token: 'abc', outcome: '401' },
  {
    name: 'a controller that extends another, a bad token',
    type: Cameras,
    method: 'list',
    token: 'abc',
    outcome: '401',
  },
]
for (const { name, type, method, token: sent, outcome: expected } of cases) {
  test(`a Nest guard finds what decorators said: ${name}`, async () => {
    assert.equal(await outcome(type, method, sent), expected)
  })
}

test('a handler that is not HTTP is refused with an error, unless it is public', () => {
  const context = (method: 'list' | 'news'): NestContext => ({
    getType: () => 'rpc',
    getClass: () => Devices,
    getHandler: () => Devices.prototype[method],
    switchToHttp: () => assert.fail('nothing of HTTP is there'),
  })
  assert.throws(() => guard.canActivate(context('list')), TypeError)
  assert.equal(guard.canActivate(context('news')), true)
})

test('a handler that is no method of a controller with words on methods is refused with an error', async () => {
  const context = (type: object): NestContext => ({
    getType: () => 'http',
    getClass: () => type,
    getHandler: () => () => 'made up',
    switchToHttp: () => ({
      getRequest: () => ({ method: 'GET', url: '/', rawHeaders: ['Authorization', `Bearer ${token}`] }),
      getResponse: () => ({ writeHead: () => assert.fail('there is nothing to refuse') }),
    }),
  })
  assert.throws(() => guard.canActivate(context(Devices)), TypeError)
  assert.equal(await guard.canActivate(context(Plain)), true)
})

test('two rules in one place are a TypeError', () => {
  class Twice {
    method() {}
  }
  decorate(Twice, 'method', Public())
  assert.throws(() => decorate(Twice, 'method', Auth()), TypeError)
})

test('without reflect-metadata, no decorator that needs it is silent', (t) => {
  class Alone {
    method() {}
  }
  Object.assign(Reflect, { getMetadata: undefined, defineMetadata: undefined })
  t.after(() => Object.assign(Reflect, reflectMetadata))
  assert.throws(() => Principal()(Alone.prototype, 'method', 0), /reflect-metadata/)
  assert.throws(() => Auth()(Alone), /reflect-metadata/)
})

const wronglyWritten: readonly { name: string; write: () => unknown }[] = [
  { name: '@Auth without parentheses on a class', write: () => (Auth as Misused)(Plain) },
  {
    name: '@Auth without parentheses on a method',
    write: () => (Auth as Misused)(Plain.prototype, 'anything', {}),
  },
  {
    name: '@OptionalAuth without parentheses on a method',
    write: () => (OptionalAuth as Misused)(Plain.prototype, 'anything', {}),
  },
  { name: '@Public without parentheses on a class', write: () => (Public as Misused)(Plain) },
  { name: 'a policy that is misspelt', write: () => (Auth as Misused)({ scopes: 'a' }) },
  { name: 'a scope that is undefined', write: () => (Auth as Misused)({ scope: undefined }) },
  { name: 'a policy of optional callers', write: () => (Auth as Misused)({ lenient: true }) },
  { name: 'a lenient that is no boolean', write: () => (OptionalAuth as Misused)({ lenient: 1 }) },
]
type Misused = (...more: readonly unknown[]) => unknown

for (const { name, write } of wronglyWritten) {
  test(`a Nest decorator throws where it is written: ${name}`, () => assert.throws(write, TypeError))
}

test('the module guards the whole application, with options or with a guard that is there', () => {
  const { providers, global, exports } = LatchkeyModule.forRoot(guard)
  assert.deepEqual([global, providers[0]], [true, { provide: 'APP_GUARD', useValue: guard }])
  assert.deepEqual(exports, [providers[1]?.provide])
  const made = LatchkeyModule.forRoot({ secret: secretBytes, audience: resource }).providers[0]
  assert.equal(typeof made?.useValue.canActivate, 'function')
  assert.throws(
    () => LatchkeyModule.forRoot({ secret: secretBytes, audience: resource, clockTolerance: -1 }),
    TypeError,
  )
})
