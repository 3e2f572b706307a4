import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Confirmed } from '../api/endings.ts'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import { type Fields, Form } from './form.tsx'

/** Nothing but what stands below has it: whoever holds it was told what the act means. */
const confirmed = Object.freeze({}) as Confirmed

interface ConfirmProps {
  /** What it means, said before it is done. */
  readonly means: string
  /** What the button says that does it. */
  readonly now: string
  readonly nowConcerns?: string
  readonly busy?: boolean
  /** Whether what asked for it stays and keeps the focus, such as a choice. */
  readonly keepsFocus?: boolean
  readonly onConfirmed: (confirmed: Confirmed) => void
  readonly onCancel: () => void
}

/** What an act means, the button that does it, and the one that does not, which has the focus: a key pressed twice does nothing. */
export function Confirm({
  means,
  now,
  nowConcerns,
  busy,
  keepsFocus = false,
  onConfirmed,
  onCancel,
}: ConfirmProps) {
  const say = useWords()
  const id = useId()
  const cancel = useRef<HTMLButtonElement>(null)
  // Before anybody can press another key.
  useLayoutEffect(() => {
    if (!keepsFocus) cancel.current?.focus()
  }, [keepsFocus])
  return (
    <span class="row">
      <span id={id}>{means}</span>
      <button
        type="button"
        class="danger"
        aria-label={nowConcerns}
        aria-describedby={id}
        aria-busy={busy}
        onClick={() => onConfirmed(confirmed)}
      >
        {now}
      </button>
      <button type="button" class="quiet" aria-describedby={id} ref={cancel} onClick={onCancel}>
        {say.cancel}
      </button>
    </span>
  )
}

interface ConfirmButtonProps extends Omit<ConfirmProps, 'onCancel' | 'busy' | 'keepsFocus'> {
  readonly label: string
  /** Where several buttons of a page say the same, whom this one concerns. */
  readonly concerns?: string
}

/** A button for what ends something: it says what that means, and does it with the second press. */
export function ConfirmButton({ label, concerns, onConfirmed, ...asked }: ConfirmButtonProps) {
  const [asks, setAsks] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const wasAsked = useRef(false)
  useLayoutEffect(() => {
    if (wasAsked.current && !asks) button.current?.focus()
    wasAsked.current = asks
  }, [asks])
  if (!asks) {
    return (
      <button type="button" aria-label={concerns} ref={button} onClick={() => setAsks(true)}>
        {label}
      </button>
    )
  }
  const confirm = (given: Confirmed) => {
    setAsks(false)
    onConfirmed(given)
  }
  return <Confirm {...asked} onConfirmed={confirm} onCancel={() => setAsks(false)} />
}

interface ConfirmFormProps {
  readonly means: string
  readonly now: string
  readonly layout?: 'inline' | 'stacked'
  readonly explain?: (problem: Problem) => string | undefined
  readonly onConfirmed: (confirmed: Confirmed, fields: Fields) => Promise<void>
  readonly onCancel: () => void
  readonly children: ComponentChildren
}

/** The same for an act that needs to know something, such as a password or a number of days. */
export function ConfirmForm({ means, now, onConfirmed, onCancel, children, ...form }: ConfirmFormProps) {
  const say = useWords()
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  // What was pressed is gone.
  useLayoutEffect(() => place.current?.querySelector<HTMLElement>('input:not([hidden]), select')?.focus(), [])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset around a form names the fields, and not the form.
    <div class="notice" role="group" aria-labelledby={id} ref={place}>
      <p id={id}>{means}</p>
      <Form action={now} isDangerous onSubmit={(fields) => onConfirmed(confirmed, fields)} {...form}>
        {children}
      </Form>
      <p class="below">
        <button type="button" class="quiet" onClick={onCancel}>
          {say.cancel}
        </button>
      </p>
    </div>
  )
}
