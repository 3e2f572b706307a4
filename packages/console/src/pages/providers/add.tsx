import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { explainedBy, listed, providerWords } from '../../words/providers.ts'
import { words } from './words.ts'

/** The form that adds a provider, with what is known of its kind. */
export function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = { ...useWords(providerWords), ...useWords(words) }
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/provider-presets', { signal }), [api])
  const presets = usePolled(load, 3_600_000).value?.items ?? []
  const [kind, setKind] = useState('openid')
  const preset = presets.find(({ id }) => id === kind)
  const isApple = preset?.authentication === 'apple'
  const add = async ({ text, exact }: Fields) => {
    const body = {
      ...{ key: text('key'), name: text('name'), client_id: text('client_id') },
      issuer: text('issuer') || preset?.issuer || '',
      client_secret: isApple ? exact('client_secret').trim() : exact('client_secret'),
      ...(isApple && { team_id: text('team_id'), key_id: text('key_id') }),
      ...(preset && {
        authentication: preset.authentication,
        scopes: preset.scopes,
        response_mode: preset.response_mode,
      }),
      ...{ user_type: text('user_type') || null, email_domains: listed(text('email_domains')) },
    }
    await api.call('POST /v1/providers', { body })
    onAdded()
  }
  const plain = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const
  return (
    <Section title={say.add}>
      <Form action={say.add} layout="stacked" explain={explainedBy(say)} onSubmit={add}>
        <SelectField
          label={say.preset}
          name="preset"
          options={presets.map(({ id, name }) => ({ value: id, label: name }))}
          initial={kind}
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
        />
        <TextField
          label={say.key}
          hint={say.keyHint}
          name="key"
          required
          maxLength={32}
          pattern="[a-z][a-z0-9\-]*"
          {...plain}
        />
        <TextField
          key={kind}
          label={say.name}
          hint={say.nameHint}
          name="name"
          required
          maxLength={60}
          autocomplete="off"
          defaultValue={preset?.issuer ? preset.name : ''}
        />
        <TextField
          label={preset?.issuer ? say.optional(say.issuer) : say.issuer}
          hint={say.issuerHint}
          name="issuer"
          type="url"
          required={!preset?.issuer}
          maxLength={500}
          placeholder={preset?.issuer ?? undefined}
          {...plain}
        />
        <TextField label={say.clientId} name="client_id" required maxLength={200} {...plain} />
        {isApple ? (
          <>
            <TextField label={say.teamId} name="team_id" required maxLength={64} {...plain} />
            <TextField label={say.keyId} name="key_id" required maxLength={64} {...plain} />
            <TextAreaField
              label={say.appleKey}
              name="client_secret"
              required
              rows={6}
              maxLength={4096}
              {...plain}
            />
          </>
        ) : (
          <TextField
            label={say.secret}
            name="client_secret"
            type="password"
            required
            maxLength={4096}
            autocomplete="off"
          />
        )}
        <TextField
          label={say.optional(say.userType)}
          hint={say.userTypeHint}
          name="user_type"
          maxLength={64}
          {...plain}
        />
        <TextField
          label={say.optional(say.domains)}
          hint={say.domainsHint}
          name="email_domains"
          maxLength={2000}
          {...plain}
        />
        <p class="hint">{say.more}</p>
      </Form>
    </Section>
  )
}
