import { defaultNext, signInPath } from '../../pages/own-path.ts'
import { type Html, html, type Language, wrongLine } from '../../pages/page.ts'
import { qr } from '../../pages/qr.ts'
import type { PendingAuthenticator } from '../factors/authenticators.ts'
import type { OfferedProvider } from '../ground.ts'
import { words } from './page-words.ts'

/** What the forms of a sign-in hand on from page to page. */
export interface Course {
  readonly language: Language
  /** Where the person is led in the end, a path of this server. */
  readonly next: string
  /** Whether strangers may make an account. */
  readonly isOpen: boolean
  /** Whether passkeys work here at all. */
  readonly hasPasskeys: boolean
  /** The providers at which one may sign in instead. */
  readonly providers: readonly OfferedProvider[]
}

export function passwordForm(
  { language, next, isOpen, hasPasskeys, providers }: Course,
  username: string,
  problem?: string,
): Html {
  const say = words[language]
  // Whoever has typed a name once types the password next.
  const focus = (isWanted: boolean) => (isWanted ? html` autofocus` : html``)
  return html`<h1>${say.title}</h1>
${wrongLine(problem)}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="username">${say.username}</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required${focus(username === '')}>
<label for="password">${say.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${focus(username !== '')}>
<p class="hint">${say.untilClosed}</p>
<button>${say.submit}</button>
</form>
${providerLinks(providers, language, next)}
${hasPasskeys ? html`<p><a href="${withScript(next)}">${say.byPasskey}</a></p>` : ''}
<p><a href="/recover">${say.forgotten}</a></p>
${isOpen ? html`<p><a href="/sign-up">${say.signUp}</a></p>` : ''}`
}

/** A link for each provider, which goes there by GET: a form must not end at another origin. */
function providerLinks(providers: readonly OfferedProvider[], language: Language, next: string): Html {
  const query = next === defaultNext ? '' : `?${new URLSearchParams({ next })}`
  const links = providers.map(
    ({ key, name }) =>
      html`<p><a class="button" href="/sign-in/with/${key}${query}">${words[language].byProvider(name)}</a></p>`,
  )
  return links.length === 0 ? html`` : html`<div class="ways">${links}</div>`
}

/** What a code of the second step is of; a form says it to the one that may follow it. */
const kinds = ['authenticator', 'authenticator_or_recovery', 'recovery', 'mail'] as const
export type CodeKind = (typeof kinds)[number]

export function isCodeKind(text: string): text is CodeKind {
  return kinds.some((kind) => kind === text)
}

/** What the codes are of that answer this step; undefined if none does. */
export function kindOf({ factors }: { readonly factors: readonly string[] }): CodeKind | undefined {
  if (factors.includes('mailed_code')) return 'mail'
  const [hasAuthenticator, hasCodes] = [factors.includes('authenticator'), factors.includes('recovery_code')]
  if (hasAuthenticator) return hasCodes ? 'authenticator_or_recovery' : 'authenticator'
  return hasCodes ? 'recovery' : undefined
}

interface CodeStep {
  readonly challenge: string
  readonly kind: CodeKind
  /** Where a mailed code went, as far as that is shown. */
  readonly sentTo?: string | undefined
  /** Whether a passkey answers it as well. */
  readonly hasPasskey: boolean
}

/** The second step, by a code of what the account has. It says all that it shows to the form that may follow it. */
export function codeForm(
  { language, next }: Course,
  { challenge, kind, sentTo, hasPasskey }: CodeStep,
  problem?: string,
): Html {
  const say = words[language]
  const hints = {
    authenticator: say.authenticatorHint,
    authenticator_or_recovery: say.codeHint,
    recovery: say.recoveryHint,
    mail: say.mailedHint,
  }
  // The place is known from then on by itself.
  const remember =
    kind === 'mail'
      ? html``
      : html`<label class="check"><input type="checkbox" name="remember" value="yes"> ${say.remember}</label>`
  return html`<h1>${say.stepTitle}</h1>
${sentTo === undefined ? '' : html`<p>${say.mailedText(sentTo)}</p>`}
${wrongLine(problem)}
<form method="post" action="/sign-in/factor">
<input type="hidden" name="next" value="${next}">
<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="step" value="${kind}">
${sentTo === undefined ? '' : html`<input type="hidden" name="sent_to" value="${sentTo}">`}
${hasPasskey ? html`<input type="hidden" name="passkey" value="yes">` : ''}
${codeField(say.code, hints[kind])}
${remember}
<button>${say.goOn}</button>
</form>
${hasPasskey ? html`<p><a href="${withScript(next)}">${say.byPasskey}</a></p>` : ''}
${beginAgain(language, next)}`
}

/** The second step of an account that has passkeys and no codes: no page without script can ask for them. */
export function passkeyOnly({ language, next }: Course): Html {
  const say = words[language]
  return html`<h1>${say.stepTitle}</h1>
<p>${say.passkeyText}</p>
<p><a href="${withScript(next)}">${say.byPasskey}</a></p>
${beginAgain(language, next)}`
}

interface Enrolling {
  readonly challenge: string
  readonly authenticator: PendingAuthenticator
  /** Whether a passkey could be enrolled instead, which takes script. */
  readonly hasPasskeys: boolean
}

/** The second step of an account that has to enrol a factor first. */
export function enrolmentForm(
  { language, next }: Course,
  { challenge, authenticator, hasPasskeys }: Enrolling,
  problem?: string,
): Html {
  const say = words[language]
  return html`<h1>${say.enrolTitle}</h1>
<p>${say.enrolText}</p>
<p>${say.scan}</p>
${wrongLine(problem)}
${qr(authenticator.link, say.picture)}
<p>${say.key}: <code>${authenticator.secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code></p>
<form method="post" action="/sign-in/factor">
<input type="hidden" name="next" value="${next}">
<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="step" value="enrol">
${codeField(say.code, say.authenticatorHint)}
<button>${say.goOn}</button>
</form>
${hasPasskeys ? html`<p><a href="${withScript(next)}">${say.enrolByPasskey}</a></p>` : ''}
${beginAgain(language, next)}`
}

export function signedInContent(
  { language, next }: Course,
  username: string,
  recoveryCodes: readonly string[] = [],
): Html {
  const say = words[language]
  const codes =
    recoveryCodes.length === 0
      ? html``
      : html`<h2>${say.codesTitle}</h2>
<p>${say.codesText}</p>
<ul>${recoveryCodes.map((code) => html`<li><code>${code}</code></li>`)}</ul>`
  return html`<h1>${say.doneTitle}</h1>
<p>${say.doneText(username)}</p>
${codes}
<p><a href="${next}">${say.goOn}</a></p>`
}

/** What its kind is called stays the same on every page, so that password managers know it. */
function codeField(label: string, hint: string): Html {
  return html`<label for="code">${label}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="64" required autofocus aria-describedby="code-hint">
<p class="hint" id="code-hint">${hint}</p>`
}

function beginAgain(language: Language, next: string): Html {
  return html`<p><a href="${signInPath(next)}">${words[language].beginAgain}</a></p>`
}

/** The sign-in of the console, which needs script and knows passkeys, for somebody who is led to `next` in the end. */
function withScript(next: string): string {
  return next === defaultNext ? defaultNext : `${defaultNext}?${new URLSearchParams({ next })}`
}
