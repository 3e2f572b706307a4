import { useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { Qr } from '../qr.tsx'
import { CodeForm } from './code-form.tsx'

interface EnrolmentProps {
  readonly secret: string
  readonly link: string
  /** The first code of the new authenticator. */
  readonly onCode: (code: string) => Promise<void>
}

/** An authenticator that is being set up: its picture, its key, and the field for its first code. */
export function Enrolment({ secret, link, onCode }: EnrolmentProps) {
  const say = useWords(secondStepWords)
  return (
    <>
      <p>{say.scan}</p>
      <Qr text={link} label={say.picture} />
      <p>
        {say.key}: <code class="link">{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
      </p>
      <CodeForm label={say.codeOfNew} hint={say.authenticatorOnlyHint} onCode={onCode} />
    </>
  )
}
