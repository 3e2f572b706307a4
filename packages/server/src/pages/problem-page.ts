import type { Failed } from '../http/problem.ts'
import type { PageAnswer } from '../http/route.ts'
import { html, languageOf, page } from './page.ts'
import { type Kind, words } from './problem-words.ts'

/** What a person is told in place of a page that a route would have given: why not, and what to do. */
export function problemPage(failed: Failed, acceptLanguage: string | undefined): PageAnswer<number> {
  const language = languageOf(acceptLanguage)
  const say = words[language]
  const { status, code, requestId, retryAfterSeconds } = failed
  const kind = kindOf(failed)
  const { title, text } = say[kind]
  const again = kind === 'busy' || kind === 'tooMany' ? ` ${say.again(retryAfterSeconds)}` : ''
  const content = html`<h1>${title}</h1>
<p>${text}${again}</p>
<p class="hint">${say.requestId(requestId)}</p>
<p class="hint"><code>${code}</code></p>`
  // RFC 9110 section 10.2.3, as the same refusal has it in JSON.
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return page(status, { title, language }, content, { headers })
}

function kindOf({ status, code }: Failed): Kind {
  if (code === 'internal') return 'broken'
  if (status >= 500) return 'busy'
  if (status === 429) return 'tooMany'
  return status === 404 ? 'absent' : 'refused'
}
