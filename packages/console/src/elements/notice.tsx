import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import type { SharedWords } from '../words/shared.ts'

interface ProblemNoticeProps {
  readonly problem: Problem | undefined
  /** The words of a page for problems that only it may meet. */
  readonly explain?: ((problem: Problem) => string | undefined) | undefined
}

/** A problem: in the language of the reader where the console has words for it, else as the server says it. */
export function ProblemNotice({ problem, explain }: ProblemNoticeProps) {
  const say = useWords()
  if (!problem) return null
  const { code, message, faults } = problem
  const explained = explain?.(problem)
  if (explained !== undefined) {
    return (
      <p class="bad" role="alert">
        {explained}
      </p>
    )
  }
  const word = wordOf.get(code)
  if (word !== undefined) {
    return (
      <p class="bad" role="alert">
        {say[word]}{' '}
        {code !== 'unreachable' && (
          <code class="faint" lang="en">
            {code}
          </code>
        )}
      </p>
    )
  }
  // The server's messages are English, and a screen reader should pronounce them so.
  return (
    <div class="bad" role="alert" lang="en">
      <p>
        {message} <code class="faint">{code}</code>
      </p>
      {faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The problems that anybody may meet. */
const wordOf = new Map<
  string,
  keyof SharedWords &
    (
      | 'unreachable'
      | 'credentialsInvalid'
      | 'freshSignIn'
      | 'permissionMissing'
      | 'lastAdministrator'
      | 'tooManyRequests'
      | 'busy'
      | 'notDone'
    )
>([
  ['unreachable', 'unreachable'],
  ['credentials_invalid', 'credentialsInvalid'],
  ['permission_missing', 'permissionMissing'],
  ['last_administrator', 'lastAdministrator'],
  ['insufficient_user_authentication', 'freshSignIn'],
  ['too_many_requests', 'tooManyRequests'],
  ['overloaded', 'busy'],
  ['stopping', 'busy'],
  ['precondition_failed', 'notDone'],
])
