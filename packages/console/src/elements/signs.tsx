import type { ComponentChildren } from 'preact'
import { useConsole, useWords } from '../context.ts'
import { ago, moment } from '../format.ts'

/** Small elements of lists and facts. Everything that a colour says, a shape and a word say too. */

export function Presence({ online }: { online: boolean }) {
  const say = useWords()
  return <Dot isFilled={online}>{online ? say.online : say.offline}</Dot>
}

/** A disc and a word, or a ring and a word. */
export function Dot({ isFilled, children }: { isFilled: boolean; children: ComponentChildren }) {
  return (
    <span class={isFilled ? 'presence online' : 'presence'}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  )
}

interface OutcomeProps {
  readonly kind: 'success' | 'refused' | 'failure' | 'alarm'
  readonly word: string
  readonly reason?: string | null
}

/** A sign and a word, and a reason where there is one. */
export function Outcome({ kind, word, reason = null }: OutcomeProps) {
  return (
    <span class={`outcome ${kind}`}>
      <span class="word">
        <span class="sign" aria-hidden="true" />
        {word}
      </span>
      {reason !== null && <code class="faint">{reason}</code>}
    </span>
  )
}

/** How the reader is bound to a device. */
export function Relation({ relation }: { relation: string | null }) {
  const say = useWords()
  if (relation === null) return <span class="faint">{say.notBound}</span>
  return relation === 'owner' || relation === 'controller' || relation === 'viewer' ? say[relation] : relation
}

/** A time: relative, with the exact time as its title; or exact. */
export function Time({ at, exact = false }: { at: string | null; exact?: boolean }) {
  const { language } = useConsole()
  const say = useWords()
  if (at === null) return <span class="faint">{say.never}</span>
  const whole = moment(language, at)
  return (
    <time dateTime={at} title={exact ? undefined : whole}>
      {exact ? whole : ago(language, at, Date.now())}
    </time>
  )
}

/** An empty cell. */
export function Absent() {
  return <span class="faint absent">–</span>
}
