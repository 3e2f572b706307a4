import type { ComponentChildren } from 'preact'
import type { Problem } from '../../api/problem.ts'
import { useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { TextField } from '../field.tsx'
import { Form } from '../form.tsx'

interface CodeFormProps {
  readonly label?: string
  readonly hint?: string
  /** Whether the person may have the browser remembered. */
  readonly mayRemember?: boolean
  readonly onCode: (code: string, remember: boolean) => Promise<void>
  readonly children?: ComponentChildren
}

/** One field for a code, which takes it as it was typed or pasted. */
export function CodeForm({ label, hint, mayRemember = false, onCode, children }: CodeFormProps) {
  const say = useWords(secondStepWords)
  const explain = ({ code }: Problem) => {
    if (code === 'code_wrong') return say.codeWrong
    return code === 'challenge_invalid' ? say.challengeInvalid : undefined
  }
  return (
    <Form
      action={say.goOn}
      isMain
      layout="stacked"
      explain={explain}
      onSubmit={({ text }) => onCode(text('code'), text('remember') === 'on')}
    >
      <TextField
        label={label ?? say.code}
        hint={hint ?? say.codeHint}
        name="code"
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
        required
      />
      {mayRemember && (
        <label class="check">
          <input type="checkbox" name="remember" /> {say.remember}
        </label>
      )}
      {children}
    </Form>
  )
}
