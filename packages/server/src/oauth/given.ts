import { type Html, html, type Language } from '../pages/page.ts'
import { permissions } from '../permissions.ts'
import type { NamedDetail } from './named-details.ts'
import { words } from './words.ts'

interface Given {
  readonly scopes: readonly string[]
  readonly devices: readonly NamedDetail[] | undefined
  /** Whether it asks the person for what else it wants to do with them. */
  readonly isAgent: boolean
}

/** What a person is about to let an application do. */
export function givenContent(language: Language, { scopes, devices, isAgent }: Given): Html {
  const say = words[language]
  // Of devices that are named, these say what may be done, and with no other.
  const told = scopes.filter((scope) => scope !== 'openid' && !(devices && scope.startsWith('devices:')))
  const lines = [
    ...told.map((scope) => scopeWords(language, scope)),
    ...(devices ?? []).map((detail) => detailWords(language, detail)),
  ]
  const nothing = devices?.length === 0 ? say.noDevices : say.nothing
  return html`<ul>${(lines.length === 0 ? [nothing] : lines).map((line) => html`<li>${line}</li>`)}</ul>
${devices === undefined ? '' : html`<p class="hint">${isAgent ? say.asksForMore : say.noOtherDevice}</p>`}`
}

/** What a scope lets an application do. */
function scopeWords(language: Language, scope: string): string {
  const known = words[language].scopes
  if (Object.hasOwn(known, scope)) return known[scope] ?? scope
  return Object.hasOwn(permissions, scope) ? permissions[scope as keyof typeof permissions] : scope
}

/** What may be done with a device, and until when. */
function detailWords(
  language: Language,
  { name, identifier, actions, methods, expires_at: end }: NamedDetail,
): string {
  const say = words[language]
  const deeds = actions.map((action) => {
    if (action === 'view') return say.viewDevice
    return methods === undefined ? say.controlDevice : say.sendMethods(methods.join(', '))
  })
  const until = end === undefined ? '' : say.until(momentIn(language, end * 1000))
  const shown = name === identifier ? name : `${name} (${identifier})`
  return `${shown}: ${deeds.join(say.and)}${until}`
}

/** In words of the reader; in which zone they are, nobody knows here. */
function momentIn(language: Language, atMs: number): string {
  const form = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const
  return `${new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, form).format(atMs)} UTC`
}
