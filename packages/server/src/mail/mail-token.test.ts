import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMailToken, MailTokenError, type OAuthSettings } from './mail-token.ts'

const settings: OAuthSettings = {
  ...{ tokenUrl: 'https://login.example/token', clientId: 'mail', clientSecret: 'a secret' },
  ...{ scope: undefined, refreshToken: undefined },
}
const { signal } = new AbortController()

/** A token endpoint on the other side of the network, and a clock. */
function opened(answer: (asked: number) => Response | Error, more: Partial<OAuthSettings> = {}) {
  const state = { now: 1_000_000, asked: [] as URLSearchParams[] }
  const token = createMailToken({ ...settings, ...more }, () => state.now, (async (_url, init) => {
    const given = answer(state.asked.push(init?.body as URLSearchParams))
    if (given instanceof Error) throw given
    return given
  }) satisfies typeof fetch)
  return { state, token: () => token(signal) }
}

for (const [expiresIn, usedMs] of [
  [3600, 3_540_000],
  [120, 60_000],
  [119, 59_500],
  [60, 30_000],
  [0, 240_000],
  [-1, 240_000],
  ['3600', 240_000],
  [undefined, 240_000],
] as const) {
  test(`a token that ends in ${JSON.stringify(expiresIn)} seconds is used for ${usedMs} ms`, async () => {
    const { state, token } = opened((asked) =>
      Response.json({ access_token: `t${asked}`, ...(expiresIn !== undefined && { expires_in: expiresIn }) }),
    )
    assert.equal(await token(), 't1')
    state.now += usedMs - 1
    assert.equal(await token(), 't1')
    state.now += 1
    assert.equal(await token(), 't2')
  })
}

for (const [more, sent] of [
  [{}, 'grant_type=client_credentials&client_id=mail&client_secret=a+secret'],
  [{ scope: 'smtp' }, 'grant_type=client_credentials&client_id=mail&client_secret=a+secret&scope=smtp'],
  [{ refreshToken: 'r' }, 'grant_type=refresh_token&client_id=mail&client_secret=a+secret&refresh_token=r'],
] as const) {
  test(`it is asked for by ${sent}`, async () => {
    const { state, token } = opened(() => Response.json({ access_token: 't' }), more)
    await token()
    assert.equal(String(state.asked[0]), sent)
  })
}

const unreachable = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
for (const [name, answer, says] of [
  [
    'an error',
    () => Response.json({ error: 'invalid_client' }, { status: 401 }),
    /answers 401: invalid_client$/,
  ],
  [
    'an error beside a token',
    () => Response.json({ access_token: 't' }, { status: 500 }),
    /500: no access token$/,
  ],
  ['an error of two words', () => Response.json({ error: 'a b' }, { status: 400 }), /400: no access token$/],
  ['an error that is a number', () => Response.json({ error: 7 }, { status: 400 }), /400: no access token$/],
  ['no token', () => Response.json({}), /200: no access token$/],
  ['an empty token', () => Response.json({ access_token: '' }), /200: no access token$/],
  ['a token that is a number', () => Response.json({ access_token: 7 }), /200: no access token$/],
  ['nothing', () => Response.json(null), /200: no access token$/],
  ['a page', () => new Response('<p>'), /200: no access token$/],
  ['a closed port', () => unreachable, /cannot be reached \(ECONNREFUSED\)$/],
  ['silence', () => new DOMException('', 'TimeoutError'), /cannot be reached \(TimeoutError\)$/],
] as const) {
  test(`an endpoint that answers with ${name} is told, without a secret`, async () => {
    await assert.rejects(opened(answer).token(), (error) => {
      assert.ok(error instanceof MailTokenError)
      assert.match(error.message, says)
      assert.doesNotMatch(error.message, /a secret/)
      return true
    })
  })
}
