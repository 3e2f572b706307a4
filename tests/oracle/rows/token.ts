import type { Row } from '../row.ts'
import {
  ask,
  type ClientName,
  callback,
  codeFor,
  codeForm,
  type Pairs,
  type Received,
  replacing,
  type Side,
  tokensFor,
  verifier,
  without,
} from '../side.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

function row(name: string, run: (side: Side) => Promise<Received>, afterMs?: number): Row {
  return { name: `token: ${name}`, endpoint: 'token', run, ...(afterMs !== undefined && { afterMs }) }
}

/** A form with each of its parameters missing, empty, twice and unknown. */
function faulty(
  grant: string,
  name: ClientName,
  form: (side: Side) => Promise<Pairs>,
  parameters: readonly string[],
) {
  const is = (what: string, change: (pairs: Pairs, parameter: string) => Pairs) =>
    parameters.map((parameter) =>
      row(`${grant}, ${parameter} ${what}`, async (side) =>
        ask(side, 'token', name, change(await form(side), parameter)),
      ),
    )
  return [
    ...is('missing', without),
    ...is('empty', (pairs, parameter) => replacing(pairs, [[parameter, '']])),
    ...is('twice', (pairs, parameter) => [...pairs, ...pairs.filter(([one]) => one === parameter)]),
    ...is('that is unknown', (pairs, parameter) => replacing(pairs, [[parameter, 'unknown']])),
  ]
}

const code = async (side: Side) => codeForm(await codeFor(side))
const refresh = async (side: Side, name: ClientName = 'web'): Promise<Pairs> => [
  ['grant_type', 'refresh_token'],
  ['refresh_token', (await tokensFor(side, name)).refresh_token],
]
const byCode = (what: string, more: Pairs) =>
  row(`code, ${what}`, async (side) => ask(side, 'token', 'web', replacing(await code(side), more)))
const byRefresh = (what: string, more: Pairs) =>
  row(`refresh, ${what}`, async (side) => ask(side, 'token', 'web', [...(await refresh(side)), ...more]))
const deviceCode = async (side: Side): Promise<Pairs> => {
  const answer = await ask(side, 'device', 'screen', [['scope', 'openid']])
  const { device_code: given } = JSON.parse(answer.text) as { device_code: string } // its contract
  return [
    ['grant_type', deviceGrant],
    ['device_code', given],
  ]
}

const codes: readonly Row[] = [
  row('code, as it should be', async (side) => ask(side, 'token', 'web', await code(side))),
  ...faulty('code', 'web', code, ['grant_type', 'code', 'redirect_uri', 'code_verifier']),
  byCode('a redirect_uri of another', [['redirect_uri', `${callback}/other`]]),
  byCode('a verifier that is wrong', [['code_verifier', verifier.replace('a', 'b')]]),
  byCode('a verifier that is short', [['code_verifier', verifier.slice(0, 20)]]),
  byCode('a verifier that is long', [['code_verifier', 'x'.repeat(129)]]),
  byCode('a verifier with characters that it may not have', [['code_verifier', `${verifier}!`]]),
  byCode('a scope', [['scope', 'openid']]),
  byCode('a parameter that is unknown', [['unknown', 'x']]),
  byCode('a grant_type in capitals', [['grant_type', 'AUTHORIZATION_CODE']]),
  row('code, of another client', async (side) => ask(side, 'token', 'other', await code(side))),
  row('code, of a public client', async (side) => ask(side, 'token', 'native', await code(side))),
  row('code, by a client that only acts for itself', async (side) =>
    ask(side, 'token', 'robot', await code(side)),
  ),
  row('code, twice', async (side) => {
    const form = await code(side)
    await ask(side, 'token', 'web', form)
    return ask(side, 'token', 'web', form)
  }),
  row('a refresh token of a code that came twice', async (side) => {
    const form = await code(side)
    const first = await ask(side, 'token', 'web', form)
    await ask(side, 'token', 'web', form)
    const { refresh_token: token } = JSON.parse(first.text) as { refresh_token: string } // its contract
    return ask(side, 'token', 'web', [
      ['grant_type', 'refresh_token'],
      ['refresh_token', token],
    ])
  }),
]

const refreshes: readonly Row[] = [
  row('refresh, as it should be', async (side) => ask(side, 'token', 'web', await refresh(side))),
  row('refresh of a public client', async (side) =>
    ask(side, 'token', 'native', await refresh(side, 'native')),
  ),
  ...faulty('refresh', 'web', refresh, ['grant_type', 'refresh_token']),
  byRefresh('a scope that it has', [['scope', 'openid']]),
  byRefresh('a scope that it has not', [['scope', 'openid email']]),
  byRefresh('a scope that is unknown', [['scope', 'unknown']]),
  byRefresh('an empty scope', [['scope', '']]),
  row('refresh, of another client', async (side) => ask(side, 'token', 'other', await refresh(side))),
  row('refresh, of a public client by one with a secret', async (side) =>
    ask(side, 'token', 'web', await refresh(side, 'native')),
  ),
  row('refresh, by an access token', async (side) =>
    ask(side, 'token', 'web', [
      ['grant_type', 'refresh_token'],
      ['refresh_token', (await tokensFor(side)).access_token],
    ]),
  ),
  row('refresh, after it was revoked', async (side) => {
    const form = await refresh(side)
    await ask(side, 'revoke', 'web', [['token', form[1]?.[1] ?? '']])
    return ask(side, 'token', 'web', form)
  }),
  row('refresh, with one that was used twice before', async (side) => {
    const form = await refresh(side)
    const second = await ask(side, 'token', 'web', form)
    const { refresh_token: token } = JSON.parse(second.text) as { refresh_token: string } // its contract
    await ask(side, 'token', 'web', replacing(form, [['refresh_token', token]]))
    return ask(side, 'token', 'web', form)
  }),
]

const robots: readonly Row[] = [
  ...(
    [
      ['as it should be', []],
      ['a scope', [['scope', 'devices:view']]],
      ['a scope that it may not have', [['scope', 'openid']]],
      ['a scope that is unknown', [['scope', 'unknown']]],
      [
        'a scope twice',
        [
          ['scope', 'devices:view'],
          ['scope', 'devices:view'],
        ],
      ],
      ['a refresh token beside', [['refresh_token', 'x']]],
    ] as const satisfies readonly (readonly [string, Pairs])[]
  ).map(([what, more]) =>
    row(`client_credentials, ${what}`, (side) =>
      ask(side, 'token', 'robot', [['grant_type', 'client_credentials'], ...more]),
    ),
  ),
  ...(['web', 'native', 'keyed'] as const).map((name) =>
    row(`client_credentials, by ${name}, which may not`, (side) =>
      ask(side, 'token', name, [['grant_type', 'client_credentials']]),
    ),
  ),
]

const screens: readonly Row[] = [
  row('device code, which waits', async (side) => ask(side, 'token', 'screen', await deviceCode(side))),
  ...faulty('device code', 'screen', deviceCode, ['grant_type', 'device_code']),
  row('device code, of another client', async (side) => ask(side, 'token', 'native', await deviceCode(side))),
]

const grants = [
  'password',
  'implicit',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  '__proto__',
  'constructor',
  'x'.repeat(90),
]

const methods = (['GET', 'PUT', 'DELETE'] as const).map((method) =>
  row(`the method ${method}`, (side) => side.send('token', { method })),
)

const bodies: readonly Row[] = [
  row('no body', (side) => side.send('token', { method: 'POST' })),
  row('JSON', (side) =>
    side.send('token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      form: [['grant_type', 'refresh_token']],
    }),
  ),
]

/** Each waits for its own to be over; the codes of those before are over as well. */
const over: readonly Row[] = [
  ...(
    [
      ['code', 61_000, code, 'web'],
      ['device code', 601_000, deviceCode, 'screen'],
    ] as const
  ).map(([what, ms, form, name]): Row => {
    const kept = new Map<Side, Pairs>()
    return {
      ...row(`${what}, which is over`, async (side) => ask(side, 'token', name, kept.get(side) ?? [])),
      afterMs: ms,
      before: async (side) => void kept.set(side, await form(side)),
    }
  }),
]

export const tokenRows: readonly Row[] = [
  ...codes,
  ...refreshes,
  ...robots,
  ...screens,
  ...grants.map((grant) =>
    row(`the grant ‘${grant.slice(0, 50)}’`, (side) => ask(side, 'token', 'web', [['grant_type', grant]])),
  ),
  ...methods,
  ...bodies,
  ...over,
]
