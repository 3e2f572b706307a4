import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { SimpleJwt } from 'latchkey/compat/simplejwt'
import { type Compared, compare, distinct, stillThere } from './beside.ts'
import { differences } from './differences.ts'
import { skipUnless, startOriginal } from './original.ts'
import { startPorts } from './simplejwt-port.ts'

const skip = skipUnless({
  django: 'python3-django',
  rest_framework: 'python3-djangorestframework',
  rest_framework_simplejwt: 'python3-djangorestframework-simplejwt',
})

const secret = 'a secret of thirty-two characters'
const seconds = Math.floor(Date.now() / 1000)
const application = {
  json: 'content-type: application/json',
  form: 'content-type: application/x-www-form-urlencoded',
}

/** A token of the settings' secret, made by hand, since neither side would make all of them; undefined leaves a claim out. */
function token(claims: Readonly<Record<string, unknown>>, by = secret, bits = 256): string {
  const whole = { exp: seconds + 3600, iat: seconds - 100, jti: 'aa', user_id: 1, ...claims }
  const encoded = [{ alg: `HS${bits}`, typ: 'JWT' }, whole].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const input = encoded.join('.')
  return `${input}.${createHmac(`sha${bits}`, by).update(input).digest('base64url')}`
}
const access = (claims: Readonly<Record<string, unknown>> = {}) => token({ token_type: 'access', ...claims })
const refresh = (claims: Readonly<Record<string, unknown>> = {}) =>
  token({ token_type: 'refresh', ...claims })
const sliding = (claims: Readonly<Record<string, unknown>> = {}) =>
  token({ token_type: 'sliding', refresh_exp: seconds + 7200, ...claims })

const json = (path: string, value: unknown, type = application.json): Omit<Compared, 'name'> => ({
  method: 'POST',
  path,
  headers: [type],
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})
const jo = { username: 'jo', password: 'pass' }

/** What a view for tokens reads, and how it says what it cannot. */
const bodies: readonly Compared[] = (
  [
    ['an object', JSON.stringify(jo)],
    ['blanks around', ' \n{"username": " jo ", "password": "pass"}\t'],
    ['a wrong password', '{"username":"jo","password":"x"}'],
    ['an inactive user', '{"username":"gone","password":"pass"}'],
    ['a password between blanks', '{"username":"jo","password":" pass "}'],
    ['nothing', ''],
    ['a blank', ' '],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['a text', '"jo"'],
    ['null', 'null'],
    ['true', 'true'],
    ['an integer', '1'],
    ['a negative zero', '-0'],
    ['a float', '1.0'],
    ['a float with an exponent', '1e2'],
    ['NaN', 'NaN'],
    ['no password', '{"username":"jo"}'],
    ['null for a password', '{"username":"jo","password":null}'],
    ['a blank password', '{"username":"jo","password":"  "}'],
    ['a list for a name', '{"username":["jo"],"password":"pass"}'],
    ['an object for a name', '{"username":{},"password":"pass"}'],
    ['true for a name', '{"username":true,"password":"pass"}'],
    ['a number for a name', '{"username":7,"password":"pass"}'],
    ['a float for a name', '{"username":7.0,"password":"pass"}'],
    ['a number larger than a double holds for a name', '{"username":90071992547409931,"password":"pass"}'],
    ['a member twice', '{"username":"x","username":"jo","password":"pass"}'],
    ['a third member', '{"username":"jo","password":"pass","more":[1]}'],
    ['a control character', '{"username":"j\u0000o","password":"pass"}'],
    ['an escaped null', '{"username":"j\\u0000o","password":"pass"}'],
    ['a lone surrogate', '{"username":"j\\ud800","password":"pass"}'],
    ['U+0085 around a name', '{"username":"\u0085jo\u0085","password":"pass"}'],
    ['U+001C around a name', '{"username":"\\u001cjo\\u001f","password":"pass"}'],
    ['U+FEFF around a name', '{"username":"\ufeffjo","password":"pass"}'],
    ['U+2003 around a name', '{"username":"\u2003jo","password":"pass"}'],
    ['a name that is not ASCII', '{"username":"\u00e9","password":"\u00fc:x"}'],
    ['a byte order mark', '\ufeff{}'],
    ['a comma too many', '{"username":"jo",}'],
    ['more behind', '{} {}'],
    ['no end', '{"username":"jo"'],
    ['a single quote', "{'username':'jo'}"],
  ] as const
).map(([name, body]) => ({ ...json('/api/token/', body), name: `obtain, JSON: ${name}` }))

const types: readonly Compared[] = [
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; charset=latin-1',
  'application/json; charset=nothing',
  'APPLICATION/JSON',
  'application/*',
  '*/*',
  'json',
  'text/plain',
  'text/xml; charset=utf-8',
  '',
  'application/vnd.api+json',
  'application/"x"',
].map((type) => ({ ...json('/api/token/', jo, `content-type: ${type}`), name: `obtain, of type '${type}'` }))

const encodings: readonly Compared[] = (
  [
    ['latin-1', 'latin1'],
    ['iso-8859-1', 'latin1'],
    ['utf-16', 'utf16le'],
    ['utf-16-le', 'utf16le'],
    ['us-ascii', 'latin1'],
    ['utf-8', 'latin1'],
    ['utf8', 'utf8'],
  ] as const
).map(([charset, encoding]) => ({
  ...json('/api/token/', ''),
  name: `obtain, JSON that is ${encoding} and said to be ${charset}`,
  headers: [`content-type: application/json; charset=${charset}`],
  body: Buffer.from(
    `${charset === 'utf-16' ? '\ufeff' : ''}{"username":"\u00e9","password":"\u00fc:x"}`,
    encoding,
  ),
}))

const form = (body: string): Omit<Compared, 'name'> => ({
  ...json('/api/token/', body),
  headers: [application.form],
})
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const parts = (body: string, type = 'multipart/form-data; boundary=b') =>
  json('/api/token/', body, `content-type: ${type}`)
const both = part('username', 'jo') + part('password', 'pass')
const forms: readonly Compared[] = [
  { name: 'obtain, a form', ...form('username=jo&password=pass') },
  { name: 'obtain, a form with a name twice', ...form('username=x&username=jo&password=pass') },
  { name: 'obtain, a form with escapes', ...form('username=%6Ao&password=p%61ss') },
  { name: 'obtain, a form with bytes that are not UTF-8', ...form('username=%ff&password=pass') },
  { name: 'obtain, a form with semicolons', ...form('username=jo;password=pass') },
  { name: 'obtain, a form without values', ...form('username&password') },
  { name: 'obtain, an empty form', ...form('') },
  { name: 'obtain, parts', ...parts(`${both}--b--\r\n`) },
  { name: 'obtain, parts with a preamble', ...parts(`pre\r\n${both}--b--\r\nepilogue`) },
  { name: 'obtain, parts without an end', ...parts(both) },
  {
    name: 'obtain, parts with another boundary',
    ...parts(`${both}--b--\r\n`, 'multipart/form-data; boundary=c'),
  },
  { name: 'obtain, parts without a boundary', ...parts(`${both}--b--\r\n`, 'multipart/form-data') },
  {
    name: 'obtain, parts with an impossible boundary',
    ...parts(`${both}--b--\r\n`, 'multipart/form-data; boundary=\u00e9'),
  },
  {
    name: 'obtain, parts with a quoted boundary',
    ...parts(`${both}--b--\r\n`, 'multipart/form-data; boundary="b"'),
  },
  {
    name: 'obtain, parts of which one is a file',
    ...parts(
      `${part('password', 'pass')}--b\r\nContent-Disposition: form-data; name="username"; filename="a"\r\nContent-Type: text/plain\r\n\r\njo\r\n--b--\r\n`,
    ),
  },
  { name: 'obtain, parts with a name twice', ...parts(`${part('username', 'x')}${both}--b--\r\n`) },
  { name: 'obtain, no parts', ...parts('--b--\r\n') },
]

const accepted: readonly Compared[] = [
  'application/json',
  'text/html',
  'text/html, */*;q=0.1',
  'application/*',
  'text/*',
  '*/*',
  '',
  'application/json; indent=4',
  'application/json; indent=0',
  'application/json; indent=99',
  'application/json; indent=x',
  'application/json;q=0',
  'application/json; version=1',
  'image/png, application/json; indent=2',
  'nothing',
  'APPLICATION/JSON',
].flatMap((accept) => [
  {
    ...json('/api/token/', jo),
    name: `obtain, Accept: ${accept}`,
    headers: [application.json, `accept: ${accept}`],
  },
  {
    name: `GET of a view for tokens, Accept: ${accept}`,
    path: '/api/token/',
    headers: [`accept: ${accept}`],
  },
])

const queries: readonly Compared[] = [
  '?format=json',
  '?format=xml',
  '?format=',
  '?format=api',
  '?format',
  '?a=b',
].map((query) => ({ ...json(`/api/token/${query}`, jo), name: `obtain with ${query}` }))

const methods: readonly Compared[] = [
  '/api/token/',
  '/api/token/refresh/',
  '/api/token/verify/',
  '/api/token/blacklist/',
  '/api/sliding/',
  '/api/sliding/refresh/',
].flatMap((path) =>
  ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map((method) => ({
    name: `${method} ${path}`,
    path,
    method,
  })),
)

const tokens: Readonly<Record<string, string>> = {
  access: access(),
  refresh: refresh(),
  sliding: sliding(),
  'of no type': token({}),
  'of a type that is a number': token({ token_type: 1 }),
  'signed by another': token({ token_type: 'access' }, `${secret}!`),
  'of another algorithm': token({ token_type: 'access' }, secret, 512),
  expired: access({ exp: seconds - 300 }),
  'an expired refresh token': refresh({ exp: seconds - 300 }),
  'without exp': access({ exp: undefined }),
  'a refresh token without exp': refresh({ exp: undefined }),
  'not yet valid': access({ nbf: seconds + 2000 }),
  'issued ahead': access({ iat: seconds + 2000 }),
  'with an audience': access({ aud: 'a' }),
  'with an issuer': access({ iss: 'i' }),
  'with an issuer that is a number': access({ iss: 1 }),
  'a refresh token whose issuer is a number': refresh({ iss: 1 }),
  'a refresh token whose issuer is a list': refresh({ iss: ['i'] }),
  'without an id': access({ jti: undefined }),
  'a refresh token without an id': refresh({ jti: undefined }),
  'with an id that is a number': access({ jti: 1 }),
  'without a user': access({ user_id: undefined }),
  'a refresh token without a user': refresh({ user_id: undefined }),
  'of null': access({ user_id: null }),
  'of a user as text': access({ user_id: '1' }),
  'of nobody': access({ user_id: 99 }),
  'a refresh token of nobody': refresh({ user_id: 99 }),
  'of an inactive user': access({ user_id: 2 }),
  'a refresh token of an inactive user': refresh({ user_id: 2 }),
  'of a member of staff': access({ user_id: 3 }),
  'with more claims': access({ username: 'x', is_staff: true, more: { a: [1] } }),
  'a refresh token with more claims': refresh({ jti: 'bb', more: { a: [1] }, iat: seconds - 500 }),
  'with a subject that is a number': access({ sub: 1 }),
  'an expired sliding token': sliding({ exp: seconds - 300 }),
  'a sliding token that cannot be refreshed any more': sliding({ refresh_exp: seconds - 300 }),
  'a sliding token without refresh_exp': sliding({ refresh_exp: undefined }),
  'a sliding token of an inactive user': sliding({ user_id: 2 }),
  'a sliding token of nobody': sliding({ user_id: 99 }),
  'not a token': 'x',
  'two dots': '..',
  'a token with blanks': `${access()}\n`,
}

const used: readonly Compared[] = Object.entries(tokens).flatMap(([name, text]) => [
  { name: `refresh ${name}`, ...json('/api/token/refresh/', { refresh: text }) },
  { name: `verify ${name}`, ...json('/api/token/verify/', { token: text }) },
  { name: `refresh as a sliding token: ${name}`, ...json('/api/sliding/refresh/', { token: text }) },
  ...['/me', '/any', '/admin', '/stateless'].map((path) => ({
    name: `GET ${path} with ${name}`,
    path,
    headers: [`authorization: Bearer ${text.trim()}`],
    isGuarded: true,
  })),
])

const good = access()
const authorizations: readonly Compared[] = (
  [
    ['none', []],
    ['empty', ['']],
    ['Bearer alone', ['Bearer']],
    ['three parts', [`Bearer ${good} x`]],
    ['lower case', [`bearer ${good}`]],
    ['another scheme', [`Token ${good}`]],
    ['a tab', [`Bearer\t${good}`]],
    ['two blanks', [`Bearer  ${good} `]],
    ['U+0085', [`Bearer\u0085${good}`]],
    ['U+00A0', [`Bearer\u00a0${good}`]],
    ['U+00A0 behind', [`Bearer ${good}\u00a0`]],
    ['bytes beyond ASCII', ['Bearer \u00e9.\u00e9.\u00e9']],
    ['two lines', [`Bearer ${good}`, `Bearer ${good}`]],
    ['two lines of which one is empty', [`Bearer ${good}`, '']],
    ['Basic', ['Basic am86cGFzcw==']],
  ] as const
).flatMap(([name, lines]) =>
  [
    '/me',
    '/any',
    '/read',
    '/stateless',
    '/basic-then-jwt',
    '/session-then-jwt',
    '/jwt-then-session',
    '/nobody',
  ].map((path) => ({
    name: `GET ${path}, Authorization: ${name}`,
    path,
    headers: lines.map((line) => `authorization: ${line}`),
    isGuarded: true,
  })),
)

const b64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64')
const basics: readonly Compared[] = Object.entries({
  right: b64('jo:pass'),
  wrong: b64('jo:x'),
  inactive: b64('gone:pass'),
  'without padding': 'am86cGFzcw',
  'with too much padding': 'am86cGFzcw====',
  'with a line end inside': 'am86cG\tFzcw==',
  'with a character that is none of base64': 'am86%cGFzcw==',
  'a colon in the password': b64('\u00e9:\u00fc:x'),
  'in latin-1': b64('\u00e9:\u00fc:x', 'latin1'),
  'in base64url': b64('\u00e9:\u00fc:x').replaceAll('+', '-').replaceAll('/', '_'),
  'without a colon': b64('jo'),
  empty: '=',
  'nothing but a colon': b64(':'),
  'more than one part': `${b64('jo:pass')} x`,
}).map(([name, credentials]) => ({
  name: `Basic, ${name}`,
  path: '/basic',
  headers: [`authorization: Basic ${credentials}`],
  isGuarded: true,
}))

const cookies: readonly Compared[] = [
  'jwt=a',
  'jwt=a; jwt=b',
  'jwt=a, jwt=b',
  'jwt=a,b',
  'other=x; jwt=a',
  ' jwt = a ',
  'jwt="a"',
  'jwt="a b"',
  'jwt="a\\"b"',
  'jwt="\\141"',
  'jwt="a',
  'jwt=a=b',
  'jwt',
  'jwt=',
  'jwt=a; jwt=',
  'JWT=a',
  ';;;jwt=a;;',
  'jwt=\u00a0a',
  'jwt=%61',
].map((cookie) => ({
  name: `cookie: ${cookie}`,
  path: '/cookie',
  headers: [`cookie: ${cookie}`],
  isGuarded: true,
}))

const rotated = [
  { name: 'refresh with rotation', ...json('/api/token/refresh/', { refresh: refresh({ jti: 'r1' }) }) },
  {
    name: 'refresh with what was rotated',
    ...json('/api/token/refresh/', { refresh: refresh({ jti: 'r1' }) }),
  },
  { name: 'verify what was rotated', ...json('/api/token/verify/', { token: refresh({ jti: 'r1' }) }) },
  { name: 'blacklist', ...json('/api/token/blacklist/', { refresh: refresh({ jti: 'r2' }) }) },
  { name: 'blacklist again', ...json('/api/token/blacklist/', { refresh: refresh({ jti: 'r2' }) }) },
  { name: 'blacklist an access token', ...json('/api/token/blacklist/', { refresh: access() }) },
  {
    name: 'refresh what is blacklisted',
    ...json('/api/token/refresh/', { refresh: refresh({ jti: 'r2' }) }),
  },
  { name: 'obtain a sliding token', ...json('/api/sliding/', jo) },
]

const suites: readonly {
  readonly name: string
  readonly settings: SimpleJwt & Readonly<Record<string, unknown>>
  readonly hasBlacklist?: boolean
  readonly parsesBodies?: boolean
  readonly rows: readonly Compared[]
}[] = [
  {
    name: 'the standard settings',
    settings: {},
    rows: [
      ...bodies,
      ...types,
      ...encodings,
      ...forms,
      ...accepted,
      ...queries,
      ...methods,
      ...used,
      ...authorizations,
      ...basics,
      ...cookies,
    ],
  },
  {
    name: "behind the app's own parsers of bodies",
    settings: {},
    parsesBodies: true,
    rows: [...bodies, ...types, ...encodings, ...forms].map((row) => ({
      ...row,
      name: `parsed: ${row.name}`,
    })),
  },
  {
    name: 'rotation with a blacklist',
    settings: { ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true },
    hasBlacklist: true,
    rows: [...rotated, ...used],
  },
  {
    name: 'rotation without a blacklist',
    settings: { ROTATE_REFRESH_TOKENS: true },
    rows: [...rotated, ...used],
  },
  {
    name: 'an audience, an issuer and leeway',
    settings: { AUDIENCE: 'a', ISSUER: 'i', LEEWAY: 600 },
    rows: [...used, { name: 'obtain', ...json('/api/token/', jo) }],
  },
  {
    name: 'other names',
    settings: {
      AUTH_HEADER_TYPES: ['JWT', 'Bearer'],
      AUTH_HEADER_NAME: 'HTTP_X_TOKEN',
      USER_ID_CLAIM: 'sub',
      USER_ID_FIELD: 'username',
      TOKEN_TYPE_CLAIM: 'typ',
      JTI_CLAIM: 'id',
      ACCESS_TOKEN_LIFETIME: 61,
    },
    rows: [
      { name: 'obtain', ...json('/api/token/', jo) },
      { name: 'obtain a sliding token', ...json('/api/sliding/', jo) },
      ...['JWT', 'Bearer', 'jwt'].map((scheme) => ({
        name: `GET /me with ${scheme}`,
        path: '/me',
        headers: [`x-token: ${scheme} ${token({ typ: 'access', id: 'a', sub: 'jo' })}`],
        isGuarded: true,
      })),
      {
        name: 'GET /me with Authorization',
        path: '/me',
        headers: [`authorization: JWT ${good}`],
        isGuarded: true,
      },
    ],
  },
]

distinct(suites[0]?.rows ?? [])
for (const { name, settings, hasBlacklist = false, parsesBodies = false, rows } of suites) {
  test(`simplejwt 5.2 beside the original of Debian: ${name}`, { skip }, async (t) => {
    const given = { SIGNING_KEY: secret, ...settings }
    const apps = hasBlacklist ? ['rest_framework_simplejwt.token_blacklist'] : []
    const port = await startOriginal(t, 'django_project.py', JSON.stringify({ SIMPLE_JWT: given, apps }))
    const ports = await startPorts(
      t,
      given,
      {
        release: '5.2',
        onWarning() {},
        ...(hasBlacklist ? {} : { token_blacklist: null }),
      },
      parsesBodies,
    )
    await compare(t, { name: 'the original', port }, ports, rows, differences['docs/compat-simplejwt.md'])
  })
}

stillThere('docs/compat-simplejwt.md', skip)
