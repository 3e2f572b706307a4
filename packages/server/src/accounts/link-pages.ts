import { unlessRefused } from '../errors.ts'
import type { PageAnswer } from '../http/route.ts'
import { html, type Language, page } from '../pages/page.ts'

/** What the page of a link that is over says. */
interface Over {
  readonly overTitle: string
  readonly overText: string
}

/** A way on from there: where it leads, and what it says. */
type Way = readonly [path: string, label: string]

/** The page of a link, or the one that says that the link is over. */
export async function orOver<Shown>(
  language: Language,
  { overTitle, overText }: Over,
  ways: readonly Way[],
  show: () => Promise<Shown>,
): Promise<Shown | PageAnswer<404>> {
  const over = () => {
    const links = ways.map(([path, label]) => html`<p><a href="${path}">${label}</a></p>`)
    return page(404, { title: overTitle, language }, html`<h1>${overTitle}</h1><p>${overText}</p>${links}`)
  }
  return unlessRefused(show, { link_invalid: over, invitation_invalid: over })
}
