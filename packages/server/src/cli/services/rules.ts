import { scopeWord } from '../../services/scopes/words.ts'
import type { ProfileChoice } from '../../tokens/profiles/choice.ts'
import {
  type AddedClaim,
  keyAlgorithms,
  profileNames,
  sharedAlgorithms,
} from '../../tokens/profiles/profile.ts'
import { wholeText } from '../../whole-text.ts'
import { WrongUse } from '../wrong-use.ts'

const durationForm = wholeText(/(\d{1,6})([smhd])/)
const claimForm = wholeText(/([^=]+)=(.+)/)

/** What `add` and `change` take of a service. */
export interface Rules {
  readonly scope?: readonly string[]
  readonly audience?: string | false
  readonly knows?: readonly string[]
  readonly profile?: string
  readonly key?: string
  readonly algorithm?: string
  readonly tokenType?: string
  readonly life?: string
  readonly audienceForm?: string
  readonly scopePrefix?: string
  readonly claim?: readonly string[]
  readonly statusList?: boolean
}

/** @throws {WrongUse} */
export function rulesIn({ audience, knows, ...options }: Rules) {
  const wrong = knows?.find((scope) => !scopeWord.test(scope))
  if (wrong !== undefined) throw new WrongUse(`${wrong} is no scope: a scope has a colon, such as pages:read`)
  return {
    audience: audience === false ? null : audience,
    knownScopes: knows,
    profile: profileIn(options),
  }
}

function profileIn(options: Omit<Rules, 'audience' | 'knows'>): ProfileChoice | undefined {
  const { profile, key, algorithm, tokenType, life, audienceForm, scopePrefix, claim, statusList } = options
  const given = [key, algorithm, tokenType, life, audienceForm, scopePrefix, claim, statusList]
  if (profile === undefined) {
    if (given.every((one) => one === undefined)) return undefined
    throw new WrongUse('say with --profile of which profile that is to be otherwise')
  }
  const algorithms = ['server', ...keyAlgorithms, ...sharedAlgorithms] as const
  return {
    name: oneOf('--profile', profileNames, profile),
    key: key === undefined ? undefined : oneOf('--key', ['issuer', 'own', 'shared'] as const, key),
    algorithm: algorithm === undefined ? undefined : oneOf('--algorithm', algorithms, algorithm),
    type: tokenType,
    lifeSeconds: secondsIn('--life', life),
    audienceForm:
      audienceForm === undefined
        ? undefined
        : oneOf('--audience-form', ['text', 'array'] as const, audienceForm),
    scopePrefix,
    claims: claim?.map(claimIn),
    statusList,
  }
}

/** @throws {WrongUse} */
export function oneOf<Name extends string>(option: string, names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given)
  if (found === undefined) throw new WrongUse(`${option} is one of ${[...new Set(names)].join(', ')}`)
  return found
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** @throws {WrongUse} */
export function secondsIn(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const [, count, unit = ''] = durationForm.exec(given) ?? []
  const seconds = Number(count) * (unitSeconds[unit] ?? Number.NaN)
  if (Number.isNaN(seconds)) throw new WrongUse(`${option} is a time like 90s, 10m, 8h or 1d`)
  return seconds
}

/** `{scopes}` alone is the list of the scopes; everything else is text. */
function claimIn(given: string): AddedClaim {
  const [, name = '', value = ''] = claimForm.exec(given) ?? []
  if (name === '') throw new WrongUse('--claim is name=value, such as jid={subject}@example.com')
  return { name, value: value === '{scopes}' ? [value] : value }
}
