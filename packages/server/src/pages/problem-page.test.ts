import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { errorFormOf, type Route } from '../http/route.ts'
import { problemPage } from './problem-page.ts'

const isOfPages = (route: Route) => errorFormOf(route) === 'page'
const addressOf = ({ path }: Route) => path.replaceAll(/\{\w+\}/g, 'none')

/** What a person is told where a route of pages fails. Whatever an answer is, JSON is none. */
describe('a person in a browser is answered with a page', () => {
  test('by every route that gives pages, and by no other', async (t) => {
    const { app, close } = await openTestApp()
    t.after(close)
    const other = app.routes.filter((route) => !isOfPages(route))
    assert.ok(app.routes.length - other.length >= 35)
    // The front door gives one or the other by what is asked for, and a program asks for the one that it reads.
    const mixed = other.filter(({ answers }) => Object.values(answers).some(({ type }) => type === 'page'))
    assert.deepEqual(
      mixed.map(({ id }) => id),
      ['frontDoor'],
    )
    assert.deepEqual(
      app.routes.filter(isOfPages).flatMap(({ id, access }) => (access === 'public' ? [] : [id])),
      [],
    )
  })

  const failures: Readonly<Record<string, { error: unknown; status: number; code: string }>> = {
    'is away': {
      error: Object.assign(new Error('it failed'), { code: 'ECONNREFUSED' }),
      status: 503,
      code: 'storage_unavailable',
    },
    'is full': {
      error: Object.assign(new Error('it failed'), { code: 'ENOSPC' }),
      status: 507,
      code: 'storage_full',
    },
    'has a bug': { error: new TypeError('a secret of the server'), status: 500, code: 'internal' },
  }
  for (const [name, { error, status, code }] of Object.entries(failures)) {
    test(`where the storage ${name}`, async (t) => {
      const { app, call, close } = await openTestApp()
      t.after(close)
      for (const method of ['query', 'transaction'] as const) {
        t.mock.method(app.db, method, () => Promise.reject(error))
      }
      let failed = 0
      for (const route of app.routes.filter(isOfPages)) {
        const { method } = route
        const form = { username: 'ada', password: 'x', code: '123456', user_code: 'BCDF-GHJK' }
        const { origin } = new URL(app.config.issuer)
        const headers = { origin, 'accept-language': 'zh-TW' }
        const answer = await call(method, addressOf(route), { headers, ...(method === 'POST' && { form }) })
        const says = `${method} ${route.path} ${answer.status}`
        assert.match(answer.headers.get('content-type') ?? '', /^text\/html/, says)
        assert.ok(!answer.text.includes('a secret of the server'), says)
        if (answer.status !== status) continue
        failed += 1
        assert.match(answer.text, /<html lang="zh-Hant">/, says)
        assert.ok(answer.text.includes(`<code>${code}</code>`), says)
        assert.ok(answer.text.includes(answer.headers.get('x-request-id') ?? 'none'), says)
        assert.equal(answer.headers.get('retry-after') === null, code === 'internal', says)
        assert.match(
          answer.headers.get('content-security-policy') ?? '',
          /^default-src 'none'; style-src/,
          says,
        )
      }
      assert.ok(failed >= 8, String(failed))
    })
  }

  test('where no route has the address, if it asks for a page', async (t) => {
    const { call, close } = await openTestApp()
    t.after(close)
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    for (const [method, path, accept, type, status] of [
      ['GET', '/signin', browser, 'text/html', 404],
      ['GET', '/v1/nothing', browser, 'text/html', 404],
      ['PUT', '/sign-in', browser, 'text/html', 405],
      ['GET', '/signin', '*/*', 'application/problem+json', 404],
      ['GET', '/signin', 'application/json', 'application/problem+json', 404],
      ['PUT', '/sign-in', undefined, 'application/problem+json', 405],
    ] as const) {
      const answer = await call(method, path, { headers: accept === undefined ? {} : { accept } })
      assert.deepEqual([answer.status, answer.headers.get('content-type')?.split(';')[0]], [status, type])
      assert.equal(answer.headers.get('allow') === null, status === 404)
      assert.ok(answer.text.includes(status === 404 ? 'not_found' : 'method_not_allowed'))
    }
  })

  const sent: Readonly<Record<string, { body: string; type: string; status: number; code: string }>> = {
    'is no form': { body: '{}', type: 'application/json', status: 415, code: 'media_type_unsupported' },
    'is too large': {
      body: `x=${'x'.repeat(1024 * 1024)}`,
      type: 'application/x-www-form-urlencoded',
      status: 413,
      code: 'body_too_large',
    },
  }
  for (const [name, { body, type, status, code }] of Object.entries(sent)) {
    test(`where what it sends ${name}`, async (t) => {
      const { app, call, close } = await openTestApp()
      t.after(close)
      const forms = app.routes.filter((route) => isOfPages(route) && route.body !== undefined)
      assert.ok(forms.length >= 12)
      for (const route of forms) {
        const headers = { 'content-type': type }
        const answer = await call(route.method, addressOf(route), { body, headers })
        assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [status, null], route.path)
        assert.ok(answer.text.includes(`<code>${code}</code>`), route.path)
      }
    })
  }
})

const kinds = [
  { status: 503, code: 'overloaded', en: 'Not at the moment', zh: '目前無法使用' },
  { status: 507, code: 'storage_full', en: 'Not at the moment', zh: '目前無法使用' },
  { status: 500, code: 'internal', en: 'Something went wrong here', zh: '伺服器發生錯誤' },
  { status: 429, code: 'too_many_requests', en: 'Too many attempts', zh: '嘗試次數過多' },
  { status: 404, code: 'not_found', en: 'There is nothing here', zh: '這裡沒有任何內容' },
  { status: 400, code: 'request_invalid', en: 'This did not work', zh: '無法完成' },
  { status: 403, code: 'origin_not_allowed', en: 'This did not work', zh: '無法完成' },
] as const
for (const { status, code, en, zh } of kinds) {
  test(`the page of ${code} says so in both languages`, () => {
    const failed = { status, code, requestId: 'req_1' }
    for (const [language, title] of [
      ['en', en],
      ['zh-TW', zh],
    ] as const) {
      const { status: answered, html } = problemPage(failed, language)
      assert.equal(answered, status)
      assert.ok(html.includes(`<h1>${title}</h1>`))
      assert.ok(html.includes('req_1'))
      assert.equal(/try again in a moment|請稍後再試/.test(html), [429, 503, 507].includes(status))
    }
  })
}

test('it says for how long to wait, where that is known', () => {
  const failed = { status: 429, code: 'too_many_requests', requestId: 'req_1' } as const
  const said = (retryAfterSeconds: number, language = 'en') =>
    problemPage({ ...failed, retryAfterSeconds }, language).html
  assert.ok(said(1).includes('Please try again in a second.'))
  assert.ok(said(7).includes('Please try again in 7 seconds.'))
  assert.ok(said(7, 'zh-TW').includes('請在 7 秒後再試。'))
})
