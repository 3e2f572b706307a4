import { type ClaimsToSign, createSigner, type SignerOptions } from 'latchkey/token'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { listOption, secondsOption, textOption } from '../options.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { readInput } from './input.ts'
import { readSigningKey } from './keys.ts'

const parameterForm = wholeText(/([^=]+)=([\s\S]*)/)

export async function run(given: Given): Promise<void> {
  const claims = claimsOf(await readInput(given, 'claims as JSON'))
  const token = sign(claims, { key: readSigningKey(given), ...optionsOf(given) })
  createOutput(given.json).result(token, { token })
}

/** Options and claims are the user's words, so that a TypeError about them is no bug of ours. */
function sign(claims: ClaimsToSign, options: SignerOptions): string {
  try {
    return createSigner(options)(claims)
  } catch (error) {
    if (error instanceof TypeError) throw new WrongUse(error.message)
    throw error
  }
}

function optionsOf({ options }: Given): Omit<SignerOptions, 'key'> {
  const expiresIn = secondsOption(options, 'expiresIn', '--expires-in')
  const issuer = textOption(options, 'issuer')
  const subject = textOption(options, 'subject')
  const audience = listOption(options, 'audience')
  const type = textOption(options, 'type')
  const header = listOption(options, 'header')
  return {
    ...(expiresIn === undefined ? {} : { expiresIn }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(subject === undefined ? {} : { subject }),
    ...(audience === undefined ? {} : { audience: audience.length === 1 ? audience[0]! : audience }),
    ...(type === undefined ? {} : { type }),
    ...(header === undefined ? {} : { header: Object.fromEntries(header.map(parameterOf)) }),
    ...(options.tokenId === true ? { withTokenId: true } : {}),
  }
}

/** `name=value`; the value is JSON where it can be read as that, else text. */
function parameterOf(text: string): readonly [string, unknown] {
  const [, name, value] = parameterForm.exec(text) ?? []
  if (name === undefined || value === undefined) throw new WrongUse('--header takes name=value')
  try {
    return [name, JSON.parse(value)]
  } catch {
    return [name, value]
  }
}

function claimsOf(text: string): ClaimsToSign {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new WrongUse(`the claims are no JSON; they look like '{"sub": "ada"}'`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongUse('the claims are a JSON object')
  }
  return value as ClaimsToSign // createSigner looks at each
}
