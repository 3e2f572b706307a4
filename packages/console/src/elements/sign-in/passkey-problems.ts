import { Problem } from '../../api/problem.ts'
import { useWords } from '../../context.ts'
import { passkeyWords } from '../../words/passkeys.ts'

/** Pages of this address may not use the passkeys of the server, as the browser says. */
export const foreign = () => new Problem('passkey_foreign', 0, 'not the address of these passkeys')

/** Words for what may become of a passkey. */
export function usePasskeyProblems(): (problem: Problem) => string | undefined {
  const say = useWords(passkeyWords)
  return ({ code }) =>
    ({
      passkey_unknown: say.passkeyUnknown,
      passkey_refused: say.passkeyRefused,
      passkey_foreign: say.foreign,
      challenge_invalid: say.passkeyTooLate,
    })[code]
}
