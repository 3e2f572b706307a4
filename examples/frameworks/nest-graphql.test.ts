import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { signed } from '../../packages/latchkey/test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../packages/latchkey/test/token/raw-token.ts'
import { skip } from './conformance.test-support.ts'

type Decorator = (target: object, name: string, descriptor: PropertyDescriptor) => unknown

async function startApi(t: TestContext): Promise<(query: string, token?: string) => Promise<Answer>> {
  await import('reflect-metadata')
  const { Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  const { GraphQLModule, Query, Resolver } = await import('@nestjs/graphql')
  const { ApolloDriver } = await import('@nestjs/apollo')
  const { Auth, createGuard, LatchkeyModule, OptionalAuth, Principal, Public } = await import(
    'latchkey/guard/nest'
  )
  class Devices {
    me(auth?: { subject: string }) {
      return auth?.subject
    }
    open() {
      return 'opened'
    }
    news(auth?: { subject: string }) {
      return auth?.subject ?? 'nobody'
    }
    about() {
      return 'everybody'
    }
    own() {
      return 'own'
    }
  }
  const on = (name: keyof Devices, ...decorators: Decorator[]) => {
    const descriptor = Object.getOwnPropertyDescriptor(Devices.prototype, name) ?? {}
    for (const decorate of [Query(name) as Decorator, ...decorators]) {
      decorate(Devices.prototype, name, descriptor)
    }
  }
  on('me')
  on('open', Auth({ scope: 'devices:control' }) as Decorator)
  on('news', OptionalAuth() as Decorator)
  on('about', Public() as Decorator)
  type Context = { getArgs(): [unknown, { id: string }] }
  on(
    'own',
    Auth<Context>({
      rule: (auth, context) => context.getArgs()[1].id === auth.subject,
      hide: true,
    }) as Decorator,
  )
  Principal()(Devices.prototype, 'me', 0)
  Principal()(Devices.prototype, 'news', 0)
  Resolver()(Devices)
  class App {}
  const guard = createGuard({
    secret: secretBytes,
    audience: 'https://api.example.com',
    issuer: 'I',
    now: () => nowMs,
  })
  Module({
    imports: [
      LatchkeyModule.forRoot(guard),
      GraphQLModule.forRoot({
        driver: ApolloDriver,
        typeDefs: 'type Query { me: String open: String news: String about: String own(id: String): String }',
        playground: false,
      }),
    ],
    providers: [Devices],
  })(App)
  const app = await NestFactory.create(App, { logger: false, abortOnError: false })
  t.after(() => app.close())
  await app.listen(0, '127.0.0.1')
  const url = `${await app.getUrl()}/graphql`
  return async (query, token) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
    })
    const answer: unknown = await response.json()
    return answer as Answer // as GraphQL over HTTP has it
  }
}

interface Answer {
  readonly data: Readonly<Record<string, string | null>>
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly error?: string } }[]
}

const good = signed()
const control = signed({ payload: { scope: 'devices:control' } })
const expired = signed({ payload: { exp: nowMs / 1000 - 3600 } })

const rows: readonly {
  name: string
  query: string
  token?: string
  data: Answer['data']
  code?: string
  error?: string
}[] = [
  { name: 'no token', query: '{ me }', data: { me: null }, code: 'UNAUTHENTICATED', error: 'unauthorized' },
  { name: 'a token', query: '{ me }', token: good, data: { me: 'usr_1' } },
  {
    name: 'an expired token',
    query: '{ me }',
    token: expired,
    data: { me: null },
    code: 'UNAUTHENTICATED',
    error: 'invalid_token',
  },
  {
    name: 'a scope missing',
    query: '{ open }',
    token: good,
    data: { open: null },
    code: 'FORBIDDEN',
    error: 'insufficient_scope',
  },
  { name: 'the scope', query: '{ open }', token: control, data: { open: 'opened' } },
  {
    name: 'one field that may be read and one that may not',
    query: '{ me open }',
    token: good,
    data: { me: 'usr_1', open: null },
    code: 'FORBIDDEN',
    error: 'insufficient_scope',
  },
  { name: 'optional, no token', query: '{ news }', data: { news: 'nobody' } },
  { name: 'optional, a token', query: '{ news }', token: good, data: { news: 'usr_1' } },
  {
    name: 'optional, a bad token',
    query: '{ news }',
    token: expired,
    data: { news: null },
    code: 'UNAUTHENTICATED',
    error: 'invalid_token',
  },
  { name: 'public', query: '{ about }', data: { about: 'everybody' } },
  { name: 'a rule that holds', query: '{ own(id: "usr_1") }', token: good, data: { own: 'own' } },
  {
    name: 'a rule that hides',
    query: '{ own(id: "usr_2") }',
    token: good,
    data: { own: null },
    code: 'NOT_FOUND',
    error: 'not_found',
  },
]

test('a Nest guard judges each field of a GraphQL query', { skip }, async (t) => {
  const ask = await startApi(t)
  for (const { name, query, token, data, code, error } of rows) {
    await t.test(name, async () => {
      const answer = await ask(query, token)
      assert.deepEqual({ ...answer.data }, data)
      const told = answer.errors?.map(({ extensions }) => ({
        code: extensions.code,
        error: extensions.error,
      }))
      assert.deepEqual(told, code === undefined ? undefined : [{ code, error }])
    })
  }
})
