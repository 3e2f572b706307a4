import { useState } from 'preact/hooks'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { apiKeyWords } from '../../words/api-keys.ts'
import { words } from './words.ts'

const dayMs = 86_400_000

interface MakeProps {
  /** Those that a key for this server may have. */
  readonly scopes: readonly string[]
  readonly onMade: () => void
}

/** The form that makes a key, and the text of the one that it has made. */
export function Make({ scopes, onMade }: MakeProps) {
  const { api } = useConsole()
  const say = { ...useWords(apiKeyWords), ...useWords(words) }
  const [made, setMade] = useState<{ readonly name: string; readonly key: string }>()
  const [audience, setAudience] = useState('')
  const [isEmpty, setIsEmpty] = useState(false)
  const isForService = audience.trim() !== ''
  const make = async ({ text }: Fields) => {
    const asked = isForService
      ? text('service_scopes').split(/\s+/).filter(Boolean)
      : scopes.filter((scope) => text(`may ${scope}`) === 'on')
    setIsEmpty(asked.length === 0)
    const body = {
      name: text('name'),
      scopes: asked,
      expires_at: new Date(Date.now() + Number(text('days')) * dayMs).toISOString(),
      ...(isForService && { audience: audience.trim() }),
    }
    setMade(await api.call('POST /v1/api-keys', { body }))
    setAudience('')
    onMade()
  }
  const explain = ({ code }: Problem) =>
    ({
      scope_invalid: isEmpty && !isForService ? say.chooseSome : say.notHeld,
      resource_unknown: say.noService,
      profile_unsafe: say.notThere,
      key_limit_reached: say.limit,
      precondition_failed: say.changed,
    })[code]
  return (
    <Section title={say.make}>
      {made && <ShownOnce text={say.isKey(made.name)} secret={made.key} onDone={() => setMade(undefined)} />}
      <Form action={say.make} layout="stacked" explain={explain} onSubmit={make}>
        <TextField
          label={say.keyName}
          hint={say.nameHint}
          name="name"
          required
          maxLength={100}
          autocomplete="off"
        />
        <TextField
          label={say.days}
          hint={say.daysHint}
          name="days"
          type="number"
          min={1}
          max={365}
          step={1}
          required
          defaultValue="90"
        />
        <TextField
          label={say.optional(say.audience)}
          hint={say.audienceHint}
          name="audience"
          maxLength={200}
          autocomplete="off"
          autocapitalize="none"
          value={audience}
          onInput={({ currentTarget }) => setAudience(currentTarget.value)}
        />
        {isForService ? (
          <TextField
            label={say.optional(say.serviceScopes)}
            hint={say.serviceScopesHint}
            name="service_scopes"
            autocomplete="off"
            autocapitalize="none"
          />
        ) : (
          <fieldset>
            <legend>{say.permits}</legend>
            {scopes.includes('api-keys:write') && <p class="hint">{say.makesNone}</p>}
            {scopes.map((scope) => (
              <label key={scope} class="check">
                <input type="checkbox" name={`may ${scope}`} /> <PermissionName name={scope} />
              </label>
            ))}
          </fieldset>
        )}
      </Form>
    </Section>
  )
}
