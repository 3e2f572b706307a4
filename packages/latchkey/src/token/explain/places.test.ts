import assert from 'node:assert/strict'
import { describe as suite, test } from 'node:test'
import {
  goodClaims,
  goodHeader,
  nowMs,
  rawToken,
  secretBytes,
  segment,
} from '../../../test/token/raw-token.ts'
import { secretKey } from '../index.ts'
import { type Explanation, explain, type FindingCode, takeApart } from './index.ts'
import { keysToTry } from './keys.ts'

// What was taken off around a token is told, and each fault of its text with the characters that it is about.

const good = rawToken()
const [head = '', body = '', mac = ''] = good.split('.')
const keys = keysToTry([secretKey(secretBytes, { algorithm: 'HS256' })])
const policy = { keys, issuer: 'I', audience: 'A', nowMs }
const refusals = ({ findings }: Explanation) => findings.filter(({ level }) => level === 'refusal')

const around: readonly { name: string; text: string; codes: readonly FindingCode[]; fact?: string }[] = [
  { name: 'Bearer', text: `Bearer ${good}`, codes: ['bearer_pasted'] },
  { name: 'another scheme', text: `DPoP ${good}`, codes: ['bearer_pasted'] },
  { name: 'the header Authorization', text: `Authorization: Bearer ${good}`, codes: ['bearer_pasted'] },
  { name: 'the same in small letters', text: `authorization: bearer ${good}`, codes: ['bearer_pasted'] },
  {
    name: 'another header',
    text: `X-Auth-Token: ${good}`,
    codes: ['taken_from_header'],
    fact: 'X-Auth-Token',
  },
  {
    name: 'a request with several lines',
    text: `GET /v1/me HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer ${good}\r\nAccept: */*`,
    codes: ['taken_from_header'],
    fact: 'Authorization',
  },
  {
    name: 'a command',
    text: `curl -s -H "Authorization: Bearer ${good}" https://api.example/v1/me`,
    codes: ['taken_from_header'],
    fact: 'Authorization',
  },
  {
    name: 'the header Cookie',
    text: `Cookie: a=1; session=${good}; b=2`,
    codes: ['taken_from_cookie'],
    fact: 'session',
  },
  {
    name: 'the header Set-Cookie',
    text: `Set-Cookie: jwt=${good}; Path=/; HttpOnly`,
    codes: ['taken_from_cookie'],
    fact: 'jwt',
  },
  { name: 'pairs of cookies alone', text: `a=1; jwt=${good}`, codes: ['taken_from_cookie'], fact: 'jwt' },
  {
    name: 'an address with a fragment',
    text: `https://app.example/back#access_token=${good}&token_type=Bearer`,
    codes: ['taken_from_address'],
    fact: 'access_token',
  },
  {
    name: 'an address with a query',
    text: `https://app.example/?a=1&token=${good}`,
    codes: ['taken_from_address'],
    fact: 'token',
  },
  { name: 'a path with a query', text: `/ws?jwt=${good}`, codes: ['taken_from_address'], fact: 'jwt' },
  {
    name: 'an address that is percent-encoded',
    text: `https://app.example/?t=${good.replaceAll('.', '%2E')}`,
    codes: ['taken_from_address', 'percent_encoded'],
    fact: 't',
  },
  { name: 'a parameter alone', text: `token=${good}`, codes: ['bearer_pasted'] },
  {
    name: 'a JSON answer',
    text: JSON.stringify({ token_type: 'Bearer', access_token: good }),
    codes: ['wrapped_in_json'],
    fact: 'access_token',
  },
  {
    name: 'a JSON answer with an envelope',
    text: JSON.stringify({ data: { user: 1, auth: good } }, null, 2),
    codes: ['wrapped_in_json'],
    fact: 'data.auth',
  },
  {
    name: 'a JSON answer with Bearer in it',
    text: JSON.stringify({ token: `Bearer ${good}` }),
    codes: ['wrapped_in_json', 'bearer_pasted'],
    fact: 'token',
  },
  { name: 'double quotation marks', text: `"${good}"`, codes: ['quoted'] },
  { name: 'single ones', text: `'${good}'`, codes: ['quoted'] },
  { name: "Python's bytes", text: `b'${good}'`, codes: ['quoted'] },
  { name: 'a line of a log', text: `14:02 WARN refused ${good} from 10.0.0.1`, codes: ['taken_from_text'] },
  { name: 'two lines', text: `${good.slice(0, 40)}\n${good.slice(40)}`, codes: ['space_inside'] },
  { name: 'a line end', text: `${good}\r\n`, codes: ['space_around'] },
]
for (const { name, text, codes, fact } of around) {
  test(`a token is taken out of ${name}, and that is said`, () => {
    const explanation = explain(text, policy)
    assert.deepEqual(
      refusals(explanation).map(({ code }) => code),
      codes,
    )
    assert.equal(explanation.headline, 'right_but_for_spelling')
    const [first] = refusals(explanation)
    const { name: named, member } = first?.facts ?? {}
    assert.equal(named ?? member, fact)
    assert.equal(takeApart(text).token, good)
    assert.equal(takeApart(text).payload?.text, JSON.stringify(goodClaims))
    // What was taken off is what the place is about: never a part of the token.
    const { from = 0, to = 0 } = first?.at ?? {}
    assert.ok(!text.slice(from, to).includes(mac), text.slice(from, to))
  })
}

test('of several tokens the first is explained, and their number is said', () => {
  const other = rawToken({ payload: { ...goodClaims, sub: 'other' } })
  const explanation = explain(`old ${good}, new ${other}`, policy)
  assert.equal(explanation.findings.find(({ code }) => code === 'several_tokens')?.facts.count, 2)
  assert.equal(explanation.claims.find(({ name }) => name === 'sub')?.value, goodClaims.sub)
})

suite('the prefix of an API key is taken off, and is no fault', () => {
  const rows: readonly { name: string; text: string; codes: readonly FindingCode[] }[] = [
    { name: 'alone', text: `lk_key_${good}`, codes: [] },
    { name: 'behind Bearer', text: `Bearer lk_key_${good}`, codes: ['bearer_pasted'] },
    {
      name: 'in a command',
      text: `curl -H 'Authorization: Bearer lk_key_${good}' https://api.example`,
      codes: ['taken_from_header'],
    },
    {
      name: 'in a file of settings',
      text: `# for the report\nLATCHKEY_KEY=lk_key_${good}\n`,
      codes: ['space_around', 'taken_from_text'],
    },
    { name: 'in JSON', text: JSON.stringify({ kept: `lk_key_${good}` }), codes: ['wrapped_in_json'] },
  ]
  for (const { name, text, codes } of rows) {
    test(name, () => {
      const explained = explain(text, policy)
      assert.deepEqual(
        refusals(explained).map(({ code }) => code),
        codes,
      )
      assert.ok(explained.findings.some(({ code, level }) => code === 'api_key' && level === 'note'))
      assert.equal(explained.headline, codes.length === 0 ? 'valid' : 'right_but_for_spelling')
      assert.equal(takeApart(text).token, good)
    })
  }
  test('and where no token stands behind it, nothing is', () => {
    for (const text of ['lk_key_', `lk_key_${'x'.repeat(49)}`, 'lk_key_.a.b']) {
      assert.ok(!explain(text, policy).findings.some(({ code }) => code === 'api_key'))
    }
  })
})

const broken = '{"sub":"ada","exp":12,\'x\':1}'
const encoded = segment(broken)
suite('a fault is pointed at', () => {
  const rows: readonly { name: string; text: string; code: FindingCode; at: string }[] = [
    { name: 'padding', text: `${good}==`, code: 'padding', at: '==' },
    {
      name: 'a character that no alphabet has',
      text: `${head}.${body}.${mac.slice(0, 9)}!${mac.slice(10)}`,
      code: 'not_base64url',
      at: '!',
    },
    {
      name: 'the same, with words in front',
      text: `Bearer ${head}.${body}.a$b`,
      code: 'not_base64url',
      at: '$',
    },
    { name: 'the standard alphabet', text: `${head}.${body}.ab+/`, code: 'standard_alphabet', at: '+' },
    { name: 'a lost character', text: `${head}.${body}.abcdX`, code: 'length_impossible', at: 'X' },
    { name: 'bits that mean nothing', text: `${head}.${body}.abcdeR`, code: 'unused_bits', at: 'R' },
    { name: 'dots in place of a part', text: `${head}...`, code: 'shortened', at: '...' },
    { name: 'a part too many', text: `${good}.more`, code: 'parts_too_many', at: '.' },
    { name: 'a line end', text: `${good}\n`, code: 'space_around', at: '\n' },
    { name: 'Bearer', text: `Bearer ${good}`, code: 'bearer_pasted', at: 'Bearer ' },
    {
      name: 'JSON that breaks',
      text: `${head}.${encoded}.${mac}`,
      code: 'json_broken',
      // The two characters of base64url that hold the byte.
      at: encoded.slice(Math.floor((22 * 4) / 3), Math.floor((22 * 4 + 3) / 3) + 1),
    },
  ]
  for (const { name, text, code, at } of rows) {
    test(name, () => {
      const finding = explain(text, policy).findings.find((one) => one.code === code)
      assert.equal(text.slice(finding?.at?.from, finding?.at?.to), at)
    })
  }

  test('a member that is there twice, at its second place', () => {
    const payload = '{"sub":"a","sub":"b"}'
    const text = `${head}.${segment(payload)}.${mac}`
    const { from = 0 } =
      explain(text, policy).findings.find(({ code }) => code === 'duplicate_member')?.at ?? {}
    assert.equal(from - head.length - 1, Math.floor((payload.lastIndexOf('"sub"') * 4) / 3))
  })
})

suite('what can be read of a broken token is shown', () => {
  const wholeHeader = segment(goodHeader)
  const rows: readonly { name: string; text: string; header: object; claims: object; payload: string }[] = [
    {
      name: 'claims before the place where the JSON breaks',
      text: `${head}.${encoded}.${mac}`,
      header: goodHeader,
      claims: { sub: 'ada', exp: 12 },
      payload: broken,
    },
    {
      name: 'claims before a character that is none of base64url',
      text: `${wholeHeader}.${segment({ sub: 'ada', name: 'Ada' }).slice(0, 20)}!!${mac}.x`,
      header: goodHeader,
      claims: { sub: 'ada' },
      payload: '{"sub":"ada","n',
    },
    {
      name: 'claims of a payload that was cut in the middle',
      text: `${wholeHeader}.${segment({ sub: 'ada', name: 'Ada' }).slice(0, 21)}`,
      header: goodHeader,
      claims: { sub: 'ada' },
      payload: '{"sub":"ada","n',
    },
    { name: 'the header alone', text: head, header: goodHeader, claims: {}, payload: '' },
    {
      name: 'the payload alone',
      text: body,
      header: {},
      claims: goodClaims,
      payload: JSON.stringify(goodClaims),
    },
  ]
  for (const { name, text, header, claims, payload } of rows) {
    test(name, () => {
      const { header: shown, claims: said, headline, kind } = explain(text, { nowMs })
      const object = (members: Explanation['claims']) =>
        Object.fromEntries(members.map(({ name, value }) => [name, value]))
      assert.deepEqual(object(shown), header)
      assert.deepEqual(object(said), claims)
      assert.equal(headline, 'refused')
      assert.notEqual(kind, 'unreadable')
      assert.equal(takeApart(text).payload?.text ?? '', payload)
    })
  }
})

suite('a JWS in JSON', () => {
  const flattened = { protected: head, payload: body, signature: mac }
  const forged = { protected: head, signature: segment('nothing of the sort') }

  test('is right but for its spelling, and its place is told', () => {
    const explanation = explain(JSON.stringify(flattened), policy)
    assert.deepEqual(
      refusals(explanation).map(({ code }) => code),
      ['json_serialization'],
    )
    assert.equal(explanation.headline, 'right_but_for_spelling')
    assert.equal(takeApart(JSON.stringify(flattened)).header?.text, JSON.stringify(goodHeader))
  })

  test('with several signatures is that which is good', () => {
    const { payload, ...one } = flattened
    const text = JSON.stringify({ payload, signatures: [forged, one] })
    const explanation = explain(text, policy)
    assert.equal(explanation.headline, 'right_but_for_spelling')
    assert.equal(explanation.findings.find(({ code }) => code === 'several_signatures')?.facts.count, 2)
  })

  const wrong: readonly { name: string; text: string; code: FindingCode }[] = [
    {
      name: 'with no good signature',
      text: JSON.stringify({ payload: body, signatures: [forged] }),
      code: 'signature_wrong',
    },
    {
      name: 'with parameters that nobody signed',
      text: JSON.stringify({ ...flattened, header: { kid: 'x' } }),
      code: 'header_unprotected',
    },
    {
      name: 'without its signature',
      text: JSON.stringify({ ...flattened, signature: '' }),
      code: 'part_empty',
    },
    {
      name: 'with no signatures',
      text: JSON.stringify({ payload: body, signatures: [] }),
      code: 'json_serialization',
    },
    {
      name: 'with signatures of numbers',
      text: JSON.stringify({ payload: body, signatures: [1] }),
      code: 'part_empty',
    },
  ]
  for (const { name, text, code } of wrong) {
    test(`is refused ${name}`, () => {
      const explanation = explain(text, policy)
      assert.equal(explanation.headline === 'valid', false)
      assert.ok(
        refusals(explanation).some((one) => one.code === code),
        JSON.stringify(refusals(explanation)),
      )
    })
  }
})
