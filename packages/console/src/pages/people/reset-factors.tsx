import { useState } from 'preact/hooks'
import { useWords } from '../../context.ts'
import { words } from './words.ts'

/** The button that removes the second factors of somebody, which says what that means before it does it. */
export function ResetFactors({ username, onReset }: { username: string; onReset: () => void }) {
  const say = useWords(words)
  const [asks, setAsks] = useState(false)
  if (!asks) {
    return (
      <button type="button" aria-label={say.resetFactorsOf(username)} onClick={() => setAsks(true)}>
        {say.resetFactors}
      </button>
    )
  }
  const reset = () => {
    setAsks(false)
    onReset()
  }
  return (
    <span class="row">
      <span>{say.resetMeans}</span>
      <button type="button" class="danger" aria-label={say.resetNowOf(username)} onClick={reset}>
        {say.resetNow}
      </button>
      <button type="button" class="quiet" onClick={() => setAsks(false)}>
        {say.cancel}
      </button>
    </span>
  )
}
