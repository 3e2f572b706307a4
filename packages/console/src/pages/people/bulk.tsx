import { useState } from 'preact/hooks'
import { useWords } from '../../context.ts'
import { Confirm } from '../../elements/confirm.tsx'
import { DaysField } from '../../elements/days-field.tsx'
import { SelectField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { bulkWords } from './bulk-words.ts'
import { type Choice, countOf } from './choice.ts'
import { actedOn, type Report } from './in-pieces.ts'
import { type Action, type Asked, useBulk } from './use-bulk.ts'

const actions = ['disable', 'enable', 'set_type', 'end_sessions', 'invite', 'delete'] as const

interface BulkProps {
  readonly choice: Choice
  readonly types: readonly string[]
  readonly onDone: (report: Report) => void
  /** Called with how many match, if they are not as many as before. */
  readonly onRecount: (count: number) => void
}

/** What can be done to those who are chosen. It says what that means and to how many, and does it with the second press. */
export function Bulk({ choice, types, onDone, onRecount }: BulkProps) {
  const say = useWords(bulkWords)
  const [asked, setAsked] = useState<Asked>()
  const [isRecounted, setIsRecounted] = useState(false)
  const count = countOf(choice)
  const { busy, problem, course, isMany, act, stop } = useBulk(choice, {
    onDone(report) {
      setAsked(undefined)
      onDone(report)
    },
    onRecount(matching) {
      setAsked(undefined)
      setIsRecounted(true)
      onRecount(matching)
    },
  })
  const ask = (given: Asked) => {
    setIsRecounted(false)
    setAsked(given)
  }
  const cancel = () => {
    setAsked(undefined)
    if (course) onDone(course.report)
  }
  if (!asked) {
    return (
      <>
        {isRecounted && (
          <p class="bad" role="alert">
            {say.changed(count)}
          </p>
        )}
        <ActionForm types={types} onAsked={ask} />
      </>
    )
  }
  return (
    <div class="notice">
      <ProblemNotice problem={problem} />
      {busy && isMany ? (
        <Progress acted={course ? actedOn(course) : 0} count={count} onStop={stop} />
      ) : (
        <Confirm
          means={course ? say.goOn(actedOn(course), count) : `${meaningOf(asked, count, say)} ${say.leftOut}`}
          now={course ? say.go : say.now(count)}
          busy={busy}
          onConfirmed={(confirmed) => act(confirmed, asked)}
          onCancel={cancel}
        />
      )}
    </div>
  )
}

interface ProgressProps {
  readonly acted: number
  readonly count: number
  readonly onStop: () => void
}

/** How far it has come, and the way to end it there. */
function Progress({ acted, count, onStop }: ProgressProps) {
  const say = useWords(bulkWords)
  return (
    <p class="row">
      <progress max={count} value={acted} aria-label={say.progress(acted, count)} />
      <span role="status">{say.progress(acted, count)}</span>
      <button type="button" onClick={onStop}>
        {say.stop}
      </button>
    </p>
  )
}

interface ActionFormProps {
  readonly types: readonly string[]
  readonly onAsked: (asked: Asked) => void
}

/** The choice of what is to be done, with what that needs to know. */
function ActionForm({ types, onAsked }: ActionFormProps) {
  const say = useWords(bulkWords)
  const [action, setAction] = useState<Action>('disable')
  const ask = async ({ text }: Fields) =>
    onAsked({ action, userType: text('user_type'), graceDays: Number(text('grace_days')) })
  return (
    <Form action={say.go} keepsFields onSubmit={ask}>
      <SelectField
        label={say.task}
        name="action"
        initial={action}
        options={actions.map((value) => ({ value, label: say[value] }))}
        onChange={({ currentTarget }) =>
          setAction(actions.find((one) => one === currentTarget.value) ?? 'disable')
        }
      />
      {action === 'set_type' && (
        <SelectField
          label={say.newType}
          name="user_type"
          options={types.map((value) => ({ value, label: value }))}
        />
      )}
      {action === 'delete' && <DaysField label={say.graceDays} initial={30} />}
    </Form>
  )
}

type BulkWords = (typeof bulkWords)['en']

function meaningOf({ action, userType, graceDays }: Asked, count: number, say: BulkWords): string {
  switch (action) {
    case 'disable':
      return say.askDisable(count)
    case 'enable':
      return say.askEnable(count)
    case 'set_type':
      return say.askType(count, userType)
    case 'end_sessions':
      return say.askSessions(count)
    case 'invite':
      return say.askInvite(count)
    case 'delete':
      return say.askDelete(count, graceDays)
  }
}
