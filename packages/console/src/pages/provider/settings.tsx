import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { Edited } from '../../elements/edited.tsx'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { explainedBy, listed, providerWords } from '../../words/providers.ts'
import type { Provider } from './provider.ts'
import { words } from './words.ts'

const ways = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'apple'] as const
const modes = ['query', 'form_post'] as const

interface SettingsProps {
  readonly provider: Provider
  readonly onChanged: () => void
}

/** The form that changes a provider. What is typed of a secret is sent once and never shown. */
export function Settings({ provider, onChanged }: SettingsProps) {
  const { api } = useConsole()
  const say = { ...useWords(providerWords), ...useWords(words) }
  const [isSaved, setIsSaved] = useState(false)
  const save = async ({ text, exact }: Fields, way: string, shown: Provider) => {
    setIsSaved(false)
    const isApple = way === 'apple'
    const secret =
      way === 'private_key_jwt' ? '' : isApple ? exact('client_secret').trim() : exact('client_secret')
    const body = {
      ...{ name: text('name'), client_id: text('client_id'), scopes: listed(text('scopes')) },
      authentication: ways.find((one) => one === way) ?? shown.authentication,
      response_mode: modes.find((one) => one === text('response_mode')) ?? shown.response_mode,
      ...(secret !== '' && { client_secret: secret }),
      ...(isApple ? { team_id: text('team_id'), key_id: text('key_id') } : { team_id: null, key_id: null }),
      ...{ user_type: text('user_type') || null, email_domains: listed(text('email_domains')) },
      ...{ username_claim: text('username_claim') || null },
      ...{ display_name_claim: text('display_name_claim') || null },
      ...{ factor_amr: listed(text('factor_amr')), factor_acr: listed(text('factor_acr')) },
    }
    const { key, version: ifVersion } = shown
    await api.call('PATCH /v1/providers/{key}', { path: { key }, body, ifVersion })
    setIsSaved(true)
  }
  return (
    <Section title={say.settings}>
      <Edited stored={provider} versionOf={({ version }) => version} onChanged={onChanged}>
        {(shown, change) => (
          <ProviderForm provider={shown} onSave={(fields, way) => change(() => save(fields, way, shown))} />
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
    </Section>
  )
}

interface ProviderFormProps {
  readonly provider: Provider
  readonly onSave: (fields: Fields, way: string) => Promise<void>
}

function ProviderForm({ provider, onSave }: ProviderFormProps) {
  const say = { ...useWords(providerWords), ...useWords(words) }
  const [way, setWay] = useState<string>(provider.authentication)
  const isApple = way === 'apple'
  const plain = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const
  return (
    <Form
      action={say.save}
      layout="stacked"
      keepsFields
      explain={explainedBy(say)}
      onSubmit={(fields) => onSave(fields, way)}
    >
      <TextField
        label={say.name}
        hint={say.nameHint}
        name="name"
        required
        maxLength={60}
        autocomplete="off"
        defaultValue={provider.name}
      />
      <TextField
        label={say.clientId}
        name="client_id"
        required
        maxLength={200}
        {...plain}
        defaultValue={provider.client_id}
      />
      <SelectField
        label={say.authentication}
        name="authentication"
        options={ways.map((value) => ({ value, label: say[value] }))}
        initial={way}
        onChange={({ currentTarget }) => setWay(currentTarget.value)}
      />
      {isApple && (
        <>
          <TextField
            label={say.teamId}
            name="team_id"
            required
            maxLength={64}
            {...plain}
            defaultValue={provider.team_id ?? ''}
          />
          <TextField
            label={say.keyId}
            name="key_id"
            required
            maxLength={64}
            {...plain}
            defaultValue={provider.key_id ?? ''}
          />
          <TextAreaField
            label={say.optional(say.appleKey)}
            hint={say.newSecretHint}
            name="client_secret"
            rows={6}
            maxLength={4096}
            {...plain}
          />
        </>
      )}
      {!isApple && way !== 'private_key_jwt' && (
        <TextField
          label={say.optional(say.newSecret)}
          hint={say.newSecretHint}
          name="client_secret"
          type="password"
          maxLength={4096}
          autocomplete="off"
        />
      )}
      <TextField
        label={say.scopes}
        hint={say.scopesHint}
        name="scopes"
        required
        maxLength={2000}
        {...plain}
        defaultValue={provider.scopes.join(' ')}
      />
      <SelectField
        label={say.responseMode}
        name="response_mode"
        options={modes.map((value) => ({ value, label: say[value] }))}
        initial={provider.response_mode}
      />
      <TextField
        label={say.optional(say.userType)}
        hint={say.userTypeHint}
        name="user_type"
        maxLength={64}
        {...plain}
        defaultValue={provider.user_type ?? ''}
      />
      <TextField
        label={say.optional(say.domains)}
        hint={say.domainsHint}
        name="email_domains"
        maxLength={2000}
        {...plain}
        defaultValue={provider.email_domains.join(' ')}
      />
      <TextField
        label={say.optional(say.usernameClaim)}
        hint={say.usernameClaimHint}
        name="username_claim"
        maxLength={100}
        {...plain}
        defaultValue={provider.username_claim ?? ''}
      />
      <TextField
        label={say.optional(say.displayNameClaim)}
        name="display_name_claim"
        maxLength={100}
        {...plain}
        defaultValue={provider.display_name_claim ?? ''}
      />
      <TextField
        label={say.optional(say.factorAmr)}
        hint={say.factorHint}
        name="factor_amr"
        maxLength={2000}
        {...plain}
        defaultValue={provider.factor_amr.join(' ')}
      />
      <TextField
        label={say.optional(say.factorAcr)}
        name="factor_acr"
        maxLength={2000}
        {...plain}
        defaultValue={provider.factor_acr.join(' ')}
      />
    </Form>
  )
}
