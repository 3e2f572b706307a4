import type { Row } from '../row.ts'
import {
  ask,
  assertionType,
  basic,
  type ClientName,
  codeFor,
  codeForm,
  type Endpoint,
  type Pairs,
  replacing,
  type Side,
} from '../side.ts'

interface Presented {
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Pairs
}

const encoded = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const signed = (assertion: string): Pairs => [
  ['client_assertion', assertion],
  ['client_assertion_type', assertionType],
]
const secondsNow = (side: Side) => {
  const [, claims = ''] = side.assertion().split('.')
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iat: number }).iat // as the sides make it
}

/** Ways of a client to present itself, nearly all of them wrong. */
const ways: Readonly<Record<string, (side: Side) => Presented>> = {
  nothing: () => ({}),
  'an unknown client': () => ({ headers: encoded('unknown:secret') }),
  'an unknown client in the form': () => ({
    form: [
      ['client_id', 'unknown'],
      ['client_secret', 'secret'],
    ],
  }),
  'a wrong secret': ({ clients: { web } }) => ({ headers: basic({ ...web, secret: 'wrong' }) }),
  'the secret of another': ({ clients: { web, other } }) => ({
    headers: basic({ id: web.id, secret: other.secret }),
  }),
  'a wrong secret in the form': ({ clients: { post } }) => ({
    form: [
      ['client_id', post.id],
      ['client_secret', 'wrong'],
    ],
  }),
  'an empty secret': ({ clients: { web } }) => ({ headers: encoded(`${web.id}:`) }),
  'an empty id': ({ clients: { web } }) => ({ headers: encoded(`:${web.secret}`) }),
  'no colon': ({ clients: { web } }) => ({ headers: encoded(web.id) }),
  'Basic that is no base64': () => ({ headers: { authorization: 'Basic ***' } }),
  'Basic with nothing': () => ({ headers: { authorization: 'Basic' } }),
  'the scheme Bearer': ({ clients: { web } }) => ({ headers: { authorization: `Bearer ${web.secret}` } }),
  'a scheme that is unknown': ({ clients: { web } }) => ({
    headers: { authorization: `Unknown ${web.secret}` },
  }),
  'Basic and a secret in the form': ({ clients: { web } }) => ({
    headers: basic(web),
    form: [
      ['client_id', web.id],
      ['client_secret', web.secret],
    ],
  }),
  'Basic and another client id in the form': ({ clients: { web, other } }) => ({
    headers: basic(web),
    form: [['client_id', other.id]],
  }),
  'the id alone of a client with a secret': ({ clients: { web } }) => ({ form: [['client_id', web.id]] }),
  'the id twice': ({ clients: { native } }) => ({
    form: [
      ['client_id', native.id],
      ['client_id', native.id],
    ],
  }),
  'a secret of a client that has none': ({ clients: { native } }) => ({
    form: [
      ['client_id', native.id],
      ['client_secret', 'x'],
    ],
  }),
  'in the form, for a client of Basic': ({ clients: { web } }) => ({
    form: [
      ['client_id', web.id],
      ['client_secret', web.secret],
    ],
  }),
  'by Basic, for a client of the form': ({ clients: { post } }) => ({ headers: basic(post) }),
  'an assertion of a client with a secret': (side) => ({
    form: [['client_id', side.clients.web.id], ...signed(side.assertion())],
  }),
  'a secret of a client that signs': ({ clients: { keyed } }) => ({
    headers: basic({ ...keyed, secret: 'x' }),
  }),
  'an assertion without its type': (side) => ({ form: [['client_assertion', side.assertion()]] }),
  'an assertion of another type': (side) => ({
    form: replacing(signed(side.assertion()), [['client_assertion_type', 'urn:unknown']]),
  }),
  'the type without an assertion': ({ clients: { keyed } }) => ({
    form: [
      ['client_id', keyed.id],
      ['client_assertion_type', assertionType],
    ],
  }),
  'an assertion that is none': ({ clients: { keyed } }) => ({
    form: [['client_id', keyed.id], ...signed('none')],
  }),
  'an assertion and a secret': (side) => ({
    form: [...signed(side.assertion()), ['client_id', side.clients.keyed.id], ['client_secret', 'x']],
  }),
  'an assertion that is over': (side) => ({
    form: signed(side.assertion({ iat: secondsNow(side) - 600, exp: secondsNow(side) - 300 })),
  }),
  'an assertion without an end': (side) => ({ form: signed(side.assertion({ exp: undefined })) }),
  'an assertion without an id': (side) => ({ form: signed(side.assertion({ jti: undefined })) }),
  'an assertion for another server': (side) => ({
    form: signed(side.assertion({ aud: 'https://other.example' })),
  }),
  'an assertion of another issuer': (side) => ({ form: signed(side.assertion({ iss: 'other' })) }),
  'an assertion of another subject': (side) => ({
    form: signed(side.assertion({ sub: side.clients.web.id })),
  }),
  'an assertion by no algorithm': (side) => ({ form: signed(side.assertion({}, { alg: 'none' })) }),
  'an assertion by another algorithm': (side) => ({ form: signed(side.assertion({}, { alg: 'HS256' })) }),
  'an assertion with a crit': (side) => ({ form: signed(side.assertion({}, { crit: ['x'], x: 1 })) }),
  'an assertion that is not in force yet': (side) => ({
    form: signed(side.assertion({ nbf: secondsNow(side) + 600, exp: secondsNow(side) + 900 })),
  }),
  'an assertion whose signature is changed': (side) => ({
    form: signed(`${side.assertion().slice(0, -6)}AAAAAA`),
  }),
}

/** What each endpoint is asked beside. */
const asked: Partial<Record<Endpoint, Pairs>> = {
  token: [
    ['grant_type', 'refresh_token'],
    ['refresh_token', 'unknown'],
  ],
  introspect: [['token', 'unknown']],
  revoke: [['token', 'unknown']],
  par: [['response_type', 'code']],
  device: [['scope', 'openid']],
}

const wrong = Object.entries(asked).flatMap(([name, form]) =>
  Object.entries(ways).map(([way, present]): Row => {
    const endpoint = name as Endpoint // a key of the table
    return {
      name: `client at ${endpoint}: ${way}`,
      endpoint,
      run(side) {
        const { headers = {}, form: own = [] } = present(side)
        return side.send(endpoint, { method: 'POST', headers, form: [...own, ...form] })
      },
    }
  }),
)

const right = (['web', 'post', 'keyed', 'native'] as const).map(
  (name: ClientName): Row => ({
    name: `client at token: ${name}, as it should`,
    endpoint: 'token',
    run: async (side) => ask(side, 'token', name, codeForm(await codeFor(side, name))),
  }),
)

export const clientRows: readonly Row[] = [
  ...wrong,
  ...right,
  {
    name: 'client at token: an assertion twice',
    endpoint: 'token',
    async run(side) {
      const form: Pairs = [...signed(side.assertion()), ...(asked.token ?? [])]
      await side.send('token', { method: 'POST', form })
      return side.send('token', { method: 'POST', form })
    },
  },
]
