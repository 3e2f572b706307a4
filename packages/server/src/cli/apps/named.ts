import type { App } from '../../app.ts'
import { type AppRow, findApp, findAppByName, findAppKeys } from '../../apps/store.ts'
import { appKeyView, appView } from '../../apps/views.ts'
import { secondsIn } from '../services/rules.ts'

/** What `add` and `change` take of an app. */
export interface Rules {
  readonly userType?: string | false
  readonly longestSession?: string
}

/** @throws {WrongUse} */
export function rulesIn({ userType, longestSession }: Rules) {
  return {
    userType: userType === false ? null : userType,
    longestSessionSeconds: secondsIn('--longest-session', longestSession),
  }
}

/** @throws {Error} in one line if there is no app of this name or id */
export async function appNamed({ db }: App, name: string): Promise<AppRow> {
  const row = (await findAppByName(db, name)) ?? (await findApp(db, name))
  if (!row) throw new Error(`there is no app ${name}; latchkey apps list shows which there are`)
  return row
}

/** An app as commands print it: text, and the same for machines. */
export async function shownApp({ db }: App, row: AppRow): Promise<{ text: string; value: object }> {
  const shown = appView.show(row)
  const keys = (await findAppKeys(db, row.id)).map(appKeyView.show)
  const lines = [
    `${shown.name} is ${shown.id}${shown.disabled_at === null ? '' : ', disabled'}.`,
    shown.user_type === null
      ? 'It makes nobody: only people sign in whom an administrator has linked.'
      : `Whoever comes for the first time becomes a ${shown.user_type}.`,
    `Its sessions last ${shown.longest_session_seconds} seconds at most.`,
    ...keys.map(({ kid, algorithm, revoked_at }) => {
      const state = revoked_at === null ? 'is in force' : `was revoked at ${revoked_at}`
      return `The key ${kid} (${algorithm}) ${state}.`
    }),
    ...(keys.length === 0 ? [`It has no key yet: latchkey apps add-key ${shown.name} KID --key FILE`] : []),
  ]
  return { text: lines.join('\n'), value: { ...shown, keys } }
}
