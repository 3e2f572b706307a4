import type { ApplicationRow } from '../../applications/store.ts'
import { type Html, html, type Language, wrongLine } from '../../pages/page.ts'
import { shownUserCode } from '../../secrets/user-codes.ts'
import { givenContent } from '../given.ts'
import type { Present, WaitingDevice } from '../ground.ts'
import type { NamedDetail } from '../named-details.ts'
import type { DeviceCodeRow } from './store.ts'
import { words } from './words.ts'

interface Again {
  readonly problem?: string
  /** Where to sign in again, if that is what is needed. */
  readonly again?: string
}

export function codeContent(language: Language, typed: string, { problem, again }: Again = {}): Html {
  const say = words[language]
  return html`<h1>${say.title}</h1>
${wrongLine(problem)}
${again === undefined ? '' : html`<p><a href="${again}">${say.signInAgain}</a></p>`}
<p>${say.text}</p>
<form method="post" action="/device">
<label for="code">${say.code}</label>
<input id="code" name="user_code" value="${typed}" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required autofocus aria-describedby="code-hint">
<p class="hint" id="code-hint">${say.codeHint}</p>
<button>${say.goOn}</button>
</form>`
}

interface Approval {
  readonly code: string
  readonly row: DeviceCodeRow
  readonly application: ApplicationRow
  readonly present: Present
  readonly isFar: boolean
  readonly devices: readonly NamedDetail[] | undefined
}

export function approvalContent(
  language: Language,
  { code, row, application, present, isFar, devices }: Approval,
): Html {
  const say = words[language]
  return html`<h1>${say.approveTitle(application.name)}</h1>
<p>${say.approveText(present.person.username)}</p>
${isFar ? html`<p class="bad" role="alert">${say.elsewhere}</p>` : ''}
${whereFrom(language, code, row)}
<p>${say.itMay}</p>
${givenContent(language, { scopes: row.scopes, devices, isAgent: application.type === 'agent' })}
<form method="post" action="/device/answer">
<input type="hidden" name="user_code" value="${code}">
<button name="answer" value="allow">${say.allow}</button>
<button name="answer" value="deny" class="other">${say.deny}</button>
</form>`
}

interface Binding {
  readonly code: string
  readonly row: WaitingDevice
  readonly present: Present
  readonly isFar: boolean
}

export function bindingContent(language: Language, { code, row, present, isFar }: Binding): Html {
  const say = words[language]
  return html`<h1>${say.bindTitle(row.name)}</h1>
<p>${say.bindText(present.person.username)}</p>
${isFar ? html`<p class="bad" role="alert">${say.elsewhere}</p>` : ''}
<table>
<tr><th scope="row">${say.device}</th><td>${row.name}</td></tr>
<tr><th scope="row">${say.product}</th><td>${row.product}</td></tr>
<tr><th scope="row">${say.uid}</th><td><code>${row.uid}</code></td></tr>
</table>
${whereFrom(language, code, row)}
<form method="post" action="/device/answer">
<input type="hidden" name="user_code" value="${code}">
<button name="answer" value="allow">${say.bind}</button>
<button name="answer" value="deny" class="other">${say.doNotBind}</button>
</form>`
}

export function boundContent(language: Language, isAllowed: boolean, name: string): Html {
  const say = words[language]
  return html`<h1>${isAllowed ? say.boundTitle(name) : say.notBoundTitle}</h1>
<p>${isAllowed ? say.boundText : say.deniedText}</p>`
}

/** From where it was asked, and with which code. */
function whereFrom(
  language: Language,
  code: string,
  row: Pick<WaitingDevice, 'address' | 'region' | 'user_agent'>,
): Html {
  const say = words[language]
  return html`<table>
<tr><th scope="row">${say.code}</th><td><code>${shownUserCode(code)}</code></td></tr>
<tr><th scope="row">${say.address}</th><td>${row.address}</td></tr>
<tr><th scope="row">${say.place}</th><td>${placeIn(language, row.region)}</td></tr>
<tr><th scope="row">${say.program}</th><td>${row.user_agent ?? say.unknownPlace}</td></tr>
</table>`
}

/** A country by its code, or what kind of network it is. */
function placeIn(language: Language, region: string | null): string {
  const { unknownPlace, networks } = words[language]
  if (region === null) return unknownPlace
  return region === 'local' || region === 'carrier' ? networks[region] : region
}

export function doneContent(language: Language, isAllowed: boolean, application: string): Html {
  const say = words[language]
  return html`<h1>${isAllowed ? say.allowedTitle : say.deniedTitle}</h1>
<p>${isAllowed ? say.allowedText(application) : say.deniedText}</p>`
}
