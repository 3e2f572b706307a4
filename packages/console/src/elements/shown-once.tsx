import { useState } from 'preact/hooks'
import { useWords } from '../context.ts'
import { shownOnceWords } from '../words/shown-once.ts'

interface ShownOnceProps {
  /** What it is, in a sentence. */
  readonly text: string
  readonly secret: string
  readonly onDone: () => void
}

/** A secret that the server does not show a second time. */
export function ShownOnce({ text, secret, onDone }: ShownOnceProps) {
  const say = useWords(shownOnceWords)
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(secret).then(() => setIsCopied(true))
  return (
    <div class="notice" role="status">
      <p>
        {text} {say.once}
      </p>
      <p>
        <code>{secret}</code>
      </p>
      <p class="row">
        {/* Browsers give the clipboard to https and loopback only. */}
        {'clipboard' in navigator && (
          <button type="button" onClick={() => void copy()}>
            {isCopied ? say.copied : say.copy}
          </button>
        )}
        <button type="button" onClick={onDone}>
          {say.kept}
        </button>
      </p>
    </div>
  )
}
