import { Refusal, type RefusalCode } from '../errors.ts'
import type { PageAnswer } from '../http/route.ts'
import { html, type Language, page } from '../pages/page.ts'

/** What the page of a link that is over says. */
interface Over {
  readonly overTitle: string
  readonly overText: string
}

/** A way on from there: where it leads, and what it says. */
type Way = readonly [path: string, label: string]

const overCodes: ReadonlySet<RefusalCode> = new Set(['link_invalid', 'invitation_invalid'])

/** The page of a link, or the one that says that the link is over. */
export async function orOver<Shown>(
  language: Language,
  { overTitle, overText }: Over,
  ways: readonly Way[],
  show: () => Promise<Shown>,
): Promise<Shown | PageAnswer<404>> {
  try {
    return await show()
  } catch (error) {
    if (!(error instanceof Refusal) || !overCodes.has(error.code)) throw error
    const links = ways.map(([path, label]) => html`<p><a href="${path}">${label}</a></p>`)
    return page(404, { title: overTitle, language }, html`<h1>${overTitle}</h1><p>${overText}</p>${links}`)
  }
}
