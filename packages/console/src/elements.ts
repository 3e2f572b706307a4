import { type ComponentChildren, Fragment, h } from 'preact'
import { useId } from 'preact/hooks'
import { useConsole } from './context.ts'
import { ago, moment } from './format.ts'
import type { Problem } from './problem.ts'

/** What the pages are made of. Shape and word say everything that colour says. */

export function ProblemNotice({ problem }: { problem: Problem | undefined }) {
  const { say } = useConsole()
  if (!problem) return null
  if (problem.code === 'unreachable') return h('p', { class: 'bad', role: 'alert' }, say.unreachable)
  const word = inWords.get(problem.code)
  if (word !== undefined) {
    const code = h('code', { class: 'faint', lang: 'en' }, problem.code)
    return h('p', { class: 'bad', role: 'alert' }, say[word], ' ', code)
  }
  // The server speaks English, and a screen reader should pronounce it so.
  return h(
    'div',
    { class: 'bad', role: 'alert', lang: 'en' },
    h('p', null, problem.message, ' ', h('code', { class: 'faint' }, problem.code)),
    problem.faults.length > 0 &&
      h(
        'ul',
        null,
        problem.faults.map((fault) => h('li', { key: fault }, fault)),
      ),
  )
}

/** What anybody may meet is said in their language; the rest as the server says it. */
const inWords = new Map<string, 'credentialsInvalid' | 'tooManyRequests' | 'busy'>([
  ['credentials_invalid', 'credentialsInvalid'],
  ['too_many_requests', 'tooManyRequests'],
  ['overloaded', 'busy'],
  ['stopping', 'busy'],
])

type Names = { id: string; 'aria-describedby': string | undefined }
interface FieldProps {
  readonly label: string
  readonly hint?: string
}

/** A control with its label, and a hint that belongs to it. */
export function field(props: FieldProps, control: (names: Names) => ComponentChildren) {
  return h(Field, { ...props, control })
}

function Field({ label, hint, control }: FieldProps & { control: (names: Names) => ComponentChildren }) {
  const id = useId()
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control({ id, 'aria-describedby': hint === undefined ? undefined : `${id}-hint` }),
    hint !== undefined && h('p', { class: 'hint', id: `${id}-hint` }, hint),
  )
}

export function Presence({ online }: { online: boolean }) {
  const { say } = useConsole()
  return h(
    'span',
    { class: online ? 'presence online' : 'presence' },
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    online ? say.online : say.offline,
  )
}

/** A time as people tell it, and exactly. */
export function Time({ at, exact = false }: { at: string | null; exact?: boolean }) {
  const { say, language } = useConsole()
  if (at === null) return h('span', { class: 'faint' }, say.never)
  const whole = moment(language, at)
  return h(
    'time',
    { dateTime: at, title: exact ? undefined : whole },
    exact ? whole : ago(language, at, Date.now()),
  )
}

/** A cell that has nothing to say. */
export function Absent() {
  return h('span', { class: 'faint absent' }, '–')
}

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
}

interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

/**
 * A table that becomes a list of cards where it is narrow. The roles are written out because a table that is
 * not drawn as one is no table to a screen reader otherwise.
 */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return h(
    'table',
    { role: 'table', 'aria-label': caption },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map(({ title }) => h('th', { key: title, scope: 'col', role: 'columnheader' }, title)),
      ),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map((row) =>
        h(
          'tr',
          { key: keyOf(row), role: 'row' },
          columns.map(({ title, cell }) =>
            h('td', { key: title, role: 'cell', 'data-title': title }, h('div', null, cell(row))),
          ),
        ),
      ),
    ),
  )
}

/** A heading, its section, and what it says while there is nothing to show yet. */
export function Section({
  title,
  level = 2,
  children,
}: {
  title: string
  level?: 1 | 2
  children?: ComponentChildren
}) {
  const id = useId()
  return h(
    'section',
    { 'aria-labelledby': id },
    h(level === 1 ? 'h1' : 'h2', { id }, title),
    h(Fragment, null, children),
  )
}

/** The fields of a form by name, each as text. */
export function fieldsOf(event: Event): { form: HTMLFormElement; text: (name: string) => string } {
  event.preventDefault()
  const form = event.currentTarget as HTMLFormElement // listened to on the form
  const fields = new FormData(form)
  return { form, text: (name) => String(fields.get(name) ?? '').trim() }
}
