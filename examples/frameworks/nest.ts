import 'reflect-metadata'
import { Controller, Get, Module, Param, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Auth, createGuard, LatchkeyModule, OptionalAuth, Principal } from 'latchkey/guard/nest'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom

@Controller()
class Api {
  @Get('me')
  me(@Principal() auth: Principal) {
    return { id: auth.subject }
  }

  @Post('devices/:id/open')
  @Auth({ scope: 'devices:control' })
  open(@Param('id') id: string) {
    return { opened: id }
  }

  @Get('news')
  @OptionalAuth()
  news(@Principal() auth: Principal | undefined) {
    return { for: auth?.subject ?? null }
  }
}

@Module({ imports: [LatchkeyModule.forRoot(guard)], controllers: [Api] })
class App {}

const app = await NestFactory.create(App, { logger: false })
app.use(guard.metadata())
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
