import { h } from 'preact'
import { useCallback, useState } from 'preact/hooks'
import { type Invitation, type Page, type User, type UserType, withQuery } from './api.ts'
import { useAction, usePolled } from './asking.ts'
import { useConsole, useSession } from './context.ts'
import { Absent, type Column, field, fieldsOf, ProblemNotice, Section, Table, Time } from './elements.ts'
import { moment } from './format.ts'

interface Invited extends Invitation {
  readonly username: string
}

/** Everybody who has an account; those who may write invite, disable and enable. */
export function PeoplePage() {
  const { say, api } = useConsole()
  const session = useSession()
  const mayWrite = session.scopes.includes('users:write')
  const [after, setAfter] = useState<string>()
  const [invited, setInvited] = useState<Invited>()
  const load = useCallback(
    (signal: AbortSignal) => api.ask<Page<User>>('GET', withQuery('/v1/users', { after }), { signal }),
    [api, after],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()

  const change = (id: string, action: 'disable' | 'enable') =>
    void run(async () => {
      await api.ask('POST', `/v1/users/${encodeURIComponent(id)}/${action}`)
      reload()
    })
  const inviteAgain = ({ id, username }: User) =>
    void run(async () => {
      const invitation = await api.ask<Invitation>('POST', `/v1/users/${encodeURIComponent(id)}/invite`)
      setInvited({ ...invitation, username })
    })

  const actions: Column<User> = {
    title: say.action,
    cell: (user) => {
      const { id, username, disabled_at } = user
      const action = disabled_at === null ? 'disable' : 'enable'
      const whom = disabled_at === null ? say.disableWhom : say.enableWhom
      return h(
        'span',
        { class: 'row' },
        disabled_at === null &&
          user.last_sign_in_at === null &&
          h(
            'button',
            { type: 'button', 'aria-label': say.inviteWhomAgain(username), onClick: () => inviteAgain(user) },
            say.inviteAgain,
          ),
        // Whoever disables themselves cannot take it back.
        id !== session.subject &&
          h(
            'button',
            {
              type: 'button',
              class: action === 'disable' ? 'danger' : '',
              'aria-label': whom(username),
              onClick: () => change(id, action),
            },
            say[action],
          ),
      )
    },
  }

  return h(
    Section,
    { title: say.people, level: 1 },
    h(ProblemNotice, { problem: notLoaded ?? problem }),
    !value && !notLoaded && h('p', { class: 'faint' }, say.loading),
    value && value.items.length === 0 && h('p', { class: 'faint' }, say.noPeople),
    value &&
      value.items.length > 0 &&
      h(Table<User>, {
        caption: say.people,
        rows: value.items,
        keyOf: ({ id }) => id,
        columns: [
          { title: say.username, cell: ({ username }) => username },
          { title: say.displayName, cell: (user) => user.display_name ?? h(Absent, null) },
          { title: say.userType, cell: (user) => user.user_type },
          { title: say.lastSignIn, cell: (user) => h(Time, { at: user.last_sign_in_at }) },
          {
            title: say.status,
            cell: ({ disabled_at }) =>
              h(
                'span',
                { class: disabled_at === null ? 'outcome success' : 'outcome refused' },
                h('span', { class: 'sign', 'aria-hidden': 'true' }),
                disabled_at === null ? say.enabled : say.disabled,
              ),
          },
          ...(mayWrite ? [actions] : []),
        ],
      }),
    h(
      'p',
      { class: 'row' },
      after !== undefined &&
        h('button', { type: 'button', onClick: () => setAfter(undefined) }, say.firstPage),
      value?.next &&
        h('button', { type: 'button', onClick: () => setAfter(value.next ?? undefined) }, say.nextPage),
    ),
    h('div', { role: 'status' }, invited && h(LinkNotice, { key: invited.link, invited })),
    mayWrite &&
      h(InviteForm, {
        onInvited: (invitation) => {
          setInvited(invitation)
          reload()
        },
      }),
  )
}

function LinkNotice({ invited: { username, link, expires_at } }: { invited: Invited }) {
  const { say, language } = useConsole()
  const [copied, setCopied] = useState(false)
  // Browsers give the clipboard to https and to loopback only; elsewhere the link is marked and copied by hand.
  const copy = () => navigator.clipboard.writeText(link).then(() => setCopied(true))
  return h(
    'div',
    { class: 'notice' },
    h('p', null, say.inviteDone(username)),
    h('p', null, h('code', { class: 'link' }, link)),
    h(
      'p',
      { class: 'row' },
      'clipboard' in navigator &&
        h('button', { type: 'button', onClick: () => void copy() }, copied ? say.copied : say.copy),
      h('span', { class: 'faint' }, say.linkUntil(moment(language, expires_at))),
    ),
  )
}

function InviteForm({ onInvited }: { onInvited: (invited: Invited) => void }) {
  const { say, api } = useConsole()
  const { problem, busy, run } = useAction()
  const loadTypes = useCallback(
    (signal: AbortSignal) => api.ask<Page<UserType>>('GET', '/v1/user-types', { signal }),
    [api],
  )
  const types = usePolled(loadTypes, 60_000)
  const submit = (event: Event) => {
    const { form, text } = fieldsOf(event)
    void run(async () => {
      const name = text('display_name')
      const body = {
        username: text('username'),
        user_type: text('user_type'),
        ...(name !== '' && { display_name: name }),
      }
      onInvited(await api.ask<Invited>('POST', '/v1/users', { body }))
      form.reset()
    })
  }
  return h(
    Section,
    { title: say.invite },
    h(ProblemNotice, { problem: types.problem }),
    h(
      'form',
      { onSubmit: submit, class: 'inline' },
      field({ label: say.username }, (names) =>
        h('input', { ...names, name: 'username', required: true, maxLength: 200, autocomplete: 'off' }),
      ),
      field({ label: say.optional(say.displayName) }, (names) =>
        h('input', { ...names, name: 'display_name', maxLength: 200, autocomplete: 'off' }),
      ),
      field({ label: say.userType }, (names) =>
        h(
          'select',
          { ...names, name: 'user_type' },
          // The least that can be given stands first.
          types.value?.items
            .toSorted((a, b) => Number(b.name === 'customer') - Number(a.name === 'customer'))
            .map(({ name }) => h('option', { key: name, value: name }, name)),
        ),
      ),
      h('button', { class: 'main', 'aria-busy': busy }, say.invite),
    ),
    h(ProblemNotice, { problem }),
  )
}
