import { createGuard, LatchkeyModule } from 'latchkey/guard/nest'
import { peer } from '../../peers.ts'
import { ourGuards } from '../ours.ts'
import { answerTo, doingNothing, nobody, type Stack, type Variant } from '../world.ts'

type ClassDecorator = (target: object) => void
type MethodDecorator = (target: object, name: string, descriptor: PropertyDescriptor) => void
type ParameterDecorator = (target: object, name: string, index: number) => void
interface Common {
  Controller(): ClassDecorator
  Get(path: string): MethodDecorator
  Module(metadata: object): ClassDecorator
  Req(): ParameterDecorator
}
interface Core {
  NestFactory: {
    create(
      module: object,
      options: object,
    ): Promise<{ listen(port: number, host: string): Promise<Listening> }>
  }
}
interface Listening {
  address(): { readonly port: number }
}
type Asked = { readonly auth?: { readonly subject: string } }

/** Nest 11 on Express. Node takes no decorators, so they are called as the functions that they are. */
export const stack: Stack = async (world) => {
  await peer('reflect-metadata')
  const { Controller, Get, Module, Req } = await peer<Common>('@nestjs/common')
  const { NestFactory } = await peer<Core>('@nestjs/core')
  const variant =
    (imports: readonly object[]): Variant =>
    async () => {
      class Api {
        me(request: Asked) {
          return answerTo(request.auth?.subject ?? nobody)
        }
      }
      Get('me')(Api.prototype, 'me', Object.getOwnPropertyDescriptor(Api.prototype, 'me') ?? {})
      Req()(Api.prototype, 'me', 0)
      Controller()(Api)
      class App {}
      Module({ imports, controllers: [Api] })(App)
      const app = await NestFactory.create(App, { logger: false })
      return (await app.listen(0, '127.0.0.1')).address().port
    }
  /** A module as `LatchkeyModule.forRoot` makes it. */
  const guardedBy = (guard: object) => ({
    module: class {},
    global: true,
    providers: [{ provide: 'APP_GUARD', useValue: guard }],
  })
  return {
    open: variant([]),
    [doingNothing]: variant([guardedBy({ canActivate: () => true })]),
    ...Object.fromEntries(
      ourGuards(world).map(({ name, options }) => [
        name,
        variant([LatchkeyModule.forRoot(createGuard(options))]),
      ]),
    ),
  }
}
