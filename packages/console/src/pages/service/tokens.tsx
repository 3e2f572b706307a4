import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { Edited } from '../../elements/edited.tsx'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import {
  algorithms,
  claimLines,
  claimsIn,
  type Profile,
  profileNames,
  type Service,
} from '../../services/profiles.ts'
import { explainedBy, linesOf } from '../../services/rules.ts'
import { serviceWords } from '../../words/services.ts'
import { words } from './words.ts'

const keyKinds = ['issuer', 'own', 'shared'] as const

interface TokensProps {
  readonly service: Service
  readonly onChanged: () => void
}

/** What the tokens for a service say, and what signs them. */
export function Tokens({ service, onChanged }: TokensProps) {
  const { api } = useConsole()
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const [isSaved, setIsSaved] = useState(false)
  const { id } = service
  const save = async (profile: ProfileChange, ifVersion: number) => {
    await api.call('PATCH /v1/services/{id}', { path: { id }, body: { profile }, ifVersion })
    setIsSaved(true)
  }
  return (
    <Section title={say.tokens}>
      <p class="hint">{say.tokensHint}</p>
      <Edited stored={service} versionOf={({ version }) => version} onChanged={onChanged}>
        {({ profile, version }, change) => (
          <TokensForm profile={profile} onSave={(chosen) => change(() => save(chosen, version))} />
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
    </Section>
  )
}

/** Another profile comes with its own rules. */
type ProfileChange =
  | ({ readonly name: Profile['name']; readonly key: Profile['key'] } & ReturnType<typeof detailsIn>)
  | { readonly name: Profile['name'] }

interface TokensFormProps {
  readonly profile: Profile
  readonly onSave: (chosen: ProfileChange) => Promise<void>
}

function TokensForm({ profile, onSave }: TokensFormProps) {
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const [name, setName] = useState<Profile['name']>(profile.name)
  const [key, setKey] = useState<Profile['key']>(profile.key)
  const isSame = name === profile.name
  const save = (fields: Fields) => onSave(isSame ? { name, key, ...detailsIn(fields, key) } : { name })
  return (
    <Form action={say.saveTokens} layout="stacked" keepsFields explain={explainedBy(say)} onSubmit={save}>
      <SelectField
        label={say.profile}
        name="profile"
        initial={name}
        options={profileNames.map((one) => ({ value: one, label: one }))}
        onChange={({ currentTarget: { value } }) =>
          setName(profileNames.find((one) => one === value) ?? 'plain')
        }
      />
      {isSame ? (
        <Details profile={profile} keyKind={key} onKey={setKey} />
      ) : (
        <p class="hint">{say.otherProfile}</p>
      )}
    </Form>
  )
}

interface DetailsProps {
  readonly profile: Profile
  readonly keyKind: Profile['key']
  readonly onKey: (key: Profile['key']) => void
}

function Details({ profile, keyKind, onKey }: DetailsProps) {
  const say = useWords(words)
  return (
    <>
      <SelectField
        label={say.key}
        name="key"
        initial={keyKind}
        options={keyKinds.map((value) => ({ value, label: say[value] }))}
        onChange={({ currentTarget: { value } }) => onKey(keyKinds.find((one) => one === value) ?? 'issuer')}
      />
      {keyKind !== 'issuer' && (
        <SelectField
          key={keyKind}
          label={say.algorithm}
          name="algorithm"
          initial={profile.algorithm}
          options={algorithms[keyKind].map((value) => ({ value, label: value }))}
        />
      )}
      <TextField
        label={say.type}
        name="type"
        required
        maxLength={50}
        autocomplete="off"
        defaultValue={profile.type}
      />
      <TextField
        label={say.lifeSeconds}
        hint={say.lifeHint}
        name="life_seconds"
        type="number"
        min={30}
        max={86_400}
        defaultValue={profile.life_seconds === null ? '' : String(profile.life_seconds)}
      />
      <SelectField
        label={say.audienceForm}
        name="audience_form"
        initial={profile.audience_form}
        options={[
          { value: 'text', label: say.text },
          { value: 'array', label: say.array },
        ]}
      />
      <TextField
        label={say.optional(say.scopePrefix)}
        hint={say.scopePrefixHint}
        name="scope_prefix"
        maxLength={100}
        autocomplete="off"
        defaultValue={profile.scope_prefix}
      />
      <TextAreaField
        label={say.optional(say.claims)}
        hint={say.claimsHint}
        name="claims"
        rows={Math.max(2, profile.claims.length + 1)}
        defaultValue={claimLines(profile.claims)}
      />
      <SelectField
        label={say.statusList}
        hint={say.statusListHint}
        name="status_list"
        initial={profile.status_list ? 'yes' : 'no'}
        options={[
          { value: 'no', label: say.no },
          { value: 'yes', label: say.yes },
        ]}
      />
    </>
  )
}

function detailsIn({ text, exact }: Fields, key: Profile['key']) {
  const chosen: readonly Profile['algorithm'][] = algorithms[key]
  return {
    algorithm: chosen.find((one) => one === text('algorithm')) ?? chosen[0]!, // each kind has one
    type: text('type'),
    life_seconds: text('life_seconds') === '' ? null : Number(text('life_seconds')),
    audience_form: text('audience_form') === 'array' ? ('array' as const) : ('text' as const),
    scope_prefix: text('scope_prefix'),
    claims: claimsIn(linesOf(exact('claims'))),
    status_list: text('status_list') === 'yes',
  }
}
