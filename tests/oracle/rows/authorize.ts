import type { Row } from '../row.ts'
import {
  authorization,
  type ClientName,
  callback,
  challenge,
  type Pairs,
  replacing,
  type Sent,
  type Side,
  tokensFor,
  without,
} from '../side.ts'

type Asked = (side: Side) => Pairs | Promise<Pairs>

function row(name: string, pairs: Asked, more: Partial<Sent> = {}): Row {
  return {
    name: `authorize: ${name}`,
    endpoint: 'authorize',
    async run(side) {
      const query = await pairs(side)
      return side.send('authorize', { method: 'GET', isSignedIn: true, query, ...more })
    },
  }
}

const web: Asked = (side) => authorization(side)
const replaced =
  (more: Pairs, name: ClientName = 'web'): Asked =>
  (side) =>
    replacing(authorization(side, name), more)

const parameters = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]

/** Each parameter of a good request missing, empty, twice, twice otherwise, and of characters that no value has. */
const faulty = (['web', 'native'] as const).flatMap((client) =>
  parameters.flatMap((name) => {
    const good: Asked = (side) => authorization(side, client)
    const of = async (side: Side) =>
      [(await good(side)).find(([one]) => one === name)?.[1] ?? '', await good(side)] as const
    const is = (what: string, pairs: Asked) => row(`${client}, ${name} ${what}`, pairs)
    return [
      is('missing', async (side) => without(await good(side), name)),
      is('empty', replaced([[name, '']], client)),
      is('twice', async (side) => {
        const [value, pairs] = await of(side)
        return [...pairs, [name, value]]
      }),
      is('twice, otherwise', async (side) => [...(await good(side)), [name, 'other']]),
      is('that is unknown', replaced([[name, 'unknown']], client)),
    ]
  }),
)

const redirects = [
  ['a path more', `${callback}/more`],
  ['a query', `${callback}?more=1`],
  ['a fragment', `${callback}#more`],
  ['http', callback.replace('https', 'http')],
  ['another host', 'https://evil.example/back'],
  ['a host that begins so', 'https://rp.example.evil.example/back'],
  ['user info', 'https://rp.example@evil.example/back'],
  ['another case', callback.replace('back', 'Back')],
  ['a host in capitals', callback.replace('rp', 'RP')],
  ['a port', 'https://rp.example:443/back'],
  ['a step up', 'https://rp.example/x/../back'],
  ['encoded', 'https://rp.example/%62ack'],
  ['javascript', 'javascript:alert(1)'],
  ['relative', '/back'],
] as const

const prompts = [
  'none',
  'login',
  'consent',
  'select_account',
  'create',
  'none login',
  'none consent',
  'login consent',
  'NONE',
  'none none',
  '  none',
]
const ages = ['0', '1', '3600', '-1', '1.5', 'abc', '1e3', '99999999999999999999', '0x10', ' 5']
const challenges = [
  ['of 42 characters', challenge.slice(1)],
  ['of 44 characters', `${challenge}A`],
  ['with padding', `${challenge}=`],
  ['with a blank', `${challenge.slice(1)} `],
  ['in standard base64', `+${challenge.slice(1)}`],
] as const
const others = [
  ['response_mode query', [['response_mode', 'query']]],
  ['response_mode fragment', [['response_mode', 'fragment']]],
  ['response_mode form_post', [['response_mode', 'form_post']]],
  ['response_mode unknown', [['response_mode', 'unknown']]],
  ['response_type token', [['response_type', 'token']]],
  ['response_type id_token', [['response_type', 'id_token']]],
  ['response_type code id_token', [['response_type', 'code id_token']]],
  ['response_type none', [['response_type', 'none']]],
  ['response_type code code', [['response_type', 'code code']]],
  ['code_challenge_method plain', [['code_challenge_method', 'plain']]],
  ['code_challenge_method s256', [['code_challenge_method', 's256']]],
  ['scope openid profile', [['scope', 'openid profile']]],
  ['scope openid twice', [['scope', 'openid openid']]],
  ['scope without openid', [['scope', 'profile']]],
  ['scope with one that is unknown', [['scope', 'openid unknown']]],
  ['scope with offline_access', [['scope', 'openid offline_access']]],
  ['scope with a line break', [['scope', 'openid\nprofile']]],
  ['scope with a quote', [['scope', 'openid "']]],
  ['nonce', [['nonce', 'n-0S6_WzA2Mj']]],
  ['display page', [['display', 'page']]],
  ['display unknown', [['display', 'unknown']]],
  ['ui_locales', [['ui_locales', 'de en']]],
  ['login_hint', [['login_hint', 'somebody']]],
  ['acr_values unknown', [['acr_values', 'unknown']]],
  ['id_token_hint that is none', [['id_token_hint', 'none']]],
  ['claims', [['claims', '{"id_token":{"auth_time":{"essential":true}}}']]],
  ['claims that are no JSON', [['claims', '{']]],
  ['claims that are a list', [['claims', '[]']]],
  ['claims that are text', [['claims', '"x"']]],
  ['claims of nothing', [['claims', '{}']]],
  ['claims of a member that is a list', [['claims', '{"id_token":[]}']]],
  ['request', [['request', 'e30.e30.']]],
  ['request_uri of elsewhere', [['request_uri', 'https://rp.example/request']]],
  ['request_uri that is unknown', [['request_uri', 'urn:ietf:params:oauth:request_uri:unknown']]],
  [
    'request and request_uri',
    [
      ['request', 'e30.e30.'],
      ['request_uri', 'https://rp.example/request'],
    ],
  ],
  ['registration', [['registration', '{}']]],
  ['an unknown parameter', [['unknown', 'x']]],
  [
    'an unknown parameter twice',
    [
      ['unknown', 'x'],
      ['unknown', 'y'],
    ],
  ],
  ['a state with a quote', [['state', '"<script>']]],
  ['a state of 1,000 characters', [['state', 'x'.repeat(1_000)]]],
] as const satisfies readonly (readonly [string, Pairs])[]

const hinted =
  (prompt: Pairs): Asked =>
  async (side) => {
    const { id_token: hint } = await tokensFor(side)
    return replacing(authorization(side), [['id_token_hint', hint], ...prompt])
  }

export const authorizeRows: readonly Row[] = [
  row('as it should be', web),
  row('nobody is signed in', web, { isSignedIn: false }),
  {
    ...row('by a form', web),
    run: (side) => side.send('authorize', { method: 'POST', isSignedIn: true, form: authorization(side) }),
  },
  ...faulty,
  ...redirects.map(([what, uri]) => row(`redirect_uri with ${what}`, replaced([['redirect_uri', uri]]))),
  row(
    'a redirect_uri of loopback with another port',
    replaced([['redirect_uri', 'http://127.0.0.1:1234/back']], 'native'),
  ),
  ...prompts.flatMap((prompt) => [
    row(`prompt ‘${prompt}’`, replaced([['prompt', prompt]])),
    row(`prompt ‘${prompt}’, nobody is signed in`, replaced([['prompt', prompt]]), { isSignedIn: false }),
    row(`prompt ‘${prompt}’, not let in yet`, replaced([['prompt', prompt]], 'asking')),
  ]),
  ...ages.map((age) => row(`max_age ‘${age}’`, replaced([['max_age', age]]))),
  row(
    'max_age 0 and prompt none',
    replaced([
      ['max_age', '0'],
      ['prompt', 'none'],
    ]),
  ),
  row(
    'max_age 3600 and prompt none',
    replaced([
      ['max_age', '3600'],
      ['prompt', 'none'],
    ]),
  ),
  ...challenges.map(([what, value]) => row(`code_challenge ${what}`, replaced([['code_challenge', value]]))),
  ...others.map(([what, pairs]) => row(what, replaced(pairs))),
  row('a hint of the person', hinted([])),
  row('a hint of the person and prompt none', hinted([['prompt', 'none']])),
  row('a hint of the person, nobody is signed in, prompt none', hinted([['prompt', 'none']]), {
    isSignedIn: false,
  }),
  row('a client that only acts for itself', replaced([], 'robot')),
  row('a client of device codes', replaced([], 'screen')),
  row('a client that has to push', replaced([], 'pushing')),
  row('a client that is let in by nobody yet', replaced([], 'asking')),
  row('a client that signs', replaced([], 'keyed')),
  row('a client id with NUL', replaced([['client_id', 'x\u0000']])),
  row('a secret in the query', replaced([['client_secret', 'x']])),
]
