import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportsOf, publicExports } from './public-exports.ts'

/** Where a newcomer starts: these show how they are called. */
const entryFunctions: ReadonlySet<string> = new Set([
  ...['createSigner', 'createAsyncSigner', 'createVerifier', 'createAsyncVerifier', 'decodeUnverified'],
  ...[
    'secretKey',
    'publicKey',
    'privateKey',
    'generateKey',
    'keySet',
    'remoteKeySet',
    'signJws',
    'verifyJws',
  ],
  ...['createGuard', 'createClient', 'createDevice', 'createTestIssuer'],
  ...['encode', 'decode', 'JWT', 'createDrfJwt', 'createSimpleJwt'],
])

/** By file, exports that are not described yet. These lists only shrink. */
const awaitingComment: Readonly<Record<string, string>> = {
  'client/client.ts': 'ClientOptions',
  'client/events.ts': 'ClientEvents',
  'compat/drf-jwt/drf-jwt.ts': 'Surroundings',
  'compat/drf-jwt/settings.ts': 'Payload',
  'compat/flask-jwt/jwt.ts': 'Surroundings',
  'compat/mount/exchange.ts': 'Answer',
  'compat/pyjwt/errors.ts':
    'ExpiredSignatureError InvalidAlgorithmError InvalidAudienceError InvalidIssuedAtError InvalidIssuerError InvalidJTIError InvalidSubjectError MissingRequiredClaimError PyJWKClientError PyJWKError PyJWKSetError',
  'compat/pyjwt/jwk-client.ts': 'PyJWKClientOptions',
  'compat/pyjwt/pyjwt.ts': 'DecodedToken DecodeOptions EncodeOptions',
  'compat/rest-framework/api-view.ts': 'ApiView',
  'compat/rest-framework/exceptions.ts': 'AuthenticationFailed NotAuthenticated PermissionDenied',
  'compat/rest-framework/permissions.ts':
    'AllowAny AND BasePermission IsAdminUser IsAuthenticated IsAuthenticatedOrReadOnly NOT OR',
  'compat/simplejwt/serializer.ts': 'SerializerClass',
  'compat/simplejwt/serializers.ts':
    'TokenBlacklistSerializer TokenRefreshSerializer TokenRefreshSlidingSerializer TokenVerifySerializer',
  'compat/simplejwt/simplejwt.ts': 'Surroundings',
  'compat/simplejwt/tokens.ts': 'AccessToken RefreshToken',
  'device/device.ts': 'DeviceOptions',
  'device/topics.ts': 'DeviceCommand',
  'dpop/check.ts': 'ProofCheck ProofPolicy ProofSurroundings ProofVerdict',
  'dpop/nonces.ts': 'DpopNonceOptions',
  'dpop/replay-memory.ts': 'ReplayMemoryOptions',
  'guard/api-key.ts': 'ApiKeyOptions',
  'guard/basic.ts': 'BasicOptions',
  'guard/decider.ts': 'Decision',
  'guard/failure-limit.ts': 'FailureLimitOptions',
  'guard/fastify.ts': 'FastifyPlugin PluginOptions createGuard',
  'guard/fetch.ts': 'FetchGuard',
  'guard/guard.ts': 'GuardState OptionalPolicy',
  'guard/hono.ts': 'HonoMiddleware createGuard',
  'guard/koa.ts': 'KoaMiddleware createGuard',
  'guard/nest.ts': 'LatchkeyModule',
  'guard/node.ts': 'Middleware UpgradeListener NodeGuard',
  'guard/principal.ts': 'PrincipalKind',
  'guard/refusal.ts': 'RefusalDetails Refuse',
  'guard/revocation-list.ts': 'RevocationList RevocationListOptions',
  'guard/revocations.ts': 'RevocationFeed RevocationFeedOptions RevocationFeedState',
  'guard/session-cookie.ts': 'SessionCookieOptions',
  'guard/source.ts': 'IssuerState RevocationPolicy Secret',
  'guard/token-cookie.ts': 'TokenCookieOptions',
  'testing/test-issuer.ts': 'createTestIssuer GuardOptionsForTests TestIssuerOptions',
}

/** Entry functions that have no example yet. */
const awaitingExample: Readonly<Record<string, string>> = {
  'client/client.ts': 'createClient',
  'compat/drf-jwt/drf-jwt.ts': 'createDrfJwt',
  'compat/flask-jwt/jwt.ts': 'JWT',
  'compat/pyjwt/functions.ts': 'decode encode',
  'compat/simplejwt/simplejwt.ts': 'createSimpleJwt',
  'device/device.ts': 'createDevice',
  'guard/express.ts': 'createGuard',
  'guard/fastify.ts': 'createGuard',
  'guard/fetch.ts': 'createGuard',
  'guard/guard.ts': 'createGuard',
  'guard/hono.ts': 'createGuard',
  'guard/koa.ts': 'createGuard',
  'guard/nest.ts': 'createGuard',
  'guard/node.ts': 'createGuard',
  'testing/test-issuer.ts': 'createTestIssuer',
}

const all = publicExports()

test('every public export of the library has a doc comment', () => {
  assert.ok(all.length > 400, `${all.length} exports were found`)
  const missing = all.filter(({ comment }) => comment === undefined || comment.trim() === '*')
  assert.deepEqual(
    missing.filter((one) => !isAwaited(awaitingComment, one)).map(({ where, file }) => `${where} (${file})`),
    [],
  )
})

test('every function that a newcomer starts with has an example', () => {
  const functions = all.filter((one) => entryFunctions.has(nameOf(one)))
  assert.ok(functions.length > 30, `${functions.length} functions were found`)
  const missing = functions.filter(({ comment }) => !comment?.includes('@example'))
  assert.deepEqual(
    missing.filter((one) => !isAwaited(awaitingExample, one)).map(({ where, file }) => `${where} (${file})`),
    [],
  )
})

function nameOf({ where }: { readonly where: string }): string {
  return where.slice(where.indexOf(': ') + 2)
}

function isAwaited(lists: Readonly<Record<string, string>>, one: { where: string; file: string }): boolean {
  return (lists[one.file.replace('src/', '')] ?? '').split(' ').includes(nameOf(one))
}

const planted: readonly { name: string; text: string; found: Readonly<Record<string, boolean>> }[] = [
  {
    name: 'a function',
    text: '/** It is. */\nexport function a() {}\nexport function b() {}',
    found: { a: true, b: false },
  },
  {
    name: 'a type and a constant',
    text: '/** It is. */\nexport type A = 1\n\nexport const b = 1',
    found: { A: true, b: false },
  },
  {
    name: 'what is exported below',
    text: '/** It is. */\nfunction a() {}\nclass B {}\nexport { a, B as C }',
    found: { a: true, C: false },
  },
  {
    name: 'a comment of something else',
    text: '/** It is. */\nconst x = 1\nexport function a() {}',
    found: { a: false },
  },
  {
    name: 'a comment that documents nothing',
    text: '// It is.\nexport function a() {}',
    found: { a: false },
  },
  {
    name: 'overloads',
    text: '/** It is. */\nexport function a(x: 1): void\nexport function a(x: 2): void {}',
    found: { a: true },
  },
]
for (const { name, text, found } of planted) {
  test(`the scan of the exports finds ${name}`, () => {
    const exported = exportsOf('planted.ts', text)
    const commented = [...exported].map(([name, { comment }]) => [name, comment !== undefined])
    assert.deepEqual(Object.fromEntries(commented), found)
  })
}
