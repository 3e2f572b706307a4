import { useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome } from '../../elements/signs.tsx'
import { exchangeCommand, type Tried } from './command.ts'
import { reasonWords } from './reasons.ts'
import { words } from './words.ts'

type Checked = Answer<'POST /v1/apps/{id}/check-assertion'>

/** The box that walks an assertion through everything that the exchange checks, without using anything up. */
export function TestBox({ id }: { id: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [tried, setTried] = useState<Tried & { readonly checked: Checked }>()
  const check = async ({ text }: Fields) => {
    const form = text('form') === 'older' ? 'older' : 'current'
    const [assertion, device] = [text('assertion'), text('device_id')]
    const body = { assertion, form, ...(device !== '' && { device_id: device }) } as const
    const checked = await api.call('POST /v1/apps/{id}/check-assertion', { path: { id }, body })
    setTried({ assertion, form, device, checked })
  }
  return (
    <Section title={say.test}>
      <p class="hint">{say.testHint}</p>
      <Form action={say.testNow} layout="stacked" keepsFields label={say.test} onSubmit={check}>
        <TextAreaField
          label={say.assertion}
          name="assertion"
          required
          rows={5}
          maxLength={16384}
          spellcheck={false}
          autocapitalize="none"
        />
        <SelectField
          label={say.form}
          name="form"
          options={[
            { value: 'current', label: say.current },
            { value: 'older', label: say.older },
          ]}
        />
        <TextField
          label={say.optional(say.device)}
          hint={say.deviceHint}
          name="device_id"
          maxLength={200}
          autocomplete="off"
          autocapitalize="none"
        />
      </Form>
      <div role="status">{tried && <Walked checked={tried.checked} />}</div>
      {tried && <Command tried={tried} />}
    </Section>
  )
}

const kinds = { passed: 'success', failed: 'failure', not_reached: 'refused' } as const

function Walked({ checked: { accepted, steps, failed } }: { checked: Checked }) {
  const say = useWords(words)
  const reasons = useWords(reasonWords)
  const why = failed && Object.entries(reasons).find(([reason]) => reason === failed.reason)?.[1]
  return (
    <>
      <p>
        <strong>{accepted ? say.accepted : say.refused}</strong>
      </p>
      <ol>
        {steps.map(({ step, name, outcome }) => (
          <li key={step}>
            {outcome === 'not_reached' ? (
              <span class="faint">{say.notReached}</span>
            ) : (
              <Outcome kind={kinds[outcome]} word={say[outcome]} />
            )}{' '}
            {say[name]}
          </li>
        ))}
      </ol>
      {failed && (
        <dl class="facts">
          <Fact title={say.why}>
            {why ?? failed.reason} <code class="faint">{failed.reason}</code>
          </Fact>
          <Fact title={say.expected}>
            <span lang="en">{failed.expected}</span>
          </Fact>
          <Fact title={say.found}>
            <code lang="en">{failed.found}</code>
          </Fact>
        </dl>
      )}
    </>
  )
}

function Command({ tried }: { tried: Tried }) {
  const say = useWords(words)
  const [copied, setCopied] = useState('')
  const command = exchangeCommand(location.origin, tried)
  return (
    <>
      <p class="hint">{say.commandHint}</p>
      {/* It may be wider than the page: then it can be scrolled by keys as well. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached (axe: scrollable-region-focusable) */}
      <pre tabIndex={0}>
        <code>{command}</code>
      </pre>
      {/* Browsers give the clipboard to https and loopback only. */}
      {'clipboard' in navigator && (
        <p>
          <button
            type="button"
            onClick={() => void navigator.clipboard.writeText(command).then(() => setCopied(command))}
          >
            {copied === command ? say.copied : say.copy}
          </button>
        </p>
      )}
    </>
  )
}
