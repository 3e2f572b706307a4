import { createVerifier, TokenError } from 'latchkey/token'
import { visibleJson } from '../../text.ts'
import type { Given } from '../given.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { readInput } from './input.ts'
import { readVerificationKeys } from './keys.ts'
import { momentOf, readPolicy } from './policy.ts'

export async function run(given: Given): Promise<void> {
  const keys = await readVerificationKeys(given, { shortSecrets: given.options.insecureShortSecret === true })
  if (keys.length === 0) throw new WrongUse('give a key: --key, --jwks, --secret-file or --secret-env')
  const now = momentOf(given)
  const verify = createVerifier({ keys, ...readPolicy(given), now: () => now, complete: true })
  const token = await readInput(given, 'a token')
  try {
    const { header, claims } = verify(token)
    createOutput(given.json).result(visibleJson(claims, 2), { valid: true, header, claims })
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const { code, claim, message } = error
    process.exitCode = 1
    if (given.json)
      createOutput(true).result('', { valid: false, code, ...(claim === undefined ? {} : { claim }) })
    else process.stderr.write(`refused: ${message} (${code}${claim === undefined ? '' : `: ${claim}`})\n`)
  }
}
