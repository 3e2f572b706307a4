import { Refusal, unlessRefused } from '../errors.ts'
import type { PageAnswer } from '../http/route.ts'
import { html, type Language, page } from '../pages/page.ts'
import { words as passwordWords } from './invitations/words.ts'
import { passwordFaultOf } from './passwords/rules.ts'

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

/** The form of a link once more: what it says of what was typed. */
export interface Again {
  readonly status: 400 | 503
  readonly problem: string
  readonly refusal?: Refusal
}

/** The form once more for a password that is not taken, or where the server is busy. @throws anything else, as it came */
export function passwordAgain(error: unknown, language: Language): Again {
  if (!(error instanceof Refusal)) throw error
  const { unacceptable, busy } = passwordWords[language]
  if (error.code === 'overloaded') return { status: 503, problem: busy, refusal: error }
  const fault = passwordFaultOf(error)
  if (fault === undefined) throw error
  return { status: 400, problem: unacceptable[fault] }
}
