import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { Form } from '../../elements/form.tsx'
import { permissionNames } from '../../words/permissions.ts'
import { type Asked, askedAddress, askedIn, deviceActions } from './asked.ts'
import { words } from './words.ts'

/** A select has so many at most, which is what one page of the server has. */
const mostDevices = 200

/** The three questions, each a form that changes the address. */
export function Questions({ asked }: { asked: Asked | undefined }) {
  const say = useWords(words)
  const { scopes } = useSession()
  const known: Readonly<Partial<Record<string, string>>> = { ...asked }
  return (
    <>
      <Form
        action={say.whoMay}
        role="search"
        label={say.byPermission}
        keepsFields
        onSubmit={async ({ text }) => go({ permission: text('permission') })}
      >
        <SelectField
          label={say.byPermission}
          name="permission"
          initial={known.permission}
          options={permissionNames.map((value) => ({ value, label: value }))}
        />
      </Form>
      <DeviceQuestion device={known.device} action={known.action} />
      {scopes.includes('users:read') && (
        <Form
          action={say.whatMay}
          role="search"
          label={say.byPerson}
          keepsFields
          onSubmit={async ({ text }) => go({ username: text('username') })}
        >
          <TextField
            label={say.byPerson}
            hint={say.byPersonHint}
            name="username"
            required
            defaultValue={known.username}
            maxLength={200}
            autocapitalize="none"
          />
        </Form>
      )}
    </>
  )
}

function DeviceQuestion({ device, action }: { device: string | undefined; action: string | undefined }) {
  const { api } = useConsole()
  const say = useWords(words)
  const all = useSession().scopes.includes('devices:read')
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/devices', {
        query: { all: all ? 'true' : 'false', limit: `${mostDevices}` },
        signal,
      }),
    [api, all],
  )
  const items = usePolled(load, 60_000).value?.items
  if (!items) return null
  // A device of the address may be none of the list.
  const others =
    device === undefined || items.some(({ uid }) => uid === device) ? [] : [{ value: device, label: device }]
  const options = [...others, ...items.map(({ uid, name }) => ({ value: uid, label: name }))]
  if (options.length === 0) return null
  return (
    <Form
      action={say.whoMay}
      role="search"
      label={say.byDevice}
      keepsFields
      onSubmit={async ({ text }) => go({ device: text('device'), action: text('action') })}
    >
      <SelectField
        label={say.byDevice}
        hint={items.length === mostDevices ? say.someDevices : undefined}
        name="device"
        initial={device}
        options={options}
      />
      <SelectField
        label={say.deviceAction}
        name="action"
        initial={action}
        options={deviceActions.map((value) => ({ value, label: say[value] }))}
      />
    </Form>
  )
}

function go(given: Readonly<Record<string, string>>): void {
  const asked = askedIn(new URLSearchParams(given))
  if (asked) location.hash = askedAddress(asked)
}
