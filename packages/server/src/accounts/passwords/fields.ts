import { type Html, html, type Language } from '../../pages/page.ts'
import { words } from '../invitations/words.ts'

/** The two fields of a form on which somebody chooses a password. How long it has to be depends on the account: the server says it. */
export function passwordFields(language: Language): Html {
  const { password, hint, again } = words[language]
  return html`<label for="password">${password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" maxlength="1024" required aria-describedby="hint">
<p class="hint" id="hint">${hint}</p>
<label for="again">${again}</label>
<input id="again" name="again" type="password" autocomplete="new-password" maxlength="1024" required>`
}
