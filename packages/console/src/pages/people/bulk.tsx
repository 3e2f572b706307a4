import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import type { Operations } from '../../api/operations.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { Confirm } from '../../elements/confirm.tsx'
import { DaysField } from '../../elements/days-field.tsx'
import { SelectField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { bulkWords } from './bulk-words.ts'
import { type Choice, countOf } from './choice.ts'
import { queryOf } from './search-query.ts'

export type Report = Answer<'POST /v1/users/bulk'>
type Action = Operations['POST /v1/users/bulk']['body']['action']

const actions = ['disable', 'enable', 'set_type', 'end_sessions', 'invite', 'delete'] as const

/** What was chosen to be done, and has not been confirmed yet. */
interface Asked {
  readonly action: Action
  readonly userType: string
  readonly graceDays: number
}

interface BulkProps {
  readonly choice: Choice
  readonly types: readonly string[]
  readonly onDone: (report: Report) => void
  /** Called with how many match, if they are not as many as before. */
  readonly onRecount: (count: number) => void
}

/** What can be done to those who are chosen. It says what that means and to how many, and does it with the second press. */
export function Bulk({ choice, types, onDone, onRecount }: BulkProps) {
  const { api } = useConsole()
  const say = useWords(bulkWords)
  const { busy, problem, run } = useAction()
  const [asked, setAsked] = useState<Asked>()
  const [isRecounted, setIsRecounted] = useState(false)
  const count = countOf(choice)

  const act = (confirmed: Confirmed, given: Asked) =>
    run(async () => {
      try {
        const body = { ...howOf(given), ...whomOf(choice) }
        onDone(await api.end(confirmed, 'POST /v1/users/bulk', { body }))
        setAsked(undefined)
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'count_changed') throw error
        setAsked(undefined)
        const query = choice.kind === 'all' ? queryOf(choice.search) : {}
        onRecount((await api.call('GET /v1/users/count', { query })).count)
        setIsRecounted(true)
      }
    })
  if (!asked) {
    return (
      <>
        {isRecounted && (
          <p class="bad" role="alert">
            {say.changed(count)}
          </p>
        )}
        <ActionForm
          types={types}
          onAsked={(given) => {
            setIsRecounted(false)
            setAsked(given)
          }}
        />
      </>
    )
  }
  return (
    <div class="notice">
      <ProblemNotice problem={problem} />
      <Confirm
        means={`${meaningOf(asked, count, say)} ${say.leftOut}`}
        now={say.now(count)}
        busy={busy}
        onConfirmed={(confirmed) => void act(confirmed, asked)}
        onCancel={() => setAsked(undefined)}
      />
    </div>
  )
}

function whomOf(choice: Choice) {
  return choice.kind === 'all'
    ? { matching: queryOf(choice.search), count: choice.count }
    : { ids: [...choice.people.keys()] }
}

function howOf({ action, userType, graceDays }: Asked) {
  return {
    action,
    ...(action === 'set_type' && { user_type: userType }),
    ...(action === 'delete' && { grace_days: graceDays }),
  }
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
        label={say.whatToDo}
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
