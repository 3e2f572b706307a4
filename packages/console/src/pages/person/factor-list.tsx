import type { Answer } from '../../api/api.ts'
import { useWords } from '../../context.ts'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

type Factors = Answer<'GET /v1/users/{id}/factors'>

/** What a person proves themselves with beside the password, and when each was last used. */
export function FactorList({ factors: { authenticator, passkeys } }: { factors: Factors }) {
  const say = useWords(words)
  if (authenticator === null && passkeys.length === 0) return null
  return (
    <ul aria-label={say.factors}>
      {authenticator && (
        <li>
          {say.authenticator} · {say.lastUsed} <Time at={authenticator.last_used_at} />
        </li>
      )}
      {passkeys.map(({ id, name, model, is_factor, last_used_at }) => (
        <li key={id}>
          {[say.passkey(name), model && say.madeBy(model), !is_factor && say.besidePassword]
            .filter(Boolean)
            .join(' · ')}{' '}
          · {say.lastUsed} <Time at={last_used_at} />
        </li>
      ))}
    </ul>
  )
}
