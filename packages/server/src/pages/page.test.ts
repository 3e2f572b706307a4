import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { html, languageOf, page } from './page.ts'

describe('a page', () => {
  test('escapes whatever is put into it, in text and in attributes', () => {
    const hostile = `<script>alert("1")</script>'&`
    const { text } = html`<p title="${hostile}">${hostile}</p>`
    assert.doesNotMatch(text.replace(/^<p title="|">.*<\/p>$/g, ''), /[<>"']/)
    assert.equal(text.split('&#38;').length, 3)
  })

  test('does not escape twice what is a page’s part already', () => {
    const part = html`<b>${'<'}</b>`
    assert.equal(html`${part}${[part, part]}${1}`.text, '<b>&#60;</b><b>&#60;</b><b>&#60;</b>1')
  })

  test('allows its own style by hash, and no script', () => {
    const answer = page(200, { title: '<i>', language: 'en' }, html`<p>x</p>`)
    assert.ok(answer.kind === 'page')
    const style = /<style>(.*)<\/style>/s.exec(answer.html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = answer.headers?.['content-security-policy'] ?? ''
    assert.ok(policy.includes(`style-src 'sha256-${hash}'`))
    assert.match(policy, /^default-src 'none'/)
    assert.doesNotMatch(policy, /script-src|unsafe/)
    assert.doesNotMatch(answer.html, /<script|<i>|\son\w+=|style="|https?:/)
    assert.match(answer.html, /<html lang="en">/)
  })
})

const languages = [
  { header: undefined, language: 'en' },
  { header: '', language: 'en' },
  { header: 'zh-TW', language: 'zh-Hant' },
  { header: 'zh-Hant-HK', language: 'zh-Hant' },
  { header: 'ZH-HK,en;q=0.5', language: 'zh-Hant' },
  { header: 'zh', language: 'zh-Hant' },
  { header: 'zh-CN', language: 'en' },
  { header: 'zh-Hans-TW', language: 'en' },
  { header: 'de,fr;q=0.9', language: 'en' },
  { header: 'de, zh-TW;q=0.9, en;q=0.8', language: 'zh-Hant' },
  { header: 'en;q=0.1, zh-TW;q=0.2', language: 'zh-Hant' },
  { header: 'zh-TW;q=0, en', language: 'en' },
  { header: 'zh-TW;q=x, en;q=0.1', language: 'en' },
  { header: ';;;,,,q=;', language: 'en' },
]
for (const { header, language } of languages) {
  test(`whoever prefers ${JSON.stringify(header)} reads ${language}`, () =>
    assert.equal(languageOf(header), language))
}
