import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { configurationWords } from './configuration-words.ts'

/** The configuration of the other program that reads the tokens, filled in, to be copied. */
export function Configuration({ id }: { id: string }) {
  const { api } = useConsole()
  const say = useWords(configurationWords)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}/configuration', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem } = usePolled(load, 60_000)
  return (
    <Section title={say.title}>
      <p class="hint">{say.hint}</p>
      <ProblemNotice problem={problem} />
      {value?.files.map(({ path, text }) => (
        <File key={path} path={path} text={text} />
      ))}
      {value && value.takes.length > 0 && (
        <p class="hint">{say.takes(value.takes.map((bad) => say[bad]).join(say.or))}</p>
      )}
    </Section>
  )
}

function File({ path, text }: { path: string; text: string }) {
  const say = useWords(configurationWords)
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(text).then(() => setIsCopied(true))
  return (
    <details>
      <summary>
        <code>{path}</code>
      </summary>
      {/* It may be wider than the page: then it can be scrolled by keys as well. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached (axe: scrollable-region-focusable) */}
      <pre tabIndex={0}>{text}</pre>
      {/* Browsers give the clipboard to https and loopback only. */}
      {'clipboard' in navigator && (
        <p>
          <button type="button" onClick={() => void copy()}>
            {isCopied ? say.copied : say.copyFile(path)}
          </button>
        </p>
      )}
    </details>
  )
}
