import { h } from 'preact'
import { useCallback } from 'preact/hooks'
import type { Page, Share } from './api.ts'
import { useAction, usePolled } from './asking.ts'
import { useConsole } from './context.ts'
import { field, fieldsOf, ProblemNotice, Section, Table, Time } from './elements.ts'

/** Who else may see or control a device, and the owner's way to say so. */
export function Shares({ path }: { path: string }) {
  const { say, api } = useConsole()
  const load = useCallback(
    (signal: AbortSignal) => api.ask<Page<Share>>('GET', `${path}/shares`, { signal }),
    [api, path],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, busy, run } = useAction()
  const add = (event: Event) => {
    const { form, text } = fieldsOf(event)
    const until = text('until')
    void run(async () => {
      await api.ask('POST', `${path}/shares`, {
        body: {
          username: text('username'),
          relation: text('relation'),
          // The field is in the reader's own time; the server takes UTC.
          until: until === '' ? null : new Date(until).toISOString(),
        },
      })
      form.reset()
      reload()
    })
  }
  const remove = (subject: string) =>
    void run(async () => {
      await api.ask('DELETE', `${path}/shares/${encodeURIComponent(subject)}`)
      reload()
    })
  return h(
    Section,
    { title: say.shares },
    h(ProblemNotice, { problem: notLoaded }),
    value && value.items.length === 0 && h('p', { class: 'faint' }, say.noShares),
    value &&
      value.items.length > 0 &&
      h(Table<Share>, {
        caption: say.shares,
        rows: value.items,
        keyOf: ({ subject }) => subject,
        columns: [
          { title: say.person, cell: ({ username, subject }) => username ?? h('code', null, subject) },
          {
            title: say.mayDo,
            cell: ({ relation }) => (relation === 'viewer' ? say.mayView : say.mayControl),
          },
          {
            title: say.until,
            cell: ({ until }) => (until === null ? say.forGood : h(Time, { at: until, exact: true })),
          },
          {
            title: say.action,
            cell: ({ username, subject }) =>
              h(
                'button',
                {
                  type: 'button',
                  class: 'danger',
                  'aria-label': say.removeShareOf(username ?? subject),
                  onClick: () => remove(subject),
                },
                say.remove,
              ),
          },
        ],
      }),
    h(
      'form',
      { onSubmit: add, class: 'inline' },
      field({ label: say.username }, (names) =>
        h('input', { ...names, name: 'username', required: true, maxLength: 200, autocomplete: 'off' }),
      ),
      field({ label: say.mayDo }, (names) =>
        h(
          'select',
          { ...names, name: 'relation' },
          h('option', { value: 'viewer' }, say.mayView),
          h('option', { value: 'controller' }, say.mayControl),
        ),
      ),
      field({ label: say.optional(say.until) }, (names) =>
        h('input', { ...names, name: 'until', type: 'datetime-local' }),
      ),
      h('button', { 'aria-busy': busy }, say.share),
    ),
    h(ProblemNotice, { problem }),
  )
}
