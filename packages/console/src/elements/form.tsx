import type { ComponentChildren } from 'preact'
import { useAction } from '../api/action.ts'
import type { Problem } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'

/** The fields of a form by name. */
export interface Fields {
  /** Without the blanks around it. */
  text(name: string): string
  /** As it was typed, for passwords. */
  exact(name: string): string
}

interface FormProps {
  /** What the button says. */
  readonly action: string
  /** Whether its button is the main one of the page. */
  readonly isMain?: boolean
  /** Whether it takes something away. */
  readonly isDangerous?: boolean
  /** Fields side by side where there is room, or one below the other. */
  readonly layout?: 'inline' | 'stacked'
  /** Whether the fields keep their values after success. */
  readonly keepsFields?: boolean
  readonly role?: 'search'
  /** What it is called where a page has several of a role. */
  readonly label?: string
  /** Words for problems that only this form may meet. */
  readonly explain?: (problem: Problem) => string | undefined
  /** A rejection is shown below the form, and the fields are kept. */
  readonly onSubmit: (fields: Fields) => Promise<void>
  readonly children: ComponentChildren
}

/** Fields and a button. It is sent once at a time, and shows why that failed. */
export function Form({
  action,
  isMain = false,
  isDangerous = false,
  layout = 'inline',
  keepsFields = false,
  role,
  label,
  explain,
  onSubmit,
  children,
}: FormProps) {
  const { busy, problem, run } = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement // listened to on the form
    const fields = fieldsOf(form)
    void run(async () => {
      await onSubmit(fields)
      if (!keepsFields) form.reset()
    })
  }
  const notice = <ProblemNotice problem={problem} explain={explain} />
  return (
    <>
      <form class={layout} role={role} aria-label={label} onSubmit={submit}>
        {children}
        {layout === 'stacked' && notice}
        <button type="submit" class={isMain ? 'main' : isDangerous ? 'danger' : undefined} aria-busy={busy}>
          {action}
        </button>
      </form>
      {layout === 'inline' && notice}
    </>
  )
}

function fieldsOf(form: HTMLFormElement): Fields {
  const data = new FormData(form)
  const exact = (name: string) => String(data.get(name) ?? '')
  return { exact, text: (name) => exact(name).trim() }
}
