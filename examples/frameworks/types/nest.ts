import 'reflect-metadata'
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Request } from 'express'
import { JWT, jwt_required } from 'latchkey/compat/flask-jwt'
import { Auth, createGuard, LatchkeyModule, OptionalAuth, Principal, Public } from 'latchkey/guard/nest'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)

guard satisfies CanActivate
LatchkeyModule.forRoot() satisfies DynamicModule
LatchkeyModule.forRoot(issuer.guardOptions) satisfies DynamicModule

@Controller()
@Auth({ kinds: ['user'] })
class Users {
  @Get('me')
  @Auth<Request>({ rule: (auth, request) => request.params.id === auth.subject })
  me(@Principal() auth: Principal) {
    // @ts-expect-error no principal has this
    auth.rolls
    return auth.subject
  }

  @Get('news')
  @OptionalAuth({ lenient: true })
  news(@Principal() auth: Principal | undefined) {
    // @ts-expect-error on an optional route there may be nobody
    return auth.subject
  }
}

@Public()
@Controller()
@UseGuards(guard)
export class Open {}

@Module({
  imports: [LatchkeyModule.forRoot(guard)],
  controllers: [Users],
  providers: [{ provide: APP_GUARD, useValue: guard }],
})
export class App {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(jwt_required(), guard.metadata()).forRoutes('me')
  }
}

// @ts-expect-error a misspelt member
Auth({ scopes: 'devices:control' })
// @ts-expect-error a scope that is a number
Auth({ scope: 1 })
// @ts-expect-error a word for @OptionalAuth()
Auth({ lenient: true })
// @ts-expect-error a rule that reads what no request has
Auth<Request>({ rule: (_auth, request) => request.owner === '' })
// @ts-expect-error an issuer that is a number
LatchkeyModule.forRoot({ issuer: 1 })

declare const app: INestApplication
declare const onExpress: NestExpressApplication
declare const onFastify: NestFastifyApplication
app.use(guard.metadata())
app.useGlobalGuards(guard)
issuer.signIn(app, 'usr_1')
issuer.signIn(onExpress, 'usr_1')
issuer.signIn(onFastify, 'usr_1')
const nobody = () => null
new JWT(app, nobody, nobody, { SECRET_KEY: 'secret' })
app.use('/flask', jwt_required())
