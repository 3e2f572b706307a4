import { useState } from 'preact/hooks'
import { useWords } from '../context.ts'

interface ConfirmButtonProps {
  readonly label: string
  /** Where several buttons of a page say the same, whom this one concerns. */
  readonly concerns?: string
  /** What it means, said before it is done. */
  readonly means: string
  /** What the button says that does it. */
  readonly now: string
  readonly nowConcerns?: string
  readonly onConfirmed: () => void
}

/** A button for what cannot be undone: it says what that means, and does it with the second press. */
export function ConfirmButton({ label, concerns, means, now, nowConcerns, onConfirmed }: ConfirmButtonProps) {
  const say = useWords()
  const [asks, setAsks] = useState(false)
  if (!asks) {
    return (
      <button type="button" aria-label={concerns} onClick={() => setAsks(true)}>
        {label}
      </button>
    )
  }
  const confirm = () => {
    setAsks(false)
    onConfirmed()
  }
  return (
    <span class="row">
      <span>{means}</span>
      <button type="button" class="danger" aria-label={nowConcerns} onClick={confirm}>
        {now}
      </button>
      <button type="button" class="quiet" onClick={() => setAsks(false)}>
        {say.cancel}
      </button>
    </span>
  )
}
