import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { JWT } from 'latchkey/compat/flask-jwt'
import {
  frameworkApps,
  skipUnless as skipUnlessFramework,
} from '../../packages/latchkey/test/compat/mount/frameworks.ts'
import { listen } from '../../packages/latchkey/test/compat/mount/http.ts'
import { type Compared, compare, distinct, type Running, stillThere } from './beside.ts'
import { differences } from './differences.ts'
import { skipUnless, startOriginal } from './original.ts'

const skip = skipUnless({ flask: 'python3-flask' })

const json = 'content-type: application/json'
const post = (body: string, type = json): Omit<Compared, 'name'> => ({
  method: 'POST',
  path: '/auth',
  headers: [type],
  body: Buffer.from(body),
})
const right = '{"username":"jo","password":"pass"}'

const rows: readonly Compared[] = [
  ...Object.entries({
    right,
    wrong: '{"username":"jo","password":"x"}',
    'a third member': '{"username":"jo","password":"pass","more":1}',
    'no password': '{"username":"jo"}',
    'an empty password': '{"username":"jo","password":""}',
    'blanks around a name': '{"username":" jo ","password":"pass"}',
    'null for a name': '{"username":null,"password":"pass"}',
    'a list for a name': '{"username":["jo"],"password":"pass"}',
    'a number for a name': '{"username":1,"password":"pass"}',
    'a member twice': '{"username":"x","username":"jo","password":"pass"}',
    'an empty object': '{}',
    'an empty list': '[]',
    'a list': '[1]',
    'a text': '"jo"',
    null: 'null',
    'a number': '1',
    broken: '{"username":',
    nothing: '',
    'a byte order mark': `\ufeff${right}`,
    NaN: 'NaN',
    'NaN for a name': '{"username":NaN,"password":"pass"}',
  }).map(([name, body]) => ({ ...post(body), name: `JSON: ${name}` })),
  {
    name: 'JSON that is not UTF-8',
    ...post(right),
    body: Buffer.from('{"username":"\xff","password":"x"}', 'latin1'),
  },
  { name: 'JSON in UTF-16', ...post(right), body: Buffer.from(right, 'utf16le') },
  ...[
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.api+json',
    'application/+json',
    'application/x-json',
    'text/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'json',
    '',
    'application/json, text/plain',
    ' application/json ;x',
  ].map((type) => ({ ...post(right, `content-type: ${type}`), name: `of type '${type}'` })),
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map((method) => ({
    name: `${method} /auth`,
    method,
    path: '/auth',
  })),
  ...Object.entries({
    'JWT alone': 'JWT',
    'a token': 'JWT x',
    'lower case': 'jwt x',
    'another scheme': 'Bearer x',
    'two tokens': 'JWT x y',
    'a tab': 'JWT\tx',
    'blanks around': '  JWT   x  ',
    'U+0085': 'JWT\x85x',
    'U+00A0': 'JWT\xa0x',
    'U+00A0 behind': 'JWT x\xa0',
    'bytes beyond ASCII': 'JWT \xe9',
    nothing: '',
    'U+0085 alone': '\x85',
  }).map(([name, value]) => ({
    name: `Authorization: ${name}`,
    path: '/protected',
    headers: [`authorization: ${value}`],
    isGuarded: true,
  })),
  { name: 'no Authorization', path: '/protected', isGuarded: true },
  {
    name: 'two lines of Authorization',
    path: '/protected',
    headers: ['authorization: JWT x', 'authorization: JWT y'],
    isGuarded: true,
  },
  { name: 'the query counts for nothing', ...post(right), path: '/auth?username=x' },
]

async function startPorts(t: TestContext): Promise<Running[]> {
  const server = createServer((request, response) => {
    protector(request, response, () => {
      response.end(JSON.stringify({ found: Reflect.get(request, 'current_identity') }))
    })
  })
  const protector = protectorOf(server)
  const running: Running[] = [{ name: 'node:http', port: portOf(await listen(t, server)) }]
  for (const framework of frameworkApps) {
    if (!['express', 'fastify'].includes(framework.name) || skipUnlessFramework(framework) !== false) continue
    const app = await framework.make(false)
    app.protect('/protected', protectorOf(app.app), 'current_identity')
    running.push({ name: framework.name, port: portOf(await app.start(t)) })
  }
  return running
}

function protectorOf(app: unknown) {
  const jwt = new JWT(
    app,
    (username, password) => (username === 'jo' && password === 'pass' ? { id: 1 } : null),
    ({ token }) => ({ username: token }),
    { SECRET_KEY: 'a secret of thirty-two characters' },
  )
  // What is compared is how a header is taken apart.
  jwt.jwt_decode_handler((token) => ({ token }))
  jwt.jwt_encode_handler(() => 'a')
  return jwt.jwt_required()
}

function portOf(origin: string): number {
  return Number(new URL(origin).port)
}

distinct(rows)
test('Flask-JWT beside the Flask of Debian', { skip }, async (t) => {
  const port = await startOriginal(t, 'flask_app.py')
  await compare(
    t,
    { name: 'the original', port },
    await startPorts(t),
    rows,
    differences['docs/compat-flask-jwt.md'],
  )
})
stillThere('docs/compat-flask-jwt.md', skip)
