import { useState } from 'preact/hooks'
import { useWords } from '../context.ts'
import { secondStepWords } from '../words/second-step.ts'

/** Recovery codes. The server does not show them a second time. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const say = useWords(secondStepWords)
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(codes.join('\n')).then(() => setIsCopied(true))
  return (
    <div class="notice">
      <p>{say.codesText}</p>
      <ol class="codes" aria-label={say.codesTitle}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p class="row">
        {/* Browsers give the clipboard to https and loopback only. */}
        {'clipboard' in navigator && (
          <button type="button" onClick={() => void copy()}>
            {isCopied ? say.copied : say.copyCodes}
          </button>
        )}
        <button type="button" onClick={onDone}>
          {say.codesKept}
        </button>
      </p>
    </div>
  )
}
