import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { Edited } from '../../elements/edited.tsx'
import { TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { linesOf } from '../../services/rules.ts'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

type Application = Answer<'GET /v1/applications/{id}'>

const grants = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  client_credentials: 'client_credentials',
} as const
const grantNames = [
  ...(['authorization_code', 'refresh_token', 'device_code'] as const),
  ...(['token_exchange', 'client_credentials'] as const),
] as const
const rules = ['is_first_party', 'requires_pkce', 'requires_push', 'requires_dpop'] as const
const addresses = ['home', 'policy'] as const

interface SettingsProps {
  readonly application: Application
  readonly onChanged: () => void
}

/** The form that changes an application. */
export function Settings({ application, onChanged }: SettingsProps) {
  const { api } = useConsole()
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const [isSaved, setIsSaved] = useState(false)
  const save = async (fields: Fields, shown: Application) => {
    const { id, version: ifVersion } = shown
    const body = bodyOf(fields, hasKeyUrl(shown))
    await api.call('PATCH /v1/applications/{id}', { path: { id }, body, ifVersion })
    setIsSaved(true)
  }
  return (
    <Section title={say.settings}>
      <Edited stored={application} versionOf={({ version }) => version} onChanged={onChanged}>
        {(shown, change) => (
          <ApplicationForm application={shown} onSave={(fields) => change(() => save(fields, shown))} />
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
    </Section>
  )
}

interface ApplicationFormProps {
  readonly application: Application
  readonly onSave: (fields: Fields) => Promise<void>
}

function ApplicationForm({ application, onSave }: ApplicationFormProps) {
  const say = { ...useWords(applicationWords), ...useWords(words) }
  return (
    <Form action={say.save} layout="stacked" keepsFields onSubmit={onSave}>
      <TextField
        label={say.name}
        name="name"
        required
        maxLength={100}
        autocomplete="off"
        defaultValue={application.name}
      />
      <Lines
        name="redirect_uris"
        label={say.redirects}
        hint={say.redirectsHint}
        lines={application.redirect_uris}
      />
      <Lines name="logout_uris" label={say.logouts} hint={say.logoutsHint} lines={application.logout_uris} />
      <Lines name="scopes" label={say.scopes} hint={say.scopesHint} lines={application.scopes} />
      <Choices title={say.grants}>
        {grantNames.filter(isOpenTo(application.authentication)).map((name) => (
          <Check key={name} name={name} label={say[name]} isOn={application.grants.includes(grants[name])} />
        ))}
      </Choices>
      <p class="hint">{say.narrows}</p>
      <Choices title={say.rules}>
        {rules.map((name) => (
          <Check key={name} name={name} label={say[name]} isOn={application[name]} />
        ))}
        <Check name="pairwise" label={say.isPairwise} isOn={application.subject_type === 'pairwise'} />
      </Choices>
      {hasKeyUrl(application) && <Address name="jwks" label={say.keySetUrl} value={application.jwks_uri} />}
      <Choices title={say.sessionEnds}>
        <Address
          name="backchannel"
          label={say.optional(say.backchannel)}
          value={application.backchannel_logout_uri}
        />
        <Check
          name="backchannel_session"
          label={say.backchannelSession}
          isOn={application.backchannel_logout_session_required}
        />
        <Address
          name="frontchannel"
          label={say.optional(say.frontchannel)}
          value={application.frontchannel_logout_uri}
        />
        <Check
          name="frontchannel_session"
          label={say.frontchannelSession}
          isOn={application.frontchannel_logout_session_required}
        />
      </Choices>
      {addresses.map((name) => (
        <Address key={name} name={name} label={say.optional(say[name])} value={application[`${name}_uri`]} />
      ))}
    </Form>
  )
}

function hasKeyUrl({ authentication, jwks_uri: url }: Application): boolean {
  return authentication === 'key' && url !== null
}

/** Only what proves who it is gets tokens for itself. */
function isOpenTo(authentication: Application['authentication']) {
  return (name: (typeof grantNames)[number]) => name !== 'client_credentials' || authentication !== 'none'
}

function bodyOf({ text, exact }: Fields, hasUrl: boolean) {
  const isOn = (name: string) => text(name) === 'on'
  const chosen = grantNames.filter(isOn)
  return {
    name: text('name'),
    redirect_uris: linesOf(exact('redirect_uris')),
    logout_uris: linesOf(exact('logout_uris')),
    scopes: linesOf(exact('scopes')),
    grants: chosen.map((name) => grants[name]),
    is_first_party: isOn('is_first_party'),
    requires_pkce: isOn('requires_pkce'),
    requires_push: isOn('requires_push'),
    requires_dpop: isOn('requires_dpop'),
    subject_type: isOn('pairwise') ? ('pairwise' as const) : ('public' as const),
    ...(hasUrl && { jwks_uri: text('jwks') }),
    backchannel_logout_uri: text('backchannel') || null,
    backchannel_logout_session_required: isOn('backchannel_session'),
    frontchannel_logout_uri: text('frontchannel') || null,
    frontchannel_logout_session_required: isOn('frontchannel_session'),
    home_uri: text('home') || null,
    policy_uri: text('policy') || null,
  }
}

interface LinesProps {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly lines: readonly string[]
}

function Lines({ lines, ...field }: LinesProps) {
  const rows = Math.max(2, lines.length + 1)
  const text = lines.join('\n')
  return <TextAreaField {...field} rows={rows} spellcheck={false} autocapitalize="none" defaultValue={text} />
}

function Address({ value, ...field }: { name: string; label: string; value: string | null }) {
  return <TextField {...field} type="url" maxLength={500} autocomplete="off" defaultValue={value ?? ''} />
}

function Choices({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

interface CheckProps {
  readonly name: string
  readonly label: string
  readonly isOn: boolean
}

function Check({ name, label, isOn }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" name={name} defaultChecked={isOn} /> {label}
    </label>
  )
}
