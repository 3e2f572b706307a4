import type { App } from '../../app.ts'
import { keysOfApp } from '../../apps/keys.ts'
import { type AppRow, findApp, findAppByName } from '../../apps/store.ts'
import { appKeyView, appView } from '../../apps/views.ts'
import { secondsIn } from '../services/rules.ts'

/** What `add` and `change` take of an app. */
export interface Rules {
  readonly userType?: string | false
  readonly longestSession?: string
  readonly jwksUri?: string | false
}

/** @throws {WrongUse} */
export function rulesIn({ userType, longestSession, jwksUri }: Rules) {
  return {
    userType: userType === false ? null : userType,
    longestSessionSeconds: secondsIn('--longest-session', longestSession),
    jwksUri: jwksUri === false ? null : jwksUri,
  }
}

/** @throws {Error} in one line if there is no app of this name or id */
export async function appNamed({ db }: App, name: string): Promise<AppRow> {
  const row = (await findAppByName(db, name)) ?? (await findApp(db, name))
  if (!row) throw new Error(`there is no app ${name}; latchkey apps list shows which there are`)
  return row
}

/** An app as commands print it: text, and the same for machines. */
export async function shownApp(app: App, row: AppRow): Promise<{ text: string; value: object }> {
  const shown = appView.show(row)
  const keys = (await keysOfApp(app, row.id)).map(appKeyView.show)
  const lines = [
    `${shown.name} is ${shown.id}${shown.disabled_at === null ? '' : ', disabled'}.`,
    shown.user_type === null
      ? 'It makes nobody: only people sign in whom an administrator has linked.'
      : `Whoever comes for the first time becomes a ${shown.user_type}.`,
    `Its sessions last ${shown.longest_session_seconds} seconds at most.`,
    ...setLines(shown),
    ...keys.map(({ kid, algorithm, source, revoked_at }) => {
      const inForce = source === 'given' ? 'is in force' : 'is in its key set'
      const state = revoked_at === null ? inForce : `was revoked at ${revoked_at}`
      return `The key ${kid} (${algorithm}) ${state}.`
    }),
    ...(keys.length === 0 && shown.jwks_uri === null
      ? [`It has no key yet: latchkey apps add-key ${shown.name} KID --key FILE`]
      : []),
  ]
  return { text: lines.join('\n'), value: { ...shown, keys } }
}

/** Where the keys are published, and what came of the last read. */
function setLines({ jwks_uri: uri, last_fetch: last }: ReturnType<typeof appView.show>): string[] {
  if (uri === null) return []
  const where = `It publishes its keys at ${uri}.`
  if (last === null) return [where, 'They were not read yet.']
  const { at, outcome, cause, skipped } = last
  const came = outcome === 'read' ? `went well; ${skipped} entries are of no use here` : `failed: ${cause}`
  return [where, `The last read, at ${at}, ${came}.`]
}
