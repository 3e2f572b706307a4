import {
  longestIdleSeconds,
  longestSessionSeconds,
  readSignInRule,
  setSignInRule,
  shortestSessionSeconds,
} from '../../accounts/user-types/sign-in-rule.ts'
import { signInRuleView } from '../../accounts/user-types/views.ts'
import { operator } from '../../identity.ts'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

const durationForm = wholeText(/(\d{1,6})([mhd])/)

interface Options {
  readonly selfRegistration?: string
  readonly mailCode?: string
  readonly sessionIdle?: string
  readonly sessionLongest?: string
}

/** Without options it says how it is. */
export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const change = {
    selfRegistration: switchOf('--self-registration', options.selfRegistration),
    mailCode: switchOf('--mail-code', options.mailCode),
    sessionIdleSeconds: limitOf('--session-idle', options.sessionIdle, longestIdleSeconds),
    sessionLongestSeconds: limitOf('--session-longest', options.sessionLongest, longestSessionSeconds),
  }
  await withApp(async (app) => {
    const isAsked = Object.values(change).every((value) => value === undefined)
    const rule = isAsked
      ? await readSignInRule(app.db, name)
      : await setSignInRule(app, operator, name, change)
    const lasting = (seconds: number | null, days: number) =>
      seconds === null ? `${days} days` : `${seconds / 60} minutes`
    const text = [
      `Strangers ${rule.selfRegistration ? 'may' : 'may not'} make accounts of type ${name}.`,
      `A right password from an unknown place asks for ${rule.mailCode ? 'a mailed code, where mail works' : 'nothing more'}.`,
      `A session ends ${lasting(rule.sessionIdleSeconds, 30)} after its last use, and ${lasting(rule.sessionLongestSeconds, 90)} after its sign-in.`,
    ]
    createOutput(json).result(text.join('\n'), { name, ...signInRuleView.show(rule) })
  })
}

function switchOf(option: string, given: string | undefined): boolean | undefined {
  if (given === undefined) return undefined
  if (given !== 'on' && given !== 'off') throw new WrongUse(`${option} is on or off`)
  return given === 'on'
}

const unitSeconds = { m: 60, h: 3600, d: 86_400 } as const

/** Null takes the limit away. */
function limitOf(option: string, given: string | undefined, most: number): number | null | undefined {
  if (given === undefined) return undefined
  if (given === 'none') return null
  const [, count, unit] = durationForm.exec(given) ?? []
  const seconds = Number(count) * unitSeconds[(unit ?? 'm') as keyof typeof unitSeconds] // the pattern has the three
  if (!(seconds >= shortestSessionSeconds && seconds <= most)) {
    throw new WrongUse(`${option} is a time like 30m, 12h or 7d, 10m to ${most / 86_400}d, or none`)
  }
  return seconds
}
