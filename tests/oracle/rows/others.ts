import type { Row } from '../row.ts'
import {
  afterLogout,
  ask,
  authorization,
  type Client,
  type ClientName,
  type Endpoint,
  type Pairs,
  proofOf,
  type Received,
  replacing,
  type Side,
  type Tokens,
  tokensFor,
  without,
} from '../side.ts'

const row = (endpoint: Endpoint, name: string, run: (side: Side) => Promise<Received>): Row => ({
  ...{ name: `${endpoint}: ${name}`, endpoint, run },
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const userinfo = (name: string, sent: (token: string) => Parameters<Side['send']>[1]) =>
  row('userinfo', name, async (side) => side.send('userinfo', sent((await tokensFor(side)).access_token)))

const userinfoRows: readonly Row[] = [
  userinfo('as it should be', (token) => ({ method: 'GET', headers: bearer(token) })),
  userinfo('by POST', (token) => ({ method: 'POST', headers: bearer(token) })),
  userinfo('the token in the form', (token) => ({ method: 'POST', form: [['access_token', token]] })),
  userinfo('the token in the query', (token) => ({ method: 'GET', query: [['access_token', token]] })),
  userinfo('the token in the header and the form', (token) => ({
    ...{ method: 'POST', headers: bearer(token), form: [['access_token', token]] },
  })),
  userinfo('no token', () => ({ method: 'GET' })),
  userinfo('an empty token', () => ({ method: 'GET', headers: { authorization: 'Bearer' } })),
  userinfo('a token that is none', () => ({ method: 'GET', headers: bearer('none') })),
  userinfo('a token that is changed', (token) => ({
    method: 'GET',
    headers: bearer(`${token.slice(0, -3)}AAA`),
  })),
  userinfo('two tokens', (token) => ({
    method: 'GET',
    headers: { authorization: `Bearer ${token} ${token}` },
  })),
  userinfo('the scheme Basic', (token) => ({ method: 'GET', headers: { authorization: `Basic ${token}` } })),
  userinfo('the scheme DPoP', (token) => ({ method: 'GET', headers: { authorization: `DPoP ${token}` } })),
  userinfo('the scheme in small letters', (token) => ({
    method: 'GET',
    headers: { authorization: `bearer ${token}` },
  })),
  userinfo('the method PUT', (token) => ({ method: 'PUT', headers: bearer(token) })),
  ...(['refresh_token', 'id_token'] as const).map((kind) =>
    row('userinfo', `by the ${kind}`, async (side) =>
      side.send('userinfo', { method: 'GET', headers: bearer((await tokensFor(side))[kind]) }),
    ),
  ),
  row('userinfo', 'by a token of a client that acts for itself', async (side) => {
    const answer = await ask(side, 'token', 'robot', [['grant_type', 'client_credentials']])
    const { access_token: token } = JSON.parse(answer.text) as Tokens // its contract
    return side.send('userinfo', { method: 'GET', headers: bearer(token) })
  }),
  row('userinfo', 'by a token that was revoked', async (side) => {
    const { access_token: token } = await tokensFor(side)
    await ask(side, 'revoke', 'web', [['token', token]])
    return side.send('userinfo', { method: 'GET', headers: bearer(token) })
  }),
  row('userinfo', 'by a token whose refresh token was revoked', async (side) => {
    const { access_token: token, refresh_token: refresh } = await tokensFor(side)
    await ask(side, 'revoke', 'web', [['token', refresh]])
    return side.send('userinfo', { method: 'GET', headers: bearer(token) })
  }),
]

/** Introspection and revocation take the same forms. */
const looked = (['introspect', 'revoke'] as const).flatMap((endpoint) => {
  const of = (name: string, form: (tokens: Tokens) => Pairs, by: ClientName = 'web') =>
    row(endpoint, name, async (side) => ask(side, endpoint, by, form(await tokensFor(side))))
  return [
    of('an access token', ({ access_token: token }) => [['token', token]]),
    of('a refresh token', ({ refresh_token: token }) => [['token', token]]),
    of('an ID token', ({ id_token: token }) => [['token', token]]),
    of('a hint that is right', ({ refresh_token: token }) => [
      ['token', token],
      ['token_type_hint', 'refresh_token'],
    ]),
    of('a hint that is wrong', ({ refresh_token: token }) => [
      ['token', token],
      ['token_type_hint', 'access_token'],
    ]),
    of('a hint that is unknown', ({ access_token: token }) => [
      ['token', token],
      ['token_type_hint', 'unknown'],
    ]),
    of('no token', () => []),
    of('an empty token', () => [['token', '']]),
    of('a token that is unknown', () => [['token', 'unknown']]),
    of('a token twice', ({ access_token: token }) => [
      ['token', token],
      ['token', token],
    ]),
    of('a token that is changed', ({ access_token: token }) => [['token', `${token}A`]]),
    of('a parameter that is unknown', ({ access_token: token }) => [
      ['token', token],
      ['unknown', 'x'],
    ]),
    of('an access token of another', ({ access_token: token }) => [['token', token]], 'other'),
    of('a refresh token of another', ({ refresh_token: token }) => [['token', token]], 'other'),
    of('by a public client', ({ access_token: token }) => [['token', token]], 'native'),
    of('by a client that acts for itself', ({ access_token: token }) => [['token', token]], 'robot'),
    row(endpoint, 'the method GET', (side) => side.send(endpoint, { method: 'GET' })),
    row(endpoint, 'what was revoked', async (side) => {
      const { access_token: token } = await tokensFor(side)
      await ask(side, 'revoke', 'web', [['token', token]])
      return ask(side, endpoint, 'web', [['token', token]])
    }),
  ]
})

/** The request says who the client is. */
const push = (name: string, change: (pairs: Pairs, side: Side) => Pairs, by: ClientName = 'web') =>
  row('par', name, (side) => {
    const { headers, form } = proofOf(side, by)
    const pairs = change(authorization(side, by), side)
    return side.send('par', { method: 'POST', headers, form: [...without(form, 'client_id'), ...pairs] })
  })
const changed = (more: Pairs) => (pairs: Pairs) => replacing(pairs, more)

async function pushed(side: Side, by: ClientName = 'web'): Promise<string> {
  const { text } = await ask(side, 'par', by, authorization(side, by))
  return (JSON.parse(text) as { request_uri: string }).request_uri // its contract
}
const carried = (
  name: string,
  query: (side: Side, uri: string) => Pairs,
  times = 1,
  by: ClientName = 'web',
) =>
  row('authorize', `pushed, ${name}`, async (side) => {
    const uri = await pushed(side, by)
    const send = () => side.send('authorize', { method: 'GET', isSignedIn: true, query: query(side, uri) })
    for (let at = 1; at < times; at += 1) await send()
    return send()
  })

const parRows: readonly Row[] = [
  push('as it should be', (pairs) => pairs),
  push('by a public client', (pairs) => pairs, 'native'),
  push('by a client that acts for itself', (pairs) => pairs, 'robot'),
  ...[
    'response_type',
    'redirect_uri',
    'code_challenge',
    'code_challenge_method',
    'scope',
    'client_id',
  ].flatMap((name) => [
    push(`${name} missing`, (pairs) => without(pairs, name)),
    push(`${name} that is unknown`, changed([[name, 'unknown']])),
    push(`${name} twice`, (pairs) => [...pairs, ...pairs.filter(([one]) => one === name)]),
  ]),
  push('a request_uri', changed([['request_uri', 'urn:ietf:params:oauth:request_uri:x']])),
  push('a request', changed([['request', 'e30.e30.']])),
  push('prompt none and login', changed([['prompt', 'none login']])),
  push('max_age that is no number', changed([['max_age', 'abc']])),
  push('claims that are no JSON', changed([['claims', '{']])),
  push('another client id', (pairs, side) => replacing(pairs, [['client_id', side.clients.other.id]])),
  row('par', 'the method GET', (side) => side.send('par', { method: 'GET' })),
  carried('as it should be', ({ clients }, uri) => [
    ['client_id', clients.web.id],
    ['request_uri', uri],
  ]),
  carried(
    'by a client that has to',
    ({ clients }, uri) => [
      ['client_id', clients.pushing.id],
      ['request_uri', uri],
    ],
    1,
    'pushing',
  ),
  carried(
    'twice',
    ({ clients }, uri) => [
      ['client_id', clients.web.id],
      ['request_uri', uri],
    ],
    2,
  ),
  carried('by another client', ({ clients }, uri) => [
    ['client_id', clients.other.id],
    ['request_uri', uri],
  ]),
  carried('without the client', (_, uri) => [['request_uri', uri]]),
  carried('with another redirect_uri beside', ({ clients }, uri) => [
    ['client_id', clients.web.id],
    ['request_uri', uri],
    ['redirect_uri', 'https://evil.example/'],
  ]),
]

const device = (name: string, form: Pairs, by: ClientName = 'screen') =>
  row('device', name, (side) => ask(side, 'device', by, form))

const deviceRows: readonly Row[] = [
  device('as it should be', [['scope', 'openid']]),
  device('no scope', []),
  device('a scope that is unknown', [['scope', 'unknown']]),
  device('a scope twice', [
    ['scope', 'openid'],
    ['scope', 'openid'],
  ]),
  device('a parameter that is unknown', [
    ['scope', 'openid'],
    ['unknown', 'x'],
  ]),
  device('a client of another grant', [['scope', 'openid']], 'web'),
  device('a public client of another grant', [['scope', 'openid']], 'native'),
  device('a client that acts for itself', [['scope', 'openid']], 'robot'),
  row('device', 'the method GET', (side) => side.send('device', { method: 'GET' })),
]

/** In a browser in which nobody is signed in, so that ada stays signed in in the other one. */
const logout = (name: string, query: (hint: string, client: Client, side: Side) => Pairs, method = 'GET') =>
  row('logout', name, async (side) => {
    const pairs = query((await tokensFor(side)).id_token, side.clients.web, side)
    return side.send('logout', method === 'GET' ? { method, query: pairs } : { method, form: pairs })
  })

const logoutRows: readonly Row[] = [
  logout('nothing', () => []),
  logout('a hint', (hint) => [['id_token_hint', hint]]),
  logout('a hint and where to go', (hint) => [
    ['id_token_hint', hint],
    ['post_logout_redirect_uri', afterLogout],
  ]),
  logout('where to go, and the client', (_, { id }) => [
    ['client_id', id],
    ['post_logout_redirect_uri', afterLogout],
  ]),
  logout('where to go, and nothing else', () => [['post_logout_redirect_uri', afterLogout]]),
  logout('where to go that is not registered', (hint) => [
    ['id_token_hint', hint],
    ['post_logout_redirect_uri', 'https://evil.example/'],
  ]),
  logout('a hint that is none', () => [['id_token_hint', 'none']]),
  logout('a hint that is changed', (hint) => [['id_token_hint', `${hint.slice(0, -4)}AAAA`]]),
  logout('a hint of another client', (hint, _, { clients }) => [
    ['id_token_hint', hint],
    ['client_id', clients.other.id],
  ]),
  logout('a client that is unknown', () => [['client_id', 'unknown']]),
  logout('a hint twice', (hint) => [
    ['id_token_hint', hint],
    ['id_token_hint', hint],
  ]),
  logout('where to go, twice', (hint) => [
    ['id_token_hint', hint],
    ['post_logout_redirect_uri', afterLogout],
    ['post_logout_redirect_uri', afterLogout],
  ]),
  logout('a state', (hint) => [
    ['id_token_hint', hint],
    ['post_logout_redirect_uri', afterLogout],
    ['state', 'xyz'],
  ]),
  logout('by a form', (hint) => [['id_token_hint', hint]], 'POST'),
  logout('a hint that is none, by a form', () => [['id_token_hint', 'none']], 'POST'),
]

const documents = (['openidConfiguration', 'jwks'] as const).flatMap((endpoint) =>
  (['GET', 'POST'] as const).map((method) =>
    row(endpoint, method, (side) => side.send(endpoint, { method })),
  ),
)

export const otherRows: readonly Row[] = [
  ...userinfoRows,
  ...looked,
  ...parRows,
  ...deviceRows,
  ...logoutRows,
  ...documents,
]
