import { isLoopback } from '../addresses/loopback.ts'
import { Refusal } from '../errors.ts'
import { routesFor } from '../http/route.ts'
import { timestamp } from '../http/schema.ts'
import { type Html, html, type Language, languageOf, page } from '../pages/page.ts'
import type { OutboxGround } from './ground.ts'
import type { Enclosed } from './outbox.ts'
import { words } from './words.ts'

const route = routesFor<OutboxGround>()

/**
 * The letters that would have been sent. There is one in the development mode without a mail server only, which listens on
 * loopback only. The request has to name this server: a page of another host, whose name leads here, reads nothing.
 */
export const outboxPage = route({
  id: 'mailOutboxPage',
  method: 'GET',
  path: '/mail/outbox',
  tag: 'pages',
  summary: 'The letters that would have been sent; in development mode without a mail server only.',
  access: 'public',
  answers: { 200: { description: 'The page.', type: 'page' } },
  refuses: ['not_found', 'origin_not_allowed'],
  async handle({ issuer, shown }, { header }) {
    const letters = await shown()
    requireOwnName(header('host'), issuer)
    const language = languageOf(header('accept-language'))
    const say = words[language]
    const shownLetters = letters.map(({ row, enclosed }) => letterOf(language, row.created_at, enclosed))
    return page(
      200,
      { title: say.title, language, wide: true },
      html`<h1>${say.title}</h1><p>${say.intro}</p>
${letters.length === 0 ? html`<p class="hint">${say.empty}</p>` : ''}
${shownLetters}`,
    )
  },
})

function letterOf(language: Language, writtenAt: number, { to, letter }: Enclosed): Html {
  const say = words[language]
  const { link, notes = [] } = letter
  return html`<section>
<h2>${letter.subject}</h2>
<p class="hint">${say.to}: ${to}<br>${say.at}: ${timestamp(writtenAt)}</p>
<div lang="${letter.language}">
${letter.paragraphs.map((text) => html`<p>${text}</p>`)}
${link ? html`<p><a href="${link.url}">${link.label}</a><br><code>${link.url}</code></p>` : ''}
${notes.map((text) => html`<p class="hint">${text}</p>`)}
</div>
</section>`
}

function requireOwnName(host: string | undefined, issuer: string): void {
  const named = host === undefined ? undefined : URL.parse(`http://${host}`)?.hostname
  if (named !== undefined && (isLoopback(named) || named === new URL(issuer).hostname)) return
  throw new Refusal('origin_not_allowed', 'this page is shown under the name of this server only')
}
