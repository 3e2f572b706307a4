import { good as drfClaims } from '../../packages/latchkey/test/compat/drf-jwt/project.ts'
import { good as flaskClaims } from '../../packages/latchkey/test/compat/flask-jwt/app.ts'
import { aSecret } from '../../packages/latchkey/test/compat/mount/http.ts'
import { seconds } from '../../packages/latchkey/test/compat/simplejwt/project.ts'
import { hostileToken, randomFrom } from '../../packages/latchkey/test/guard/hostile.ts'
import { rawToken } from '../../packages/latchkey/test/token/raw-token.ts'

/** A port: where it listens, what its tokens are, and which members its bodies have. */
export interface Endpoint {
  readonly paths: readonly string[]
  readonly scheme: string
  readonly claims: Readonly<Record<string, unknown>>
}

export const endpoints: Readonly<Record<string, Endpoint>> = {
  'flask-jwt': { paths: ['/auth', '/auth', '/open', '/protected'], scheme: 'JWT', claims: flaskClaims },
  'drf-jwt': {
    paths: ['/api-token-auth/', '/api-token-refresh/', '/api-token-verify/', '/me'],
    scheme: 'JWT',
    claims: { ...drfClaims, orig_iat: drfClaims.exp - 300 },
  },
  simplejwt: {
    paths: [
      ...['/api/token/', '/api/token/refresh/', '/api/token/verify/', '/api/token/blacklist/'],
      ...['/api/sliding/', '/api/sliding/refresh/', '/', '/any', '/admin', '/stateless'],
    ],
    scheme: 'Bearer',
    claims: { token_type: 'access', exp: seconds + 300, iat: seconds, jti: 'a', user_id: '1' },
  },
}

const types = [
  ...['application/json', 'application/json', 'application/json; charset=utf-16', 'text/plain', ''],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', 'multipart/form-data'],
]
const members = ['username', 'password', 'token', 'refresh', 'access', 'email', '__proto__', 'constructor']
const claims = [
  ...['exp', 'iat', 'nbf', 'jti', 'aud', 'iss', 'token_type', 'user_id', 'identity', 'username', 'email'],
  ...['orig_iat', 'sub', 'refresh_exp', '__proto__', 'sliding', 'lifetime'],
]
const values = [
  null,
  '',
  0,
  -1,
  1,
  '1',
  1e300,
  true,
  [],
  [[]],
  {},
  { a: 1 },
  'jo',
  'user1',
  'pass',
  'abcxyz',
  '\u0000',
  '\ud800',
]

/** `count` requests to the endpoints of a port, the same for the same seed. */
export function* hostileForms({
  count,
  seed,
  endpoint,
}: {
  readonly count: number
  readonly seed: number
  readonly endpoint: Endpoint
}): Generator<string> {
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) yield hostileForm(random, endpoint)
}

function hostileForm(random: () => number, { paths, scheme, claims: usual }: Endpoint): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const token = (): string =>
    random() < 0.5
      ? hostileToken(random)
      : rawToken({
          secret: Buffer.from(aSecret),
          payload: {
            ...usual,
            ...Object.fromEntries(
              Array.from({ length: Math.floor(random() * 3) }, () => [
                pick(claims),
                random() < 0.3 ? pick(['access', 'refresh', 'sliding']) : pick(values),
              ]),
            ),
          },
        })
  const value = () => (random() < 0.4 ? token() : pick(values))
  const fields = Array.from({ length: Math.floor(random() * 4) }, () => [pick(members), value()] as const)
  const type = pick(types)
  const json = `{${fields.map(([name, content]) => `${JSON.stringify(name)}:${JSON.stringify(content)}`).join(',')}}`
  const form = fields.map(([name, content]) => `${name}=${encoded(content)}`).join('&')
  const whole = pick([
    json,
    json,
    form,
    `[${json}]`,
    `--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${pick(members)}\r\n--b--`,
  ])
  const cut = random() < 0.15 ? whole.slice(0, Math.floor(random() * whole.length)) : whole
  const body = random() < 0.1 ? `${cut}${String.fromCharCode(Math.floor(random() * 256))}` : cut
  const bytes = Buffer.from(body, 'utf8').toString('latin1')
  const lines = [
    `${pick(['POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD'])} ${pick(paths)} HTTP/1.1`,
    'Host: api.example.com',
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    ...(random() < 0.5 ? [`Authorization: ${pick([scheme, scheme, 'Basic', ''])} ${token()}`] : []),
    ...(random() < 0.1 ? [`Cookie: sessionid=${token().replaceAll(/[^\w.-]/g, '')}`] : []),
    `Content-Length: ${bytes.length}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${bytes}`
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent(text.toWellFormed())
}
