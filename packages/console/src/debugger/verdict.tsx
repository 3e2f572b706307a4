import type { Explanation } from 'latchkey/token/explain/codes'
import type { ChosenKeys } from './chosen-keys.ts'
import type { Document } from './document.ts'
import { inWords, type PageWords, type Words } from './words/words.ts'

interface VerdictProps {
  readonly screen: PageWords['screen']
  /** Undefined until they are loaded. */
  readonly words: Words | undefined
  readonly document: Document
  readonly explanation: Explanation | undefined
  readonly chosen: ChosenKeys
}

/** The verdict, always in sight, and of which of the three it is: pasted, edited, or signed here. */
export function Verdict({ screen, words, document, explanation, chosen }: VerdictProps) {
  const isEmpty = document.kind === 'pasted' && document.text.trim() === ''
  return (
    <section class={`verdict ${toneOf(document, explanation)}`} aria-live="polite">
      {isEmpty && <p>{screen.nothingYet}</p>}
      {words && explanation && <Told {...{ words, document, explanation, chosen }} />}
    </section>
  )
}

interface ToldProps {
  readonly words: Words
  readonly document: Document
  readonly explanation: Explanation
  readonly chosen: ChosenKeys
}

function Told({ words, document, explanation, chosen }: ToldProps) {
  const { screen, headlines, kinds } = words
  const { headline, kind, about, findings } = explanation
  const refusals = findings.filter(({ level }) => level === 'refusal')
  const [first] = findings.some(({ code }) => code === 'time_in_milliseconds') ? findings : refusals
  return (
    <>
      <p>
        <span class="chip">{screen[document.kind]}</span> <strong>{says()}</strong>
      </p>
      {document.kind !== 'edited' && first && (
        <p>
          {document.kind === 'signed' && `${screen.signedBad} `}
          {inWords(words, first).says} {refusals.length > 1 && screen.more(refusals.length - 1)}
        </p>
      )}
      <p class="faint">
        {screen.this(kinds[kind] + (about === '' ? '' : ` (${about})`))} {byWhom()}
      </p>
    </>
  )

  function says(): string {
    if (document.kind === 'edited') return screen.editedSays
    if (document.kind === 'pasted') {
      const isGuess = headline.startsWith('right_but_for') && explanation.keys.length === 0
      return isGuess ? `${headlines[headline]} ${screen.aGuess}` : headlines[headline]
    }
    return [screen.signedSays(document.by), headline === 'valid' && screen.signedGood]
      .filter(Boolean)
      .join(' ')
  }

  /** Whose signature it is, and how a secret was read for it. */
  function byWhom(): string {
    const fitting = explanation.keys.find(({ fit }) => fit === 'fits')
    if (document.kind !== 'pasted' || fitting === undefined) return ''
    const { algorithm, keyId } = fitting
    const key = keyId === undefined ? screen.keyNameless(algorithm) : screen.keyNamed(algorithm, keyId)
    const read = chosen.reading === undefined ? '' : screen.readSecret(String(words.fact(chosen.reading)))
    return [screen.signedWith(key), read].filter(Boolean).join(' ')
  }
}

function toneOf(document: Document, explanation: Explanation | undefined): string {
  return document.kind === 'pasted' && explanation ? tones[explanation.headline] : 'own'
}

const tones: Readonly<Record<Explanation['headline'], string>> = {
  valid: 'good',
  right_but_for_padding: 'warn',
  right_but_for_spelling: 'warn',
  refused: 'bad',
  not_checked: 'own',
  not_a_token: 'own',
}
