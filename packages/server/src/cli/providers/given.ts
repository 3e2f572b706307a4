import { readFileSync } from 'node:fs'
import { authentications, responseModes, type Settings } from '../../upstream/providers/settings.ts'
import { readSecret } from '../secret.ts'
import { WrongUse } from '../wrong-use.ts'

type List = readonly string[]

/** What `add` and `change` take of a provider. False where it was said that there is to be none. */
export interface GivenSettings {
  readonly name?: string
  readonly clientId?: string
  readonly secretFile?: string
  readonly authentication?: string
  readonly teamId?: string
  readonly keyId?: string
  readonly scope?: List
  readonly responseMode?: string
  readonly userType?: string | false
  readonly emailDomain?: List | false
  readonly usernameClaim?: string | false
  readonly displayNameClaim?: string | false
  readonly factorAmr?: List | false
  readonly factorAcr?: List | false
}

const orNull = (given: string | false | undefined) => (given === false ? null : given)
const orNone = (given: List | false | undefined) => (given === false ? [] : given)

/** @throws {WrongUse} */
export function settingsIn(options: GivenSettings): {
  readonly [Name in keyof Omit<Settings, 'issuer'>]?: Settings[Name] | undefined
} {
  return {
    ...{ name: options.name, clientId: options.clientId, scopes: options.scope },
    authentication: oneOf('--authentication', authentications, options.authentication),
    responseMode: oneOf('--response-mode', responseModes, options.responseMode),
    ...{ teamId: options.teamId, keyId: options.keyId, userType: orNull(options.userType) },
    ...{ emailDomains: orNone(options.emailDomain), usernameClaim: orNull(options.usernameClaim) },
    displayNameClaim: orNull(options.displayNameClaim),
    ...{ factorAmr: orNone(options.factorAmr), factorAcr: orNone(options.factorAcr) },
  }
}

function oneOf<const Name extends string>(
  option: string,
  names: readonly Name[],
  given: string | undefined,
): Name | undefined {
  const name = names.find((one) => one === given)
  if (given !== undefined && name === undefined) throw new WrongUse(`${option} is one of ${names.join(', ')}`)
  return name
}

/** The secret of the file, which may have several lines, or the one that is typed. */
export async function secretIn(file: string | undefined): Promise<string> {
  if (file === undefined) return readSecret('Client secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new WrongUse(`${file} cannot be read`)
  }
}
