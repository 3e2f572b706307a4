import 'reflect-metadata'
import { Controller, Get, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Auth, createGuard, LatchkeyModule } from 'latchkey/guard/nest'
import {
  type Loose,
  type Mistake,
  type Mistakes,
  ofPolicies,
  options,
  started,
  thrown,
} from './misuse.test-support.ts'

const guard = createGuard(options)

/** A controller with one route; `decorate` puts decorators on it. */
function controller(decorate: (type: Type, method: [object, string, PropertyDescriptor]) => unknown): Type {
  class Me {
    me() {
      return 'everybody'
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Me.prototype, 'me') ?? {}
  decorate(Me, [Me.prototype, 'me', descriptor])
  Get('me')(Me.prototype, 'me', descriptor)
  Controller()(Me)
  return Me
}

const withPlatform = (platform: () => ExpressAdapter | FastifyAdapter): Readonly<Record<string, Mistake>> => {
  const withModule = (imports: unknown[], type: Type, prepare = (_app: { use(hook: unknown): void }) => {}) =>
    started(async (t) => {
      class App {}
      Module({ imports: imports as never[], controllers: [type] })(App)
      const app = await NestFactory.create(App, platform(), { logger: false, abortOnError: false })
      t.after(() => app.close())
      prepare(app)
      await app.listen(0, '127.0.0.1')
      return `${await app.getUrl()}/me`
    })
  const onMethod = controller((_type, [target, name, descriptor]) => Auth()(target, name, descriptor))
  const onClass = controller((type) => Auth({ scope: 'a' })(type))
  const silent = controller(() => {})
  const setAuth = (app: { use(hook: unknown): void }) =>
    app.use((request: { auth?: unknown }, _response: unknown, next: () => void) => {
      request.auth = { subject: 'usr_1' }
      next()
    })
  const policies = ofPolicies(createGuard as Loose, {})
  const auth = Auth as Loose
  return {
    'an option of `createGuard` that is misspelt': policies['an option of `createGuard` that is misspelt']!,
    'a member of a policy that is misspelt': thrown(() => auth({ scopes: 'a' })),
    'a policy whose scope is undefined': thrown(() => auth({ scope: undefined })),
    'a request in place of a policy: `guard.required(request)`': thrown(() => auth({ rawHeaders: [] })),
    'the guard in place of what its methods return': withModule([LatchkeyModule.forRoot(guard)], silent),
    '`@Auth` on a method without the module': withModule([], onMethod),
    '`@Auth` on a class without the module': withModule([], onClass),
    '`@Auth` without the module, `request.auth` set by somebody else': withModule([], onMethod, setAuth),
    '`@Auth` without parentheses': thrown(() => auth(onClass.prototype, 'me', {})),
  }
}

export default {
  'nest-express': withPlatform(() => new ExpressAdapter()),
  'nest-fastify': withPlatform(() => new FastifyAdapter()),
} satisfies Mistakes
